"""Pages dataset: the dataset of a crawl, downloaded as one file."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from portal_crawler.web.desk import crawl_of
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.shown_values import in_shell
from portal_crawler.web.zipped import zipped

FOLDER = "dataset"
"""Where ``portal-crawler dataset`` puts a crawl's dataset."""


def _dataset(request: Request) -> Response:
    crawl = crawl_of(request)
    folder = crawl.folder / FOLDER
    if not (folder / "dataset.json").is_file():
        cure = f"make one: portal-crawler dataset {in_shell(crawl.folder)} --to csv"
        raise NotHereError(crawl.name, "has no dataset", cure)
    name = f"{crawl.name}-{FOLDER}".encode("ascii", "replace").decode().replace('"', "_").replace("?", "_")
    return StreamingResponse(
        zipped(folder, name),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )


routes = [Route("/crawls/{crawl}/dataset.zip", _dataset, name="dataset")]
