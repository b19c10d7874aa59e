"""Pages search: full text, over one crawl and over all."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.catalog_sqlite import FACETS
from portal_crawler.catalog.listing import Wish, read_mark
from portal_crawler.catalog.query import Query, read_query
from portal_crawler.catalog.search_sqlite import Found, search
from portal_crawler.errors import PortalCrawlerError, UsageError
from portal_crawler.web.catalog_keeper import NotReadyError
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import catalog_of, crawl_of, desk_of
from portal_crawler.web.rendered import rendered

_MANY, _OF_EACH = 20, 5
# Filters that the form has fields for, beside what is typed.
_FORM = ("section", "lang", "since", "until")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks: the words, the query they are, or what is wrong with them."""

    words: str
    query: Query | None
    error: PortalCrawlerError | None


def _asked(request: Request) -> Asked:
    words = request.query_params.get("q", "").strip()
    fields = [(name, request.query_params.get(name, "").strip()) for name in _FORM]
    told = " ".join(f'{name}:"{value.replace(chr(34), "")}"' for name, value in fields if value)
    text = f"{words} {told}".strip()
    if not text:
        return Asked(words, None, None)
    try:
        return Asked(words, read_query(text), None)
    except UsageError as error:
        return Asked(words, None, error)


def _search_crawl(request: Request) -> Response:
    crawl = crawl_of(request)
    asked = _asked(request)
    order, at = (request.query_params.get(name) or "" for name in ("order", "at"))
    found = None
    with catalog_of(request, crawl) as catalog:
        if asked.query is not None:
            order = "" if order == "best" and not asked.query.wanted else order
            found = search(catalog, asked.query, Wish(order=order, at=read_mark(at) if at else None, many=_MANY))
        facets = {column: catalog.facet("article", column) for column in FACETS["article"]}
    return rendered(request, "search_crawl.html.j2", crawl=crawl, asked=asked, found=found, facets=facets, order=order)


def _search_all(request: Request) -> Response:
    asked = _asked(request)
    found: list[tuple[ShelvedCrawl, Found]] = []
    waiting: list[str] = []
    broken: list[str] = []
    crawls = desk_of(request).shelf.crawls()
    for crawl in crawls if asked.query is not None else ():
        try:
            with desk_of(request).keeper.open(crawl.folder, patience=0) as catalog:
                told = search(catalog, _query(asked), Wish(many=_OF_EACH))
        except NotReadyError:
            waiting.append(crawl.name)
        except (PortalCrawlerError, sqlite3.DatabaseError, OSError):  # its own pages say what is wrong
            broken.append(crawl.name)
        else:
            if told.hits:
                found.append((crawl, told))
    context: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "waiting": waiting,
        "broken": broken,
        "crawls": len(crawls),
    }
    return rendered(request, "search_all.html.j2", **context)


def _query(asked: Asked) -> Query:
    return asked.query or Query()


routes = [
    Route("/search", _search_all, name="search_all"),
    Route("/crawls/{crawl}/search", _search_crawl, name="search"),
]
