"""Verify: whether a crawl's folder holds together, line by line, file by file, and with its ledger.

What is checked: every line (whole, JSON, schema, text rules, digests and ids computed again), the keys across files and
ledger, the committed lengths, ``SHA256SUMS``, and, of a settled dataset, every article and duplicate against what the
kept story pages give; and of an archive, every block, digest and place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from portal_crawler.archive.warc_write import OPEN
from portal_crawler.errors import DamagedFileError, PortalCrawlerError, ProfileError, StateError
from portal_crawler.records.archive_checks import archive_findings, place_findings, source_findings
from portal_crawler.records.cross_table_sqlite import LEDGER, CrossTable
from portal_crawler.records.finding import AGAIN, Finding, at_line, shortened
from portal_crawler.records.jsonl import raw_lines
from portal_crawler.records.line_checks import checked_line
from portal_crawler.records.manifest_json import (
    BUILT,
    CRAWL,
    REPLAYED,
    SUMS,
    is_summed,
    read_crawl,
    read_from,
    read_sums,
    sha256_of,
    sources_read,
    summed_files,
    torn_sums,
)
from portal_crawler.records.reconcile import contradictions, count_differences
from portal_crawler.records.schema import SCHEMAS, Schema
from portal_crawler.records.settled_check import differences
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, LINKS, PAGES, RELATIONS, SKIPPED, STORIES
from portal_crawler.records.takedown_journal_json import JOURNAL, is_unfinished
from portal_crawler.records.tombstones_jsonl import TAKEDOWNS
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.urls import NO_RULES, UrlRules, url_key

_RESUME = "run the same crawl command again: it completes the file"
_FINISH = "finish it with the same command again, or with: portal-crawler takedown --in {}"
_PROFILE = "profile.toml"
# What a finished crawl always has a sum of, where it is there; somebody may put other files beside them.
_SWORN = (CRAWL, _PROFILE, STORIES, *(schema.file for schema in SCHEMAS.values()), "archive/", "indexes/")
# How records came to be that were read from archives: no crawl was kept track of.
_WITHOUT_LEDGER = (BUILT, REPLAYED)
# Rows are handed over in heaps of this size: one statement each.
_HEAP = 5_000


def verify_crawl(folder: Path, wire: Counter[str] | None = None) -> list[Finding]:
    """Everything that is wrong with a crawl's folder; an empty list where nothing is.

    Reads only. Memory does not grow with the crawl.

    :param wire: see ``source_findings``.
    """
    sums = read_sums(folder)
    try:
        if stopped := list(_stopped_takedowns(folder)):
            return stopped
        crawl = read_crawl(folder)
    except (DamagedFileError, StateError) as error:  # what it was made of is not known: the sums tell of the rest
        return [_damaged(folder, error), *(_sum_findings(folder, sums) if sums is not None else ())]
    settled = sums is not None
    found = [] if crawl is not None else [Finding(CRAWL, "", "is missing", _RESUME)]
    found += _missing_findings(folder, crawl or {})
    if not settled and (crawl or {}).get("finish_reason") not in (None, "interrupted"):
        found.append(Finding(SUMS, "", "is missing"))
    with CrossTable(folder) as table:
        for schema in SCHEMAS.values():
            found += shortened(_file_findings(folder, schema, table), "lines that are wrong by themselves")
        found += _archive_findings(*(folder, crawl or {}, table, Counter() if wire is None else wire), settled=settled)
        found += _sums_between(folder, table, crawl or {}, settled=settled)
        found += _profile_findings(folder)
        if settled:
            found += _settled_findings(folder, table)
    if sums is not None:
        found += _sum_findings(folder, sums)
    return found


def _damaged(folder: Path, error: PortalCrawlerError) -> Finding:
    """A file that cannot be read at all, of this crawl or of one that it builds on."""
    path = Path(error.subject)
    name = path.name if path.parent.resolve() == folder.resolve() else error.subject
    return Finding(name, error.place, error.problem, error.cure)


def _stopped_takedowns(folder: Path) -> Iterator[Finding]:
    """Takedowns that are not finished here, or in a crawl that holds this one's bytes: all else would follow of it."""
    waiting, seen = [folder.resolve()], set[Path]()
    while waiting:
        one = waiting.pop()
        if one in seen or not one.is_dir():
            continue
        seen.add(one)
        if is_unfinished(one):
            name = JOURNAL if one == folder.resolve() else str(one / JOURNAL)
            yield Finding(name, "", "a takedown was stopped here, and is not finished", _FINISH.format(one))
        crawl = read_crawl(one) or {}
        since = [crawl["since"]] if crawl.get("since") else []
        waiting += [(one / name).resolve() for name in (*since, *read_from(crawl))]


def _missing_findings(folder: Path, crawl: dict[str, Any]) -> Iterator[Finding]:
    """Whether what holds this crawl's bytes, beside its own archive, is there."""
    cure = "put it back, or change the path to where it is now"
    since = crawl.get("since")
    if since is not None and not (folder / since).is_dir():
        problem = f"the crawl before, {since}, is missing, and with it the content of this one's revisit records"
        yield Finding(CRAWL, "since", problem, cure)
    for source, path in zip(read_from(crawl), sources_read(folder, crawl), strict=True):
        if path is not None and not path.exists():
            yield Finding(CRAWL, "from", f"the archive that it was read from, {source}, is missing", cure)


def _archive_findings(
    folder: Path, crawl: dict[str, Any], table: CrossTable, wire: Counter[str], *, settled: bool
) -> Iterator[Finding]:
    """What is wrong with the archive that holds this crawl's bytes: its own, or those that it was read from."""
    since, named = crawl.get("since"), sources_read(folder, crawl)
    if named:
        sources = [source for source in named if source is not None and source.exists()]
        if table.has_ledger:  # crawl --from takes the capture of another spelling where the archive lacks its own
            table.same_page_by(partial(_is_one_page, rules=_url_rules(folder)))
        if len(sources) == len(named):
            yield from source_findings(sources, table, wire)
            table.ready()
            yield from place_findings(table, whole=False)
        else:
            table.ready()
        return
    revisits = since is None or (folder / since).is_dir()
    yield from archive_findings(folder, table, settled=settled, revisits=revisits)
    table.ready()
    yield from place_findings(table)


def _file_findings(folder: Path, schema: Schema, table: CrossTable) -> Iterator[Finding]:
    """What is wrong with the lines of one file; its keys go into the table."""
    path = folder / schema.file
    if not path.exists():
        if schema.file not in (SKIPPED, RELATIONS, TAKEDOWNS):  # there is none of them while a crawl runs
            yield Finding(schema.file, "", "is missing")
        return
    heaps: dict[str, list[tuple[Any, ...]]] = {}
    for number, line in raw_lines(path):
        record, wrong = checked_line(line, schema, number)
        yield from (at_line(schema.file, number, problem) for problem in wrong)
        for name, row in _ROWS[schema.file](record, number) if record is not None else ():
            heap = heaps.setdefault(name, [])
            heap.append(row)
            if len(heap) >= _HEAP:
                table.add(name, heap)
                heap.clear()
    for name, heap in heaps.items():
        table.add(name, heap)


def _article_rows(record: dict[str, Any], number: int) -> list[tuple[str, tuple[Any, ...]]]:
    rows: list[tuple[str, tuple[Any, ...]]] = [("article", (*_values(record, "url_key", "url", "id"), number))]
    rows += _placed(ARTICLES, record, number)
    aliases = record.get("aliases")
    names = aliases if isinstance(aliases, list) else []
    return rows + [("alias", (str(alias), str(record.get("id")), number)) for alias in names]


def _placed(source: str, record: dict[str, Any], number: int) -> list[tuple[str, tuple[Any, ...]]]:
    """Where a line says that its exchange stands."""
    names = ("url", "warc_file", "warc_offset", "warc_record_id", "payload_digest")
    return [("placed", (source, number, *_values(record, *names)))] if record.get("warc_file") else []


def _page_rows(record: dict[str, Any], number: int) -> list[tuple[str, tuple[Any, ...]]]:
    return [
        ("page", (*_values(record, "url_key", "url", "kind", "status"), number)),
        *_placed(PAGES, record, number),
    ]


def _values(record: dict[str, Any], *names: str) -> tuple[Any, ...]:
    values = (record.get(name) for name in names)
    return tuple(value if isinstance(value, str | int | None) else str(value) for value in values)


_ROWS: dict[str, Callable[[dict[str, Any], int], list[tuple[str, tuple[Any, ...]]]]] = {
    ARTICLES: _article_rows,
    DUPLICATES: lambda record, n: [("copy", (*_values(record, "url_key", "url", "id", "of", "of_crawl"), n))],
    RELATIONS: lambda record, n: [("relation", (*_values(record, "id"), n))],
    LINKS: lambda record, n: [("target", (*_values(record, "target_key"), n))],
    PAGES: _page_rows,
    SKIPPED: lambda record, n: [("skip", (*_values(record, "url_key", "url", "bin"), n))],
    TAKEDOWNS: lambda record, _: [("withdrawn", (key,)) for key in record.get("url_keys") or ()],
}


def _sums_between(folder: Path, table: CrossTable, crawl: dict[str, Any], *, settled: bool) -> Iterator[Finding]:
    """What does not add up among the files and the ledger."""
    try:
        yield from contradictions(table, settled=settled)
        yield from count_differences(table, crawl.get("counts") or {})
        if table.has_ledger or crawl.get("finish_reason") not in _WITHOUT_LEDGER:
            yield from _length_findings(folder, table)
    except StateError as error:
        yield Finding(LEDGER, error.place, error.problem, error.cure)


def _length_findings(folder: Path, table: CrossTable) -> Iterator[Finding]:
    """Files whose length is not the committed one."""
    if not table.has_ledger:
        yield Finding(LEDGER, "", table.ledger_problem)
        return
    for file, committed in table.rows("SELECT file, committed_length FROM ledger.outputs ORDER BY file"):
        path = folder / file
        if not path.exists():  # a WARC file that was still growing
            path = folder / (file + OPEN)
        length = path.stat().st_size if path.exists() else 0
        if length != committed:
            cure = AGAIN if length < committed else _RESUME
            row = f"{LEDGER}, outputs row {file}"
            yield Finding(file, f"byte {min(length, committed)}", f"is {length} bytes long, {committed} in {row}", cure)


def _sum_findings(folder: Path, sums: dict[str, str]) -> Iterator[Finding]:
    """Files that changed since the crawl's end, and files of the crawl that nothing is sworn of."""
    for line in torn_sums(folder):
        yield Finding(SUMS, f"line {line}", "is no line as sha256sum writes it", "restore the file from a copy")
    for name in summed_files(folder):
        if name not in sums and name.startswith(_SWORN):
            problem = f"is not in {SUMS}: it was added since the crawl's end, or its line was removed"
            yield Finding(name, "", problem, f"take it out, or restore {SUMS} from a copy")
    for number, (name, digest) in enumerate(sums.items(), start=1):
        path = folder / name
        if not path.exists() and not is_summed(name):
            continue  # what came and went while an earlier version wrote the sums
        if not path.exists():
            yield Finding(name, "", f"is missing, but in {SUMS}, line {number}")
        elif sha256_of(path) != digest:
            yield Finding(name, "", f"its SHA-256 is not that of {SUMS}, line {number}: the file was changed")


def _profile_findings(folder: Path) -> Iterator[Finding]:
    """Whether the profile can be read, by which a crawl goes on and its records are held against its pages."""
    if not (folder / _PROFILE).exists():
        return
    try:
        load_profile(folder / _PROFILE, to_crawl=False)
    except ProfileError as error:
        yield Finding(_PROFILE, error.place, error.problem, "restore the file from a copy")


def _url_rules(folder: Path) -> UrlRules:
    try:
        return UrlRules(frozenset(load_profile(folder / _PROFILE, to_crawl=False).urls.drop_params))
    except ProfileError:
        return NO_RULES  # told by _profile_findings


def _is_one_page(url: str | None, other: str | None, rules: UrlRules) -> bool:
    """Whether two addresses are equal, or spellings of one."""
    if url is None or other is None or url == other:
        return url == other
    key = url_key(url, rules)
    return key is not None and key == url_key(other, rules)


def _settled_findings(folder: Path, table: CrossTable) -> Iterator[Finding]:
    """Lines of the settled files that the kept story pages do not give."""
    missing = [name for name in (_PROFILE, STORIES, ARTICLES, DUPLICATES) if not (folder / name).exists()]
    if missing:
        yield Finding(missing[0], "", "is missing, so the settled files cannot be held against the pages")
        return
    try:
        yield from shortened(
            differences(folder, load_profile(folder / _PROFILE, to_crawl=False), table), "lines that differ"
        )
    except DamagedFileError as error:
        yield Finding(STORIES, error.place, error.problem, error.cure)
    except ProfileError:
        return  # told already
    except (KeyError, TypeError, AttributeError) as error:
        yield Finding(STORIES, "", f"holds a line that is no story page ({error!r})")
