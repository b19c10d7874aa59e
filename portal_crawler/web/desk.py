"""Desk: what the dashboard was started with, as every page finds it at ``request.app.state.desk``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.web.catalog_keeper import CatalogKeeper
from portal_crawler.web.crawl_shelf import CrawlShelf, ShelvedCrawl
from portal_crawler.web.hosts import ANY_PORT, AllowedHosts
from portal_crawler.web.slow_answers import SlowAnswers


@dataclass(frozen=True, slots=True)
class Desk:
    """The crawls, and what may be done with them.

    ``language`` is what pages are written in where the browser's wish is not followed ("": it is). ``writable`` allows
    the actions that change something; ``token`` is what they ask for. ``replay_origin`` is the second origin, from
    which alone content of crawled pages is shown, such as ``http://127.0.0.1:8001``; "" where there is none.
    """

    shelf: CrawlShelf
    keeper: CatalogKeeper = field(default_factory=CatalogKeeper)
    slow: SlowAnswers = field(default_factory=SlowAnswers)
    language: str = ""
    writable: bool = False
    token: str = ""
    replay_origin: str = ""
    workspace: Path = Path()
    hosts: AllowedHosts = ANY_PORT


def desk_of(request: Request) -> Desk:
    """The desk of a request."""
    desk: Desk = request.app.state.desk
    return desk


def crawl_of(request: Request) -> ShelvedCrawl:
    """The crawl that a request's path names.

    :raises UsageError: where there is none.
    """
    return desk_of(request).shelf.crawl(request.path_params["crawl"])


def catalog_of(request: Request, crawl: ShelvedCrawl) -> Catalog:
    """The open catalog of a crawl; close after use.

    :raises NotReadyError: while it is being made; the page that says so answers.
    """
    return desk_of(request).keeper.open(crawl.folder)
