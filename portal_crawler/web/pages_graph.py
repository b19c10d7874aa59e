"""Pages graph: the leading pages of the link graph, and the neighbourhood of one page."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.address_key import address_key, read_key
from portal_crawler.catalog.catalog_sqlite import PAGES, Catalog
from portal_crawler.catalog.links_sqlite import links_in, links_out
from portal_crawler.catalog.listing import Wish
from portal_crawler.catalog.lookups_sqlite import title_of
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import catalog_of, crawl_of, desk_of
from portal_crawler.web.graph_stats import graph_stats, ranked_at
from portal_crawler.web.neighbourhood import Neighbour, Neighbourhood, neighbourhood
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.rendered import rendered
from portal_crawler.web.site_address import key_of

_LEADING = 25
# Links that are looked at for the neighbours of a page; a menu's entry has thousands.
_LOOKED_AT = 200
_LINKS = ("editorial", "all")


def _graph(request: Request) -> Response:
    crawl = crawl_of(request)
    links = request.query_params.get("links", "editorial")
    links = links if links in _LINKS else "editorial"
    with catalog_of(request, crawl) as catalog:
        ranks = _ranks(request, crawl)
        context: dict[str, Any] = {
            "ranks": ranks,
            "leading": _leading(crawl, catalog, ranks["top_pages"][links]) if ranks else [],
            "most_linked": _most_linked(catalog, "editorial_in" if links == "editorial" else "links_in"),
            "around": None,
        }
        if of := request.query_params.get("of"):
            context["around"] = _around(catalog, of, editorial=links == "editorial")
    return rendered(request, "graph.html.j2", crawl=crawl, links=links, links_choices=_LINKS, **context)


def _ranks(request: Request, crawl: ShelvedCrawl) -> dict[str, Any] | None:
    """What the ranked graph comes to; ``None`` where there is none, or it cannot be read here."""
    ranked = ranked_at(crawl.folder)
    if ranked is None:
        return None
    asked = ("ranks", crawl.folder, ranked)
    found: dict[str, Any] | None = desk_of(request).slow.get(asked, lambda: graph_stats(crawl.folder, _LEADING))
    return found


def _leading(crawl: ShelvedCrawl, catalog: Catalog, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = []
    for page in pages:
        url_key = key_of(crawl.folder, page["url"])
        told.append({**page, "key": address_key(url_key), "title": title_of(catalog, url_key)})
    return told


def _most_linked(catalog: Catalog, order: str) -> list[dict[str, Any]]:
    part = catalog.part(PAGES, "pages", Wish(order=order, descending=True, many=_LEADING))
    return [dict(row) for row in part.rows if row[order]]


def _around(catalog: Catalog, of: str, *, editorial: bool) -> Neighbourhood:
    key = read_key(of)
    page = catalog.page(key) if key is not None else None
    if key is None or page is None:
        raise NotHereError(of[:60], "is no page of this crawl", "look for it in the list of pages")
    wish = Wish({"editorial": "yes"} if editorial else {}, many=_LOOKED_AT)
    incoming = links_in(catalog, key, page["url_key"], wish).rows
    outgoing = links_out(catalog, key, wish).rows
    return neighbourhood(
        (key, page["title"] or page["url"], page["url"]),
        _ends(catalog, incoming, "source"),
        _ends(catalog, outgoing, "target"),
    )


def _ends(catalog: Catalog, rows: Any, end: str) -> list[Neighbour]:
    """The pages at the other ends of some links, each once, in their order."""
    found: dict[str, Neighbour] = {}
    for row in rows:
        link = row["record"]
        url_key = link[f"{end}_key"]
        if url_key not in found:
            title = title_of(catalog, url_key)
            found[url_key] = Neighbour(address_key(url_key), title, link[f"{end}_url"], link["role"], link["editorial"])
    return list(found.values())


routes = [Route("/crawls/{crawl}/graph", _graph, name="graph")]
