"""Pages articles: the distinct stories of a crawl, sorted and filtered."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal_crawler.catalog.address_key import shown_key
from portal_crawler.catalog.catalog_sqlite import ARTICLES, FACETS
from portal_crawler.catalog.lookups_sqlite import article
from portal_crawler.web.desk import catalog_of, crawl_of
from portal_crawler.web.list_request import sorting, wish_of
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.rendered import address, rendered

_FIRST_DOWN = frozenset(("published", "words", "copies"))


def _articles(request: Request) -> Response:
    crawl = crawl_of(request)
    wish = wish_of(request, ARTICLES, "found")
    with catalog_of(request, crawl) as catalog:
        part = catalog.part(ARTICLES, "articles", wish)
        facets = {column: catalog.facet("article", column) for column in FACETS["article"]}
    orders = sorting(wish, ARTICLES, _FIRST_DOWN)
    return rendered(request, "articles.html.j2", crawl=crawl, part=part, wish=wish, facets=facets, orders=orders)


def _article(request: Request) -> Response:
    """The address of an article by its id, which holds in every run: the page that shows it."""
    crawl = crawl_of(request)
    uid = request.path_params["uid"]
    with catalog_of(request, crawl) as catalog:
        found = article(catalog, uid)
        row = catalog.one("copy", "duplicates", "uid", uid) if found is None else None
    if found is None and row is None:
        raise NotHereError(uid[:60], "is no article of this crawl", "look for it in the list of articles")
    key = found.key if found else row["key"] if row else 0
    return RedirectResponse(address("crawls", crawl.name, "pages", shown_key(key)), 307)


routes = [
    Route("/crawls/{crawl}/articles", _articles, name="articles"),
    Route("/crawls/{crawl}/articles/{uid}", _article, name="article"),
]
