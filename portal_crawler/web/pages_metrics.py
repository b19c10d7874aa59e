"""Pages metrics: what Prometheus reads of every crawl."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.errors import StateError
from portal_crawler.report.crawl_state_sqlite import crawl_state
from portal_crawler.report.metrics import CONTENT_TYPE, CrawlState, exposition
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import desk_of


def _metrics(request: Request) -> Response:
    """The metrics of every crawl that has a ledger. Of one whose ledger cannot be read a remark says why."""
    told: dict[tuple[str, str], CrawlState] = {}
    remarks = []
    for crawl in desk_of(request).shelf.crawls():
        if not (crawl.folder / "ledger.sqlite").is_file():
            continue  # what ``build`` made
        try:
            state = _state(crawl)
        except StateError as error:
            remarks.append(f"# {' '.join(f'{crawl.name}: {error.problem}'.split())}\n")
            continue
        # A copy of a crawl has its names, too; Prometheus takes no series twice.
        own = replace(state, crawl=crawl.name) if (state.profile, state.crawl) in told else state
        told[own.profile, own.crawl] = own
    text = exposition(list(told.values()), datetime.now(UTC)) + "".join(remarks)
    return Response(text, headers={"Content-Type": CONTENT_TYPE})


def _state(crawl: ShelvedCrawl) -> CrawlState:
    return crawl_state(crawl.folder) if crawl.is_running() else _ended(crawl.folder, _stamp(crawl.folder))


def _stamp(folder: Path) -> tuple[int, ...]:
    """What changes when a crawl that does not run is changed: resumed and ended, settled again, taken down from."""
    files = (folder / name for name in ("ledger.sqlite", "crawl.json", "pages.jsonl"))
    return tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in files)


@lru_cache(maxsize=4096)
def _ended(folder: Path, _stamp: tuple[int, ...]) -> CrawlState:
    return crawl_state(folder)


routes = [Route("/metrics", _metrics, name="metrics")]
