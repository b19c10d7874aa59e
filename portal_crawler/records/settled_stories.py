"""Settled stories: the lines of a crawl's dataset, from its story pages and from what is known of earlier crawls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product, repeat
from pathlib import Path
from typing import Any

from portal_crawler.dedup.addresses import PortalHosts
from portal_crawler.dedup.clusters import Clusters
from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.grouping import group_equal, group_parts, group_related
from portal_crawler.dedup.known_pages_sqlite import Sibling
from portal_crawler.dedup.mirror_hosts import HostPairs, MirrorHost, with_mirrors
from portal_crawler.dedup.near_pages import NearPages
from portal_crawler.dedup.story_groups import PATH_KEY, Preference, StoryPage, join_keys, ordered_parts
from portal_crawler.records.article_record import joined_record, story_page
from portal_crawler.records.duplicate_record import duplicate_record
from portal_crawler.records.jsonl import RecordsAt, parse_line, raw_lines, read_lines
from portal_crawler.records.relation_record import Relation, relation_record
from portal_crawler.records.sinks import PAGES, STORIES
from portal_crawler.records.story_copies import CopyRules, relation_to, with_truncated
from portal_crawler.records.story_table_sqlite import StoryTable
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import UrlRules, url_key

# Records that are compared with each other, of one group of pages; the next group reuses the room.
_RECORDS_KEPT = 32

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SettledStory:
    """The lines of one story. ``article`` is ``None`` where an earlier crawl has it. ``mirrors`` are the hosts that
    repeat another one, of all stories.
    """

    article: Record | None
    copies: list[Record] = field(default_factory=list)
    relations: list[Record] = field(default_factory=list)
    mirrors: tuple[MirrorHost, ...] = ()


def settled_stories(
    folder: Path, profile: SiteProfile, near: NearPages, sketches: Iterable[Sketch] | None = None
) -> Iterator[SettledStory]:
    """Every story of a crawl, in a fixed order, then the relations of stories that are no copies, then the mirrors.

    :param near: what is known of earlier crawls; the crawl's own pages are added.
    :param sketches: those of its stories, in their order, where they are made already.
    """
    stories = folder / STORIES
    if not stories.exists():
        return
    rules = UrlRules(frozenset(profile.urls.drop_params))
    hosts = PortalHosts(profile.scope.hosts, dict(profile.scope.aliases))
    with StoryTable() as table, RecordsAt(stories) as lines:
        own = _fill(table, near, folder, rules, sketches)
        mirrors = _group(table, near, profile, rules).mirrors(hosts)
        preference = Preference(hosts, profile.dedup.prefer)
        copy_rules = CopyRules(preference, with_mirrors(hosts, mirrors), near.compared, near.alike)

        @lru_cache(maxsize=_RECORDS_KEPT)
        def line_of(number: int) -> Record:
            return lines.read(table.place(number))

        settling = _Settling(own, profile.dedup.across_crawls, copy_rules, near, line_of, bytearray(own))
        for pages in table.stories():
            if any(page.number < own for page in pages):
                leads = [url for page in pages for url in table.leading_to(page.url_key)]
                yield settling.story(pages, leads)
        yield from (SettledStory(None, relations=[_sibling(found)]) for found in near.siblings())
        yield from (SettledStory(None, relations=[told]) for told in settling.translations(table.translations()))
        yield SettledStory(None, mirrors=mirrors)


def _fill(table: StoryTable, near: NearPages, folder: Path, rules: UrlRules, sketches: Iterable[Sketch] | None) -> int:
    """Put every story page and every redirect into the table; the number of this crawl's story pages."""
    count, made = 0, iter(sketches) if sketches is not None else repeat(None)
    for number, offset, line in read_lines(folder / STORIES):
        page = story_page(number - 1, line)
        table.add(page, offset, join_keys(page))
        table.add_translations(page.number, line.get("translations") or ())
        near.add(page, line["article"]["id"], line["article"]["text"], next(made))
        count = number
    for page in near.others():
        table.add(page, 0, join_keys(page))
    table.add_redirects(_redirects(folder / PAGES, rules))
    table.ready()
    return count


def _group(table: StoryTable, near: NearPages, profile: SiteProfile, rules: UrlRules) -> HostPairs:
    """Find the pages of each story; what the portal's hosts have in common."""
    if profile.dedup.near_duplicates:
        near.decide()  # which needs memory of its own, before the clusters do
    clusters, hosts = Clusters(near.pages, _apart(table, profile, rules)), HostPairs()

    def related() -> Iterator[tuple[str, Iterable[StoryPage]]]:
        for key, pages in table.related():
            if key.startswith(PATH_KEY):
                of_path = list(pages)
                hosts.add(of_path)
                yield key, of_path
            else:
                yield key, pages

    group_equal(clusters, table.equal(in_order=clusters.holds_apart))
    group_parts(clusters, table.paged())
    group_related(clusters, related(), near.alike, profile.dedup.near)
    if profile.dedup.near_duplicates:
        near.unite(clusters)
    table.settle(clusters.members())
    return hosts


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


@dataclass(frozen=True, slots=True)
class _Settling:
    """Makes the lines of stories.

    ``own`` counts the pages of this crawl, which have the first numbers; ``across`` says whether a page of an earlier
    crawl may stand for a story. ``told`` has a one for each page of this crawl that belongs to an article of it.
    """

    own: int
    across: bool
    rules: CopyRules
    near: NearPages
    line_of: Callable[[int], Record]
    told: bytearray

    def story(self, pages: list[StoryPage], leads: list[str]) -> SettledStory:
        """The lines of the story on ``pages``; ``leads`` are addresses that redirect to it."""
        others = [page for page in pages if page.number >= self.own]
        choice = pages if self.across else [page for page in pages if page.number < self.own]
        choice = with_truncated(choice, self.rules.compared)
        mine = [page for page in choice if page.number < self.own]
        parts = ordered_parts(choice, self.rules.preference)
        if parts[0].number >= self.own:
            return self._told_before(mine, parts)
        article = self._article(parts, sorted({page.url for page in mine}.union(leads) - {parts[0].url}))
        for page in mine:
            self.near.belongs(page.number, article["id"])
            self.told[page.number] = 1
        copies = [
            duplicate_record(self._record(page), article["id"], *relation_to(page, parts, self.rules))
            for page in mine
            if page.number != parts[0].number
        ]
        return SettledStory(article, copies, [self._before(article, page, parts) for page in others])

    def _article(self, parts: list[StoryPage], aliases: list[str]) -> Record:
        if len(parts) == 1:
            return {**self._record(parts[0]), "aliases": aliases}
        earlier = self.line_of(parts[0].number)["earlier_story"]
        return joined_record([self._record(part) for part in parts], aliases, earlier)

    def _told_before(self, mine: list[StoryPage], parts: list[StoryPage]) -> SettledStory:
        """The lines of a story that an earlier crawl has."""
        kept = self.near.article(parts[0].number)
        where = f" of the crawl {kept.crawl}"
        for page in mine:
            self.near.belongs(page.number, kept.id)
        return SettledStory(
            None,
            [
                duplicate_record(self._record(page), kept.id, *relation_to(page, parts, self.rules, where), kept.crawl)
                for page in mine
            ],
        )

    def _before(self, article: Record, page: StoryPage, parts: list[StoryPage]) -> Record:
        """What an article is to a page of an earlier crawl with its story."""
        other = self.near.article(page.number)
        kind, similarity, why = relation_to(page, parts, self.rules)
        reason = why if self.across else f"an earlier crawl has it too; {why.partition('; ')[0]}"
        relation = Relation(
            id=article["id"],
            url=article["url"],
            kind=kind.value,
            similarity=similarity,
            reason=reason,
            of=other.id,
            of_url=page.url,
            of_crawl=other.crawl,
            kept=article["id"] if self.across else None,
        )
        return relation_record(relation)

    def translations(self, named: Iterable[tuple[StoryPage, str, StoryPage]]) -> Iterator[Record]:
        """The relations of articles whose pages name another one's page as their version in a language."""
        for page, language, other in named:
            one, of = self.near.article(page.number), self.near.article(other.number)
            if (
                one.id == of.id
                or not self.told[page.number]
                or (other.number < self.own and not self.told[other.number])
            ):
                continue
            relation = Relation(
                id=one.id,
                url=page.url,
                kind="translation_of",
                similarity=None,
                reason=f"its page names that one as its version in {language}",
                of=of.id,
                of_url=other.url,
                of_crawl=of.crawl or None,
            )
            yield relation_record(relation)

    def _record(self, page: StoryPage) -> Record:
        record: Record = self.line_of(page.number)["article"]
        return record


def _sibling(found: Sibling) -> Record:
    verdict = found.verdict
    relation = Relation(
        id=found.id,
        url=found.url,
        kind=verdict.kind.value,
        similarity=verdict.similarity,
        reason=verdict.reason,
        of=found.of,
        of_url=found.of_url,
        of_crawl=found.of_crawl or None,
    )
    return relation_record(relation)
