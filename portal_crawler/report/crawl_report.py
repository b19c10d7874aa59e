"""Crawl report: everything that a report tells of one crawl, gathered in one pass over each of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.manifest_json import read_crawl
from portal_crawler.records.sinks import ARTICLES, LINKS, PAGES, SKIPPED, STORIES
from portal_crawler.report.address_counts_sqlite import address_counts
from portal_crawler.report.article_tally import ArticleTally
from portal_crawler.report.duplicate_texts import DuplicateTexts, duplicate_texts
from portal_crawler.report.link_tally import LinkTally
from portal_crawler.report.page_tally import PageTally
from portal_crawler.report.skip_tally import SkipTally
from portal_crawler.report.story_tally import StoryTally
from portal_crawler.report.summary import CrawlSummary, from_crawl
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.urls import host_of_key, name_of


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """One crawl, counted. ``facts`` is its ``crawl.json``, ``name`` its folder as a person types it, ``main_host`` the
    host, in SURT form, of which the most pages were fetched.
    """

    name: str
    facts: Mapping[str, Any]
    profile: SiteProfile
    summary: CrawlSummary
    addresses: Counter[tuple[str, str]]
    pages: PageTally
    skips: SkipTally
    articles: ArticleTally
    stories: StoryTally
    links: LinkTally
    duplicates: DuplicateTexts
    main_host: str

    def section_name(self, surt: str) -> str:
        """A section as people read it: of the host with the most pages its folder alone."""
        host, _, folder = surt.partition(")")
        return folder if host == self.main_host else name_of(surt)


def gather(folder: Path, name: str) -> CrawlReport:
    """Count a crawl.

    :raises StateError: where it has no readable ledger.
    :raises ProfileError: where its profile cannot be read.
    :raises DamagedFileError: at a line that is no record.
    """
    facts = read_crawl(folder) or {}
    pages, skips, stories, links = PageTally(), SkipTally(), StoryTally(), LinkTally()
    articles, duplicates = ArticleTally(seed_of(facts)), duplicate_texts(folder)

    def story(line: Mapping[str, Any]) -> None:
        stories.add(line)
        duplicates.offer(line["article"]["url"], line["article"]["text"])

    def page(line: Mapping[str, Any]) -> None:
        pages.add(line)
        links.add_page(line)

    _each(folder / PAGES, page)
    _each(folder / SKIPPED, skips.add)
    _each(folder / ARTICLES, articles.add)
    _each(folder / STORIES, story)
    _each(folder / LINKS, links.add_link)
    addresses = address_counts(folder)
    return CrawlReport(
        name,
        facts,
        load_profile(folder / "profile.toml", to_crawl=False),
        from_crawl(folder),
        addresses,
        pages,
        skips,
        articles,
        stories,
        links,
        duplicates,
        _main_host(addresses),
    )


def seed_of(facts: Mapping[str, Any]) -> str:
    """What a random sample of a crawl is seeded by: the same crawl has the same sample in every report.

    >>> seed_of({"profile": "a", "started": "2026-01-02T00:00:00Z"})
    'a 2026-01-02T00:00:00Z'
    """
    return f"{facts.get('profile', '')} {facts.get('started', '')}"


def story_tally(folder: Path) -> StoryTally:
    """The story pages of a crawl, counted.

    :raises DamagedFileError: at a line that is no record.
    """
    stories = StoryTally()
    _each(folder / STORIES, stories.add)
    return stories


def _each(path: Path, count: Callable[[Mapping[str, Any]], None]) -> None:
    for record in _records(path):
        count(record)


def _records(path: Path) -> Iterator[Mapping[str, Any]]:
    return (record for _, _, record in read_lines(path)) if path.exists() else iter(())


def _main_host(addresses: Mapping[tuple[str, str], int]) -> str:
    """The host, in SURT form, of which the most pages were fetched."""
    counts: Counter[str] = Counter()
    for (section, state), count in addresses.items():
        counts[host_of_key(section)] += count if state == "done" else 0
    return min(counts, key=lambda host: (-counts[host], host), default="")
