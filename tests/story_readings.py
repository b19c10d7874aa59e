"""Readings of story pages as literals, and a crawl's folder that the real pipelines write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scrapy.utils.test import get_crawler

from pipelines.articles import ArticlesPipeline
from pipelines.dedup import DedupPipeline
from pipelines.links import LinksPipeline
from pipelines.pages import PagesPipeline
from pipelines.summary import SummaryPipeline
from portal_crawler.capture import Capture
from portal_crawler.page.article import Article
from portal_crawler.page.kind import KindDecision, PageKind
from portal_crawler.page.links import Element, Link
from portal_crawler.page.metadata import Metadata
from portal_crawler.page.roles import Role
from portal_crawler.reading import PageReading
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.sinks import CRAWLER_ATTRIBUTE
from portal_crawler.sites.profile import Dedup, Politeness, Scope, SiteProfile
from portal_crawler.urls import url_key

WWW = "http://www.portal.test"
PROFILE = SiteProfile(
    name="demo",
    seeds=(f"{WWW}/",),
    scope=Scope(
        hosts=("www.portal.test", "portal.test", "service.portal.test"),
        aliases={"mirror.portal.test": "www.portal.test"},
    ),
    politeness=Politeness(delay=0),
    dedup=Dedup(near_duplicates=False),  # these stories share most of their text; tests/records/test_near_stories.py
)
FETCHED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = (
    "The ministers of six countries met in the capital on Friday to speak about the price of rice.\n\n"
    "They agreed on 14 steps and on a fund of 300 million yuan, said a spokesman, and will meet again in May.\n\n"
    "Farmers in the south hope for rain; the harvest of last year was the best in a decade."
)


def key(url: str) -> str:
    found = url_key(url)
    assert found is not None
    return found


def story(
    url: str,
    text: str = TEXT,
    *,
    title: str = "Six ministers speak about rice",
    published: date | None = date(2004, 10, 15),
    canonical: str | None = None,
    pager: Iterable[str] = (),
    part: int | None = None,
    links: Iterable[str] = (),
    second: int = 0,
    translations: Iterable[tuple[str, str]] = (),
) -> PageReading:
    """The reading of a page of kind article."""
    article = Article(
        title, tuple(text.split("\n\n")), published=published, pager=tuple(pager), part=part, language="en"
    )
    return PageReading(
        capture=Capture(url, b"<html>", url, fetched_at=FETCHED + timedelta(seconds=second), depth=1),
        url_key=key(url),
        kind=KindDecision(PageKind.ARTICLE, 0.9),
        metadata=Metadata(title=title, language="en", canonical=canonical, translations=tuple(translations)),
        links=tuple(
            Link(target, key(target), "more", Role.BODY, Element.A, place) for place, target in enumerate(links)
        ),
        article=article,
        profile="demo",
    )


def hub(url: str, links: Iterable[str] = ()) -> PageReading:
    """The reading of a link page."""
    reading = story(url, links=links)
    return PageReading(reading.capture, reading.url_key, KindDecision(PageKind.LINK_PAGE, 0.8), links=reading.links)


def redirect(url: str, target: str) -> PageReading:
    """The reading of a redirect."""
    link = Link(target, key(target), "", Role.OTHER, Element.REDIRECT, 0)
    return PageReading(
        Capture(url, b"", target, 301, fetched_at=FETCHED),
        key(url),
        KindDecision(PageKind.OTHER, 1.0),
        links=(link,),
    )


class FolderOutputs:
    """The outputs of a crawl in a folder, without a ledger."""

    def __init__(self, folder: Path, profile: SiteProfile = PROFILE) -> None:
        self.folder = folder
        self.profile = profile
        self.files: dict[str, JsonlFile] = {}

    def jsonl(self, name: str) -> JsonlFile:
        if name not in self.files:
            self.files[name] = JsonlFile(self.folder / name)
        return self.files[name]

    def close(self) -> None:
        for file in self.files.values():
            file.close()


class Lengths:
    """A ledger that keeps lengths in memory and can be killed before or after it commits."""

    def __init__(self) -> None:
        self.noted: dict[str, int] = {}
        self.replacing: dict[str, int] = {}

    def finalize(self, lengths: Mapping[str, int]) -> None:
        self.noted.update(lengths)
        self.replacing = dict(lengths)

    def replaced(self) -> None:
        self.replacing = {}


def write(folder: Path, readings: Iterable[PageReading], profile: SiteProfile = PROFILE) -> dict[str, object]:
    """Send readings through all pipelines, and close the files; Scrapy's statistics."""
    outputs = FolderOutputs(folder, profile)
    crawler = get_crawler()
    setattr(crawler, CRAWLER_ATTRIBUTE, outputs)
    pipelines = [
        kind.from_crawler(crawler)
        for kind in (DedupPipeline, ArticlesPipeline, LinksPipeline, PagesPipeline, SummaryPipeline)
    ]
    for pipeline in pipelines:
        if hasattr(pipeline, "open_spider"):
            pipeline.open_spider()
    for reading in readings:
        item: object = reading
        for pipeline in pipelines:
            item = pipeline.process_item(item)
    outputs.close()
    assert crawler.stats is not None
    return dict(crawler.stats.get_stats())
