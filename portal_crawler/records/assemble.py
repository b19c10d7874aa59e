"""Assemble: the settled dataset, from the story pages that a crawl has kept.

While a crawl runs, ``articles.jsonl`` holds stories in the order in which they came. At its end the pages of a story
are grouped, and which of them stands for it follows from the pages alone: two crawls of the same pages give the same
lines, whatever the order of arrival and however often they were killed. Doing it again changes nothing.

The order of writing: the new files beside the old ones, on the disk; one ledger transaction with their lengths, which
also notes that they are to take the old ones' place; the renames; the note is taken off. ``finish_replacing`` ends what
a kill between the last three left undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Protocol

from portal_crawler.dedup.addresses import PortalHosts
from portal_crawler.dedup.clusters import Clusters
from portal_crawler.dedup.grouping import agreement_of, group_equal, group_parts, group_related
from portal_crawler.dedup.near_pages import NearPages
from portal_crawler.dedup.near_rule import NearKind, NearVerdict
from portal_crawler.dedup.story_groups import Preference, StoryPage, copy_kind, join_keys, ordered_parts, reason_kept
from portal_crawler.records.article_record import joined_record, story_page
from portal_crawler.records.duplicate_record import duplicate_record
from portal_crawler.records.jsonl import JsonlFile, RecordsAt, parse_line, raw_lines, read_lines
from portal_crawler.records.replace_jsonl import NEW, finish_replacing
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, PAGES, STORIES
from portal_crawler.records.story_table_sqlite import StoryTable
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import UrlRules, url_key
from portal_crawler.verdict import CopyKind

# Records that are compared with each other, of one group of pages; the next group reuses the room.
_RECORDS_KEPT = 32

Record = dict[str, Any]
RecordOf = Callable[[int], Record]
Compared = Callable[[int, int], NearVerdict | None]


class Settling(Protocol):
    """What the ledger does for the settled files. Each call is one transaction."""

    def finalize(self, lengths: Mapping[str, int]) -> None:
        """Commit the lengths of files (by name), and note that each is to be replaced by its ``.new`` file."""
        ...

    def replaced(self) -> None:
        """Take that note off: the files are in their place."""
        ...


@dataclass(frozen=True, slots=True)
class Settled:
    """How many lines the settled files have, and (url_key, id) of the stories that several pages make up."""

    articles: int
    duplicates: int
    joined: tuple[tuple[str, str], ...] = ()


def assemble_dataset(folder: Path, profile: SiteProfile, ledger: Settling) -> Settled:
    """Settle ``articles.jsonl`` and ``duplicates.jsonl`` of a crawl's folder.

    Every output is committed and neither of the two is open. A kill at any moment leaves either the old pair or,
    after ``finish_replacing``, the new one.
    """
    with ExitStack() as open_files:
        articles = open_files.enter_context(closing(JsonlFile(folder / (ARTICLES + NEW), committed=0)))
        duplicates = open_files.enter_context(closing(JsonlFile(folder / (DUPLICATES + NEW), committed=0)))
        counts, joined = [0, 0], list[tuple[str, str]]()
        for article, copies in settled_stories(folder, profile):
            articles.append(article)
            duplicates.append_all(copies)
            counts[0] += 1
            counts[1] += len(copies)
            if any(copy["kind"] == CopyKind.PART for copy in copies):
                joined.append((article["url_key"], article["id"]))
        lengths = {ARTICLES: articles.sync(), DUPLICATES: duplicates.sync()}
    ledger.finalize(lengths)
    finish_replacing(folder, lengths)
    ledger.replaced()
    return Settled(counts[0], counts[1], tuple(joined))


def settled_stories(folder: Path, profile: SiteProfile) -> Iterator[tuple[Record, list[Record]]]:
    """Every story's article record with the records of its copies and parts, in a fixed order."""
    stories = folder / STORIES
    if not stories.exists():
        return
    rules = UrlRules(frozenset(profile.urls.drop_params))
    preference = Preference(PortalHosts(profile.scope.hosts, dict(profile.scope.aliases)), profile.dedup.prefer)
    with StoryTable() as table, NearPages() as near, RecordsAt(stories) as lines:
        count = _fill(table, near, folder, rules)

        @lru_cache(maxsize=_RECORDS_KEPT)
        def line_of(number: int) -> Record:
            return lines.read(table.place(number))

        def record_of(number: int) -> Record:
            record: Record = line_of(number)["article"]
            return record

        clusters = Clusters(count, _apart(table, profile, rules))
        group_equal(clusters, table.meetings(certain=True))
        group_parts(clusters, table.paged())
        uncertain = ((key, table.pages(numbers)) for key, numbers in table.meetings(certain=False))
        group_related(clusters, uncertain, near.alike, profile.dedup.near)
        if profile.dedup.near_duplicates:
            near.unite(clusters)
        table.settle(clusters.members())
        for pages in table.stories():
            leads = [url for page in pages for url in table.leading_to(page.url_key)]
            yield _settled(pages, leads, preference, line_of, near)


def _fill(table: StoryTable, near: NearPages, folder: Path, rules: UrlRules) -> int:
    """Put every story page and every redirect into the table; the number of story pages."""
    count = 0
    for number, offset, line in read_lines(folder / STORIES):
        page = story_page(number - 1, line)
        table.add(page, offset, join_keys(page))
        near.add(line["article"]["id"], line["article"]["text"], page.title)
        count = number
    table.add_redirects(_redirects(folder / PAGES, rules))
    table.ready()
    return count


def _apart(table: StoryTable, profile: SiteProfile, rules: UrlRules) -> Iterator[tuple[int, int]]:
    """The pages that the profile holds to be no copies of each other."""
    for pair in profile.dedup.apart:
        one, other = (table.numbers(url_key(url, rules)) for url in pair)
        yield from product(one, other)


def _redirects(pages: Path, rules: UrlRules) -> Iterator[tuple[str, str, str]]:
    """Every redirect as (key of its target, its key, its address)."""
    if not pages.exists():
        return
    for number, line in raw_lines(pages):
        if b'"status":3' not in line:  # cheaper than to parse a line that is no redirect
            continue
        page = parse_line(line, pages, number)
        target = url_key(page["final_url"], rules)
        if target and 300 <= page["status"] < 400 and target != page["url_key"]:
            yield target, page["url_key"], page["url"]


def _settled(
    pages: list[StoryPage], leads: list[str], rules: Preference, line_of: RecordOf, near: NearPages
) -> tuple[Record, list[Record]]:
    def record_of(number: int) -> Record:
        record: Record = line_of(number)["article"]
        return record

    pages = _with_truncated(pages, near.compared) if len(pages) > 1 else pages
    parts = ordered_parts(pages, rules)
    kept = parts[0]
    aliases = sorted({page.url for page in pages}.union(leads) - {kept.url})
    if len(parts) > 1:
        earlier = line_of(kept.number)["earlier_story"]
        article = joined_record([record_of(part.number) for part in parts], aliases, earlier)
    else:
        article = {**record_of(kept.number), "aliases": aliases}
    copies = [page for page in pages if page.number != kept.number]
    return article, [
        duplicate_record(record_of(page.number), article["id"], *_relation(page, parts, rules, near)) for page in copies
    ]


def _with_truncated(pages: list[StoryPage], compared: Compared) -> list[StoryPage]:
    """The pages of a story, with what is known of those that are the beginning of another."""
    longest = max(pages, key=lambda page: (page.words, page.url_key))

    def is_truncated(page: StoryPage) -> bool:
        verdict = compared(page.number, longest.number) if page.words < longest.words else None
        return verdict is not None and verdict.kind is NearKind.TRUNCATED_OF

    return [replace(page, truncated=is_truncated(page)) for page in pages]


def _relation(
    page: StoryPage, parts: list[StoryPage], rules: Preference, near: NearPages
) -> tuple[CopyKind, float, str]:
    """Kind, similarity and reason of a page that does not stand for its story."""
    for place, part in enumerate(parts[1:], start=2):
        if part.number == page.number:
            return CopyKind.PART, 1.0, f"part {place} of {len(parts)}: its text stands in the article at {parts[0].url}"
    kept = _counterpart(page, parts, near.compared)
    which = f"{kept.url} is kept" if kept is parts[0] else f"{kept.url} is taken for part {kept.part}"
    why = f"{which}: {reason_kept(kept, page, rules)}"
    kind = copy_kind(page, kept, rules.hosts)
    verdict = near.compared(page.number, kept.number) if kind is CopyKind.NEAR else None
    if verdict is not None and verdict.merges:
        return _near_kind(verdict, page, kept), verdict.similarity, f"{verdict.reason}; {why}"
    found = agreement_of(page, kept, near.alike)
    text = "same text" if found >= 1 else f"{found:.0%} of the text"
    return kind, found, f"{text}; {why}"


def _counterpart(page: StoryPage, parts: list[StoryPage], compared: Compared) -> StoryPage:
    """The part that a copy is a copy of: the one of its number, or the first whose text is like its own."""
    if len(parts) > 1:
        for part in parts:
            if part.part == page.part if page.part is not None else _merges(compared(page.number, part.number)):
                return part
    return parts[0]


def _merges(verdict: NearVerdict | None) -> bool:
    return verdict is not None and verdict.merges


def _near_kind(verdict: NearVerdict, page: StoryPage, kept: StoryPage) -> CopyKind:
    """A text is the beginning of a longer one only."""
    if verdict.kind is NearKind.TRUNCATED_OF and page.words >= kept.words:
        return CopyKind.REVISION_OF
    return CopyKind(verdict.kind)
