"""Pages exports: the files of a crawl with sizes and sums, to be downloaded, in parts too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from portal_crawler.records.manifest_json import read_sums
from portal_crawler.web.desk import crawl_of
from portal_crawler.web.file_answer import FileAnswer
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.pages_dataset import FOLDER
from portal_crawler.web.rendered import rendered

# What of a crawl's folder can be taken along, and under which heading; ledger, locks and working files stay.
_GROUPS = (
    ("records", ("*.jsonl", "crawl.json", "profile.toml", "template.json", "SHA256SUMS")),
    ("evidence", ("archive/*", "indexes/*", "*.wacz")),
    ("datasets", ("dataset/**/*", "datasets/**/*")),
    ("graph_files", ("graph/*", "graph/ranks/*", "graph/export/*")),
    ("reports", ("report/**/*",)),
    ("logs", ("crawl.log", "takedowns.jsonl")),
)
# Files of one heading that are listed.
_MOST = 500


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file: its name relative to the crawl's folder, its size in bytes, and its SHA-256 where the crawl says it."""

    name: str
    size: int
    sha256: str


def _exports(request: Request) -> Response:
    crawl = crawl_of(request)
    sums = read_sums(crawl.folder) or {}
    groups = [(heading, _files(crawl.folder, patterns, sums)) for heading, patterns in _GROUPS]
    total = sum(file.size for _, files in groups for file in files)
    shown = [(heading, files[:_MOST], len(files)) for heading, files in groups if files]
    has_dataset = (crawl.folder / FOLDER / "dataset.json").is_file()
    return rendered(request, "exports.html.j2", crawl=crawl, groups=shown, total=total, has_dataset=has_dataset)


def _files(folder: Path, patterns: tuple[str, ...], sums: dict[str, str]) -> list[ExportFile]:
    found = []
    for path in _matching(folder, patterns):
        name = path.relative_to(folder).as_posix()
        found.append(ExportFile(name, path.stat().st_size, sums.get(name, "")))
    return sorted(found, key=lambda file: file.name)


def _matching(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    home = folder.resolve()
    seen: set[Path] = set()
    for pattern in patterns:
        for path in folder.glob(pattern):
            # A link that leads out of the crawl's folder is none of its files.
            if path not in seen and path.is_file() and path.resolve().is_relative_to(home):
                seen.add(path)
                yield path


class _Download:
    """The answer with one of the listed files, always to be kept and never shown."""

    def __init__(self, path: Path) -> None:
        name = path.name.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_")
        headers = (
            (b"content-disposition", f'attachment; filename="{name}"'.encode()),
            (b"x-content-type-options", b"nosniff"),
        )
        self._answer = FileAnswer(path, "application/octet-stream", headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope, receive, send)


def _download(request: Request) -> Response | _Download:
    crawl = crawl_of(request)
    name = request.path_params["name"]
    patterns = tuple(pattern for _, group in _GROUPS for pattern in group)
    for path in _matching(crawl.folder, patterns):
        if path.relative_to(crawl.folder).as_posix() == name:
            return _Download(path)
    raise NotHereError(name[:200], "is no file to be downloaded", "choose one from the list of exports")


routes = [
    Route("/crawls/{crawl}/exports", _exports, name="exports"),
    Route("/crawls/{crawl}/files/{name:path}", _download, name="download"),
]
