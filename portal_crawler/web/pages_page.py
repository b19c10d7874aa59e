"""Pages page: one page of a crawl in its views: text, why, links in and out, record, versions, copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal_crawler.catalog.address_key import address_key, shown_key
from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.catalog.fill_sqlite import ROLES
from portal_crawler.catalog.links_sqlite import links_in, links_out
from portal_crawler.catalog.listing import Part, Wish, read_mark
from portal_crawler.catalog.lookups_sqlite import article, copies, relations, story_at, title_of
from portal_crawler.records.recorded_place import keeps_bytes
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import catalog_of, crawl_of, desk_of
from portal_crawler.web.explained_page import explained_page
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.page_versions import page_versions
from portal_crawler.web.raw_record import raw_record
from portal_crawler.web.rendered import address, rendered
from portal_crawler.web.shown_page import ShownPage, shown_page
from portal_crawler.web.site_address import key_of

VIEWS = ("text", "why", "links-in", "links-out", "record", "versions", "copies")
Context = dict[str, Any]


def _view(request: Request) -> Response:
    view = request.path_params.get("view", VIEWS[0])
    if view not in _CONTEXTS:
        raise NotHereError(view[:60], "is no view of a page", f"there are: {', '.join(VIEWS)}")
    crawl = crawl_of(request)
    with catalog_of(request, crawl) as catalog:
        page = shown_page(request, catalog)
        context = _CONTEXTS[view](request, crawl, catalog, page)
    template = f"page_{view.replace('-', '_')}.html.j2"
    return rendered(request, template, crawl=crawl, page=page, views=VIEWS, view=view, **context)


def _text(request: Request, crawl: ShelvedCrawl, catalog: Catalog, page: ShownPage) -> Context:
    own = page.story.record if page.story and page.story.key == page.key else None
    return {"told": own or story_at(catalog, page.key), "kept": own is not None}


def _why(request: Request, crawl: ShelvedCrawl, catalog: Catalog, page: ShownPage) -> Context:
    network = request.query_params.get("network") == "yes"
    return {"explained": explained_page(crawl.folder, page.record, network=network), "network": network}


def _links_in(request: Request, crawl: ShelvedCrawl, catalog: Catalog, page: ShownPage) -> Context:
    wish = _link_wish(request)
    part = links_in(catalog, page.key, page.record["url_key"], wish)
    return _link_context(catalog, part, wish, "source_key")


def _links_out(request: Request, crawl: ShelvedCrawl, catalog: Catalog, page: ShownPage) -> Context:
    wish = _link_wish(request)
    return _link_context(catalog, links_out(catalog, page.key, wish), wish, "target_key")


def _link_wish(request: Request) -> Wish:
    query = request.query_params
    filters = {name: query[name] for name in ("role", "editorial") if query.get(name)}
    return Wish(filters, at=read_mark(query["at"]) if query.get("at") else None)


def _link_context(catalog: Catalog, part: Part, wish: Wish, end: str) -> Context:
    titles = {row["record"][end]: "" for row in part.rows}
    rows = [
        {**row, "key": address_key(key := row["record"][end]), "title": _title(catalog, titles, key)}
        for row in part.rows
    ]
    return {"part": part, "rows": rows, "wish": wish, "roles": ROLES}


def _title(catalog: Catalog, titles: dict[str, str], key: str) -> str:
    titles[key] = titles[key] or title_of(catalog, key)
    return titles[key]


def _record(request: Request, crawl: ShelvedCrawl, catalog: Catalog, page: ShownPage) -> Context:
    return {"raw": raw_record(crawl.folder, page.record) if keeps_bytes(crawl.folder, page.record) else None}


def _versions(request: Request, crawl: ShelvedCrawl, catalog: Catalog, page: ShownPage) -> Context:
    return {"versions": page_versions(desk_of(request), page.key, page.record["url_key"])}


def _copies(request: Request, crawl: ShelvedCrawl, catalog: Catalog, page: ShownPage) -> Context:
    of = article(catalog, page.copy["of"]) if page.copy else page.story
    uid = of.record["id"] if of else ""
    return {
        "of": of,
        "copies": copies(catalog, uid) if uid else [],
        "relations": relations(catalog, uid) if uid else [],
    }


_CONTEXTS: dict[str, Callable[[Request, ShelvedCrawl, Catalog, ShownPage], Context]] = {
    "text": _text,
    "why": _why,
    "links-in": _links_in,
    "links-out": _links_out,
    "record": _record,
    "versions": _versions,
    "copies": _copies,
}


def _raw(request: Request) -> Response:
    """The record as it stands in the archive, to be kept; never shown."""
    crawl = crawl_of(request)
    with catalog_of(request, crawl) as catalog:
        page = shown_page(request, catalog)
    raw = raw_record(crawl.folder, page.record)
    name = f"{page.shown_key}.warc{'.gz' if raw.file.endswith('.gz') else ''}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(raw.member(), media_type="application/octet-stream", headers=headers)


def _by_url(request: Request) -> Response:
    """The page of an address as the portal writes it."""
    crawl = crawl_of(request)
    key = address_key(key_of(crawl.folder, request.query_params.get("url", "")))
    return RedirectResponse(address("crawls", crawl.name, "pages", shown_key(key)), 307)


routes = [
    Route("/crawls/{crawl}/page", _by_url, name="page_by_url"),
    Route("/crawls/{crawl}/pages/{key}", _view, name="page"),
    Route("/crawls/{crawl}/pages/{key}/raw", _raw, name="raw"),
    Route("/crawls/{crawl}/pages/{key}/{view}", _view, name="page_view"),
]
