"""Stage: the new form of one folder beside the old one, file by file; nothing of the old one is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.archive.warc_write import OPEN
from portal_crawler.dedup.near_schema_sqlite import is_usable
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.scope import TAKEDOWN
from portal_crawler.records.assemble import NoLedger, Settled, assemble_dataset
from portal_crawler.records.jsonl import read_lines, replace_file
from portal_crawler.records.manifest_json import CRAWL, SUMS, read_crawl, read_sums, sha256_of, summed_files
from portal_crawler.records.sinks import (
    ARTICLES,
    DUPLICATES,
    INDEX,
    KNOWN,
    LINKS,
    PAGES,
    RELATIONS,
    SKIPPED,
    STORIES,
)  # fmt: skip
from portal_crawler.records.skip_record import skip_record
from portal_crawler.records.takedown_journal_json import STAGED, Change
from portal_crawler.records.tombstone import Tombstone
from portal_crawler.records.tombstones_jsonl import TAKEDOWNS, lines_of, read_tombstones
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.takedown.build_json import BUILD, changed_build
from portal_crawler.takedown.derived import derived
from portal_crawler.takedown.ledger_copy_sqlite import LedgerChange, Skip, change_ledger, copy_database, skips_of
from portal_crawler.takedown.lines_jsonl import Places, Record, rewrite, rewrite_index
from portal_crawler.takedown.quotes import holds
from portal_crawler.takedown.story_index_sqlite import copy_index
from portal_crawler.takedown.warc_cut import WarcCut

_PROFILE = "profile.toml"
Counts = Callable[[Path], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """What goes of one folder.

    ``banned`` are the keys of the pages that are taken down, each with the rule to tell; ``also`` those of pages whose
    captures go because they hold one of ``sentences``: their records stay, without a place in the archive. ``cuts`` are
    those of the archive files that the folder's records name, by that name, ``archives`` the new files; ``own`` are the
    names of those that lie in the folder. ``tombstones`` are written there. ``anchors`` says whether the words of links
    to the pages stay.
    """

    folder: Path
    banned: Mapping[str, str]
    also: frozenset[str]
    sentences: frozenset[str]
    cuts: Mapping[str, WarcCut]
    archives: Mapping[str, Path]
    own: frozenset[str]
    tombstones: tuple[Tombstone, ...]
    anchors: bool
    now: datetime

    @property
    def settled(self) -> bool:
        """Whether its dataset is settled."""
        return (self.folder / SUMS).exists() and (self.folder / STORIES).exists()


@dataclass(slots=True)
class Staging:
    """Stages one folder.

    :param cut_of: the cut of an archive file, by its path.
    :param earlier: (name of its folder, its staged index of stories) of each crawl before it.
    :param counts: what ``crawl.json`` counts of a folder with a ledger.
    """

    plan: FolderPlan
    cut_of: Callable[[Path], WarcCut | None]
    earlier: Sequence[tuple[str, Path]]
    counts: Counts
    files: list[str] = field(default_factory=list)
    _gone: dict[str, str] = field(default_factory=dict)
    _lengths: dict[str, int] = field(default_factory=dict)

    def run(self) -> Change:
        """Write all files; what is to become of the folder.

        :raises DiskFullError: where there is no room.
        """
        folder = self.plan.folder
        removed = derived(folder)
        self._archive()
        self._pages()
        self._records()
        settled = self._settle() if self.plan.settled else None
        if settled is None:
            self._filter()
        if self._there(LEDGER):
            self._ledger(settled)
        self._crawl(settled)
        self._tombstones((*self.files, LEDGER, CRAWL), removed)
        if (folder / SUMS).exists():
            self._sums(removed)
        return Change(tuple(self.files), removed)

    @property
    def staged(self) -> Path:
        """The folder of the new files."""
        return self.plan.folder / STAGED

    def _there(self, name: str) -> bool:
        return (self.plan.folder / name).exists()

    def _new(self, name: str) -> Path:
        if name not in self.files:
            self.files.append(name)
        return self.staged / name

    # -- the archive

    def _archive(self) -> None:
        folder = self.plan.folder
        for name in sorted(self.plan.own):
            path = folder / name if self._there(name) else folder / (name + OPEN)
            self._lengths[name] = self.plan.cuts[name].write(path, self._new(path.relative_to(folder).as_posix()))
        if self.plan.own and self._there(INDEX):
            places, in_order = Places(self.plan.cuts), (folder / SUMS).exists()
            (self.staged / INDEX).parent.mkdir(parents=True, exist_ok=True)
            self._lengths[INDEX] = rewrite_index(folder / INDEX, self._new(INDEX), places, in_order=in_order)

    # -- the records

    def _pages(self) -> None:
        """Pages go by their addresses."""
        places, plan = Places(self.plan.cuts), self.plan

        def rule(record: Record) -> Record | None:
            key = record["url_key"]
            if key in plan.banned:
                self._gone[key] = plan.banned[key]
                return None
            return places.moved(record)

        self._rewrite(PAGES, rule)

    def _records(self) -> None:
        places = Places(self.plan.cuts)
        self._rewrite(STORIES, self._story(places))
        self._rewrite(LINKS, self._link)
        if not self._there(LEDGER):  # records that were read from archives: no address was skipped
            return
        skips = [self._skip(one) for one in skips_of(self.plan.folder / LEDGER, self._all_gone)]
        told = {record["url_key"] for record in skips}
        if skips or self._there(SKIPPED):
            path, new = self.plan.folder / SKIPPED, self._new(SKIPPED)
            self._lengths[SKIPPED] = rewrite(path, new, lambda one: None if one["url_key"] in told else one, skips)

    @property
    def _all_gone(self) -> dict[str, str]:
        """Keys with their rules: pages that go, and addresses that were lost and are banned from now on."""
        return {**self._gone, **self.plan.banned}

    def _skip(self, row: Skip) -> Record:
        rule = self._all_gone[row.url_key]
        key, via, depth = row.url_key, row.via, row.depth
        return skip_record(row.url, TAKEDOWN, self.plan.now, url_key=key, via=via, depth=depth, rule=rule)

    def _story(self, places: Places) -> Callable[[Record], Record | None]:
        def rule(line: Record) -> Record | None:
            article = line["article"]
            return None if article["url_key"] in self._gone else {**line, "article": places.moved(article)}

        return rule

    def _link(self, record: Record) -> Record | None:
        plan = self.plan
        if record["source_key"] in self._gone:
            return None
        if record["target_key"] in plan.banned and not plan.anchors:
            return {**record, "text": "", "context": None}
        if record["source_key"] in plan.also:
            words = "" if holds(record["text"], plan.sentences) else record["text"]
            return {**record, "text": words, "context": None}
        return record

    def _rewrite(self, name: str, rule: Callable[[Record], Record | None], added: Iterable[Record] = ()) -> None:
        if self._there(name):
            self._lengths[name] = rewrite(self.plan.folder / name, self._new(name), rule, added)

    # -- the dataset

    def _settle(self) -> Settled:
        """Make the settled files anew from the story pages that stay."""
        folder = self.plan.folder
        profile = load_profile(folder / _PROFILE, to_crawl=False)
        if is_usable(folder / KNOWN):
            copy_index(folder / KNOWN, self.staged / KNOWN, self._all_gone, self.earlier)
        settled = assemble_dataset(self.staged, profile, NoLedger())
        for name in (ARTICLES, DUPLICATES, RELATIONS, KNOWN):
            self._lengths[name] = self._new(name).stat().st_size
        return settled

    def _filter(self) -> None:
        """Records that are not settled: those that stay, as they are."""
        places = Places(self.plan.cuts)
        gone_urls = {
            page["url"] for _, _, page in read_lines(self.plan.folder / PAGES) if page["url_key"] in self._gone
        }

        def rule(record: Record) -> Record | None:
            if record["url_key"] in self._gone:
                return None
            stays = places.moved(record)
            if "aliases" in stays:
                stays = {**stays, "aliases": [one for one in stays["aliases"] if one not in gone_urls]}
            return stays

        gone_ids = {one for tombstone in self.plan.tombstones for one in tombstone.article_ids}
        self._rewrite(ARTICLES, rule)
        self._rewrite(DUPLICATES, rule)
        self._rewrite(RELATIONS, lambda record: None if gone_ids & {record["id"], record["of"]} else record)

    # -- what is said of the folder

    def _ledger(self, settled: Settled | None) -> None:
        folder = self.plan.folder

        def cut_of(crawl: str, file: str) -> WarcCut | None:
            return self.cut_of((folder / crawl / file).resolve())

        copy_database(folder / LEDGER, self._new(LEDGER))
        joined = settled.joined if settled else ()
        change = LedgerChange(self._all_gone, self.plan.cuts, cut_of, self._lengths, joined)
        change_ledger(self.staged / LEDGER, change)

    def _crawl(self, settled: Settled | None) -> None:
        crawl = read_crawl(self.plan.folder)
        if crawl is None:
            return
        if crawl.get("counts"):
            crawl["counts"] = self._counted(crawl["counts"], settled)
        if settled:
            crawl["mirrors"] = [asdict(mirror) for mirror in settled.mirrors]
        content = orjson.dumps(crawl, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        replace_file(self._new(CRAWL), content)
        if built := changed_build(self.plan.folder, self.plan.archives):
            replace_file(self._new(BUILD), built)

    def _counted(self, counts: dict[str, Any], settled: Settled | None) -> Mapping[str, Any]:
        if self._there(LEDGER):
            return self.counts(self.staged)
        kinds = Counter(page["kind"] for _, _, page in read_lines(self.staged / PAGES))
        known = {"fetched": kinds.total(), "article": kinds["article"]} | (
            {"unique": settled.articles} if settled else {}
        )
        return {**counts, **{name: value for name, value in known.items() if name in counts}}

    def _tombstones(self, files: Iterable[str], removed: tuple[str, ...]) -> None:
        there = sorted({name for name in files if self._there(name)})
        told = [replace(one, files_rewritten=tuple(there), files_removed=removed) for one in self.plan.tombstones]
        known = read_tombstones(self.plan.folder / TAKEDOWNS)
        replace_file(self._new(TAKEDOWNS), lines_of((*known, *told)))

    def _sums(self, removed: tuple[str, ...]) -> None:
        """The digests of the new files, and of those that stay as they were told before.

        A file that was not told of is none of the crawl's: somebody's, who may change it.
        """
        stay = {
            name: digest
            for name, digest in (read_sums(self.plan.folder) or {}).items()
            if name not in removed and not name.startswith(tuple(f"{one}/" for one in removed))
        }
        new = {name: sha256_of(self.staged / name) for name in summed_files(self.staged)}
        lines = [f"{digest}  {name}\n" for name, digest in sorted((stay | new).items())]
        replace_file(self._new(SUMS), "".join(lines).encode())
