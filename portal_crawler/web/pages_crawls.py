"""Pages of the crawls: the list of all."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import desk_of
from portal_crawler.web.rendered import rendered

_STATES = ("running", "finished", "limit", "interrupted", "stopped")


def _crawls(request: Request) -> Response:
    everything = desk_of(request).shelf.crawls()
    profile, state = (request.query_params.get(name, "") for name in ("profile", "state"))
    crawls = [crawl for crawl in everything if profile in ("", crawl.profile) and state in ("", crawl.state)]
    return rendered(
        request,
        "crawls.html.j2",
        crawls=[(crawl, _counts(crawl)) for crawl in crawls],
        all_of_them=len(everything),
        profiles=sorted({crawl.profile for crawl in everything}),
        states=[one for one in _STATES if any(crawl.state == one for crawl in everything)],
        places=[str(place) for place in desk_of(request).shelf.places],
    )


def _counts(crawl: ShelvedCrawl) -> dict[str, int]:
    counts = crawl.facts.get("counts") or {}
    return {
        name: counts[name] for name in ("fetched", "unique", "failed", "skipped") if isinstance(counts.get(name), int)
    }


routes = [Route("/", _crawls, name="crawls")]
