"""WACZ checks: whether a package holds together, its parts, its WARC records, its indexes and its lists of pages.

Of a package of this program, each page's time is that of its record; other writers note when a browser had loaded it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from portal_crawler.archive.record_digest import WIRE_PAYLOAD, digest_problems
from portal_crawler.archive.response_capture import stands_for
from portal_crawler.archive.wacz_layout import ARCHIVE
from portal_crawler.archive.wacz_read import Wacz
from portal_crawler.archive.wacz_signature import signed_by
from portal_crawler.archive.warc_collection import WarcCollection
from portal_crawler.archive.warc_date import read_warc_date, warc_date
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord, read_records
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.archive_sources import collection_of
from portal_crawler.records.finding import Finding, shortened
from portal_crawler.records.package_table_sqlite import PackageTable

_COPY = "copy the package again, or make it anew with portal-crawler wacz"
_OURS = "portal-crawler"
# (query for (path, place, subject), sentence on the subject)
_INDEX_CHECKS = (
    (
        "SELECT source, 'line ' || line, file || ' at byte ' || offset FROM entry WHERE NOT EXISTS"
        " (SELECT 1 FROM record WHERE record.file = entry.file AND record.offset = entry.offset"
        " AND record.second = substr(entry.second, 1, 14)"
        " AND (entry.url IS NULL OR entry.url IN (record.uri, record.url))) ORDER BY source, line",
        "there is no record of its URL and time in {}",
    ),
    (
        "SELECT file, 'byte ' || offset, url FROM record WHERE indexed AND NOT EXISTS (SELECT 1 FROM entry"
        " WHERE entry.file = record.file AND entry.offset = record.offset) ORDER BY file, offset",
        "the response of {} has no line in an index",
    ),
)
_PAGE_CHECK = (
    "SELECT source, 'line ' || line, url || ' at ' || time FROM page WHERE NOT EXISTS"
    " (SELECT 1 FROM record WHERE record.url = page.url AND record.time = page.time) ORDER BY source, line",
    "there is no record of {}",
)


def wacz_findings(wacz: Wacz) -> Iterator[Finding]:
    """Everything that is wrong with a package, each thing once. Memory does not grow with the package."""
    told: set[Finding] = set()
    for found in _findings(wacz):
        if found not in told:
            told.add(found)
            yield found


def _findings(wacz: Wacz) -> Iterator[Finding]:
    yield from (Finding(path, "", problem, _COPY) for path, problem in wacz.problems())
    ours = _is_ours(wacz)
    with PackageTable() as table, collection_of(wacz.path) as originals:
        for name in wacz.warcs:
            found = _warc_findings(wacz, name, table, originals, ours=ours)
            yield from shortened(found, "records that are wrong by themselves")
        yield from shortened(_index_findings(wacz, table), "lines that are wrong by themselves")
        for name in wacz.page_lists:
            yield from shortened(_page_findings(wacz, name, table), "lines that are wrong by themselves")
        table.ready()
        for query, problem in (*_INDEX_CHECKS, *((_PAGE_CHECK,) if ours else ())):
            rows = table.rows(query)
            found = (Finding(path, place, problem.format(subject), _COPY) for path, place, subject in rows)
            yield from shortened(found, problem.format("the address"))


def _is_ours(wacz: Wacz) -> bool:
    try:
        return str(wacz.datapackage().get("software", "")).startswith(_OURS)
    except DamagedFileError:
        return False


def _warc_findings(
    wacz: Wacz, name: str, table: PackageTable, originals: WarcCollection, *, ours: bool
) -> Iterator[Finding]:
    try:
        with wacz.open(name) as file:
            for found in read_records(file, name):
                if isinstance(found, Damage):
                    yield Finding(name, f"byte {found.offset}", found.problem, _COPY)
                    continue
                original = originals.original(found) if found.kind == "revisit" else None
                table.add("record", [_record_row(found, original)])
                if isinstance(original, Damage):
                    yield Finding(name, f"byte {found.place.offset}", original.problem, _COPY)
                for problem in digest_problems(found):
                    if ours or problem != WIRE_PAYLOAD:
                        place = f"byte {found.place.offset}"
                        yield Finding(name, place, f"{found.kind} of {found.url}: {problem}", _COPY)
    except DamagedFileError as error:
        yield _of(error, name)


def _record_row(record: ReadRecord, original: ReadRecord | Damage | None) -> tuple[Any, ...]:
    uri = (record.header("WARC-Target-URI") or "").strip("<>")
    indexed = record.kind in ("response", "revisit") and uri.startswith(("http://", "https://"))
    indexed = indexed and not (isinstance(original, ReadRecord) and stands_for(original, record))
    time, second = (warc_date(record.date), f"{record.date:%Y%m%d%H%M%S}") if record.date else (None, None)
    return record.place.file, record.place.offset, uri, record.url, time, second, indexed


def _index_findings(wacz: Wacz, table: PackageTable) -> Iterator[Finding]:
    try:
        for path, number, line in wacz.index_lines():
            try:
                _, second, text = line.decode().split(" ", 2)
                fields = orjson.loads(text)
                # The lines of POST requests have the request's body in their URL.
                url = None if "method" in fields else fields.get("url")
                row = (path, number, ARCHIVE + fields["filename"], int(fields["offset"]), url, second)
            except (KeyError, TypeError, ValueError) as error:
                yield Finding(path, f"line {number}", f"is no line of an index ({error!r})", _COPY)
                continue
            table.add("entry", [row])
    except DamagedFileError as error:
        yield _of(error)


def _page_findings(wacz: Wacz, name: str, table: PackageTable) -> Iterator[Finding]:
    try:
        for number, line in wacz.page_lines(name):
            try:
                page = orjson.loads(line)
                if number == 1 and "format" in page:
                    continue
                url, moment = str(page["url"]), read_warc_date(str(page["ts"]))
            except (KeyError, TypeError, ValueError) as error:
                yield Finding(name, f"line {number}", f"is no page with url and ts ({error!r})", _COPY)
                continue
            if moment is None:
                yield Finding(name, f"line {number}", f"its ts is no time: {page['ts']}", _COPY)
            else:
                table.add("page", [(name, number, url, warc_date(moment))])
    except DamagedFileError as error:
        yield _of(error, name)


def _of(error: DamagedFileError, path: str = "") -> Finding:
    name, _, place = (error.place or path).partition(", ")
    return Finding(path or name, place, error.problem, _COPY)


def signature_of(wacz: Wacz) -> str:
    """Whose signature the package has, as ``signed_by`` says it; "" where it has none that can be read."""
    try:
        signed = (wacz.digest() or {}).get("signedData")
    except DamagedFileError:
        return ""
    return signed_by(signed) if isinstance(signed, dict) else ""
