"""Operation: a takedown from what was asked to the commit. ``planned`` reads, ``Operation.run`` changes.

The locks of all folders that are looked at are held all the while. Until the journal is written, nothing of the old
files is touched: an error, a full disk or a kill leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from portal_crawler.records.archive_sources import archive_names, told_apart
from portal_crawler.records.sinks import KNOWN
from portal_crawler.records.takedown_journal_json import (
    STAGED,
    Change,
    Commit,
    commit_takedown,
    discard_staged,
    finish_takedown,
    locked,
    remove_path,
)  # fmt: skip
from portal_crawler.records.tombstone import Tombstone, packed_sketch
from portal_crawler.records.tombstones_jsonl import lines_of, withdrawn_for, workspace_file
from portal_crawler.takedown.chain import chain_of, sources_of, ties_of
from portal_crawler.takedown.derived import derived
from portal_crawler.takedown.findings import Findings, Quotes, Wanted, find_records
from portal_crawler.takedown.stage import Counts, FolderPlan, Staging
from portal_crawler.takedown.targets import Story, find_stories, sentences_of
from portal_crawler.takedown.unfinished import to_last_commit
from portal_crawler.takedown.warc_cut import WarcCut


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for.

    ``folders`` are the crawls to look at, ``beside`` folders in which crawls that go on from them are looked for.
    ``copies`` says whether all copies of the story go, ``anchors`` whether the words of links to it stay in
    ``links.jsonl``. ``now`` is aware.
    """

    urls: tuple[str, ...]
    folders: tuple[Path, ...]
    reason: str
    now: datetime
    by: str | None = None
    beside: tuple[Path, ...] = ()
    copies: bool = True
    quotes: Quotes = Quotes.REMOVE
    anchors: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A takedown that is found out and not done: ``folders`` are those that change, earlier crawls first; ``sentences``
    those that only the stories have, ``already`` the addresses of which nothing is left to take.
    """

    wish: Wish
    folders: tuple[Path, ...]
    stories: tuple[Story, ...]
    found: Findings
    sentences: frozenset[str] = frozenset()
    already: tuple[str, ...] = ()
    staged: dict[Path, Change] = field(default_factory=dict)

    def tombstones(self, folder: Path | None = None) -> tuple[Tombstone, ...]:
        """The tombstones, as a folder gets them, or else the workspace."""
        records = self.found.records
        count = records.get(folder, 0) if folder else sum(records.values())
        also = tuple(dict.fromkeys(one.url_key for one in self.found.quoting if one.goes))
        return tuple(
            Tombstone(
                url=story.url,
                url_keys=tuple(story.keys),
                ts=self.wish.now,
                reason=self.wish.reason,
                by=self.wish.by,
                article_ids=tuple(story.ids),
                payload_digests=tuple(story.payloads) if story.copies else (),
                text_digests=tuple(story.texts) if story.copies else (),
                sketches=tuple(filter(None, map(packed_sketch, story.bodies.values()))) if story.copies else (),
                also_removed=also,
                records_removed=count,
            )
            for story in self.stories
        )

    @property
    def shared(self) -> tuple[Path, ...]:
        """The files of the workspaces that get the tombstones."""
        return tuple(dict.fromkeys(workspace_file(folder) for folder in self.folders))

    def run(self, counts: Counts) -> None:
        """Do it.

        :param counts: what ``crawl.json`` counts of a folder with a ledger.
        :raises DiskFullError: where there is no room for the new files; nothing has changed then.
        """
        try:
            for folder in self.folders:
                self.staged[folder] = self._stage(folder, counts)
        except BaseException:
            discard_staged(self.folders)
            raise
        lines = tuple(lines_of(self.tombstones()).splitlines(keepends=True))
        commit_takedown(Commit(tuple(self.staged.items()), tuple((path, lines) for path in self.shared)))
        for folder in self.folders:  # what others made of the old records while the new ones were written
            for name in derived(folder):
                remove_path(folder / name)

    def _stage(self, folder: Path, counts: Counts) -> Change:
        (cuts, archives, own), now = self._cuts_of(folder), self.wish.now
        rules = {key: one.rule for one in self.tombstones() for key in one.url_keys}
        also = frozenset(one.url_key for one in self.found.quoting if one.goes)
        plan = FolderPlan(
            folder, rules, also, self.sentences, cuts, archives, own, self.tombstones(folder), self.wish.anchors, now
        )
        earlier = [(one.name, one / STAGED / KNOWN) for one in self.staged if (one / STAGED / KNOWN).exists()]
        return Staging(plan, self.cut_of, earlier, counts).run()

    def cut_of(self, path: Path) -> WarcCut | None:
        """The cut of an archive file, by its path."""
        return self.found.cuts.get(path)

    def _cuts_of(self, folder: Path) -> tuple[Mapping[str, WarcCut], Mapping[str, Path], frozenset[str]]:
        """Those of the files that a folder's records name, the new files, and the names of its own."""
        cuts, archives, own = dict[str, WarcCut](), dict[str, Path](), set[str]()
        sources = sources_of(folder)
        files = [archive_names(source) for source in sources]
        for source, names, recorded in zip(sources, files, told_apart(files), strict=True):
            for name, known in zip(names, recorded, strict=True):
                if (cut := self.found.cuts.get(source / name)) is not None:
                    cuts[known], archives[known] = cut, source / STAGED / name
                    own |= {known} if source == folder else set()
        return cuts, archives, frozenset(own)


@contextmanager
def planned(wish: Wish) -> Iterator[Operation]:
    """Find out what goes; the folders are locked for as long as the block runs.

    A takedown that was stopped in one of the folders is finished first.

    :raises UsageError: where an address is in none of the crawls, or a folder is none of a crawl.
    :raises StateError: where a crawl runs in one of the folders, or an archive is damaged.
    """
    named = [one.resolve() for one in wish.folders]
    folders = chain_of(wish.folders, (*wish.beside, *(one.parent for one in named), *named))
    for folder in folders:
        finish_takedown(folder)
        to_last_commit(folder)
    with locked(folders):
        yield _operation(wish, folders)


def _operation(wish: Wish, folders: Sequence[Path]) -> Operation:
    stories, already = find_stories(wish.urls, folders, copies=wish.copies), list[str]()
    for story in stories:
        if not story.pages:
            _must_be_known(story, folders)
            already.append(story.url)
    stories = [story for story in stories if story.pages]
    if not stories:
        return Operation(wish, (), (), Findings(), already=tuple(already))
    sentences = frozenset(sentences_of(stories, folders))
    found = find_records(folders, Wanted(stories, sentences, wish.quotes))
    changed = _changed(folders, stories, found)
    return Operation(wish, changed, tuple(stories), found, sentences, tuple(already))


def _must_be_known(story: Story, folders: Sequence[Path]) -> None:
    """That an address is nowhere is an error, unless it was taken down before."""
    if not any(withdrawn_for(folder).of_key(key) for folder in folders for key in story.keys):
        raise story.unknown(len(folders))


def _changed(folders: Sequence[Path], stories: Sequence[Story], found: Findings) -> tuple[Path, ...]:
    """The folders that have something of it, and those tied to them, whose places change with theirs."""
    changed: dict[Path, None] = {}
    having = {page.folder for story in stories for page in story.pages} | set(found.records)
    for folder in folders:
        if folder in having or any(one in changed for one in ties_of(folder)):
            changed[folder] = None
    return tuple(changed)
