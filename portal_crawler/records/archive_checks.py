"""Archive checks: whether the WARC files hold what the records say, and the index what the WARC files hold.

Every block and digest is read again. A digest over the bytes of the wire, as some writers make it, is named apart
from one that is wrong, and is their way in files of theirs. Contains no input or output of its own: ``warc_read``
reads, ``CrossTable`` holds the places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from portal_crawler.archive.http_message import read_response
from portal_crawler.archive.record_digest import WIRE_PAYLOAD, digest_problems
from portal_crawler.archive.warc_collection import WarcCollection, WarcSource, index_line
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.archive.warc_record import labelled_digest
from portal_crawler.archive.warc_write import FOLDER
from portal_crawler.records.archive_sources import archives_of, earlier_archives
from portal_crawler.records.capture_fields import Outcome
from portal_crawler.records.clean import clean_text
from portal_crawler.records.cross_table_sqlite import CrossTable
from portal_crawler.records.finding import Finding, shortened
from portal_crawler.records.jsonl import raw_lines
from portal_crawler.records.sinks import ARTICLES, INDEX, PAGES

_RESTORE = "restore the file from a copy"
_EARLIER = "restore the archive of the crawl before, beside this one as crawl.json names it"
_SORT = "sort the file by its bytes, or restore it from a copy"
# What ``labelled_digest`` writes.
_OURS = re.compile(r"sha256:[0-9a-f]{64}")
_PAGE = f"outcome: {Outcome.PAGE}\r\n".encode()
# (file, query for (place, subject), sentence on the subject)
_CHECKS = (
    (
        PAGES,
        "SELECT 'line ' || line, file || ' at byte ' || offset FROM placed LEFT JOIN record USING (file, offset)"
        " WHERE placed.source = 'pages.jsonl' AND file IS NOT NULL AND record.id IS NULL ORDER BY line",
        "there is no response in {}, where its line says that its exchange stands",
    ),
    (
        ARTICLES,
        "SELECT 'line ' || line, file || ' at byte ' || offset FROM placed LEFT JOIN record USING (file, offset)"
        " WHERE placed.source = 'articles.jsonl' AND file IS NOT NULL AND record.id IS NULL ORDER BY line",
        "there is no response in {}, where its line says that its exchange stands",
    ),
    (
        PAGES,
        # Of several records of one gzip member, which have one offset, one is the line's.
        "SELECT source || ', line ' || line, url FROM placed WHERE (file, offset) IN (SELECT file, offset FROM record)"
        " AND NOT EXISTS (SELECT 1 FROM record WHERE file = placed.file AND offset = placed.offset AND id IS placed.id"
        " AND coalesce(same_page(url, placed.url) AND digest = placed.digest, same_page(url, placed.url)))"
        " ORDER BY line",
        "the record where {} is said to stand is of another URL, id or payload digest",
    ),
    (
        FOLDER,
        "SELECT file || ', byte ' || offset, url FROM record WHERE page AND id NOT IN"
        " (SELECT id FROM placed WHERE source = 'pages.jsonl' AND id IS NOT NULL) ORDER BY file, offset",
        f"the exchange of {{}} is a page's, but no line of {PAGES} names it",
    ),
    (
        INDEX,
        "SELECT file || ', byte ' || offset, url FROM record LEFT JOIN entry USING (file, offset)"
        " WHERE entry.line IS NULL ORDER BY file, offset",
        "the response of {} has no line in the index",
    ),
    (
        INDEX,
        "SELECT 'line ' || line, file || ' at byte ' || offset FROM entry LEFT JOIN record USING (file, offset)"
        " WHERE record.id IS NULL ORDER BY line",
        "there is no response in {}",
    ),
    (
        INDEX,
        "SELECT 'line ' || line, max(url) FROM entry JOIN record USING (file, offset)"
        " GROUP BY line HAVING NOT max(said = indexed) ORDER BY line",
        "the line of {} says something else than its record",
    ),
)


# Those of the checks that ask of each line whether its record is there.
_ON_PLACES = 3


def archive_findings(folder: Path, table: CrossTable, *, settled: bool, revisits: bool) -> Iterator[Finding]:
    """What is wrong with a crawl's WARC files and their index, and what does not fit the records.

    :param table: holds the places that the records name (``placed``); it is filled further here, and not ready yet.
    :param settled: whether the crawl has ended, so that the index must be in order.
    :param revisits: whether the archives are there in which revisit records find their content.
    """
    archives = archives_of((folder,)) if any(folder.glob(f"{FOLDER}/*.warc*")) else []
    with WarcCollection((*archives, *earlier_archives(folder))) as originals:
        for source in (source for archive in archives for source in archive.sources):
            found = _file_findings(source, originals if revisits else None, table)
            yield from shortened(found, "records that are wrong by themselves")
    yield from shortened(_index_findings(folder / INDEX, table, settled=settled), "lines that are wrong by themselves")


def source_findings(sources: Sequence[Path], table: CrossTable, wire: Counter[str]) -> Iterator[Finding]:
    """What is wrong with the archives that records were read from; as ``archive_findings``, but for their index.

    :param wire: counts, by file, the records of other writers whose payload digest is over the bytes of the wire: that
        is their writer's way, and nothing to restore.
    """
    archives = archives_of(tuple(sources))
    earlier = [one for source in sources if source.is_dir() for one in earlier_archives(source)]
    with WarcCollection(archives, earlier) as originals:
        for source, archive in zip(sources, archives, strict=True):
            foreign = None if source.is_dir() else wire
            for one in archive.sources:
                found = _file_findings(one, originals, table, foreign)
                yield from shortened(found, "records that are wrong by themselves")


def place_findings(table: CrossTable, *, whole: bool = True) -> Iterator[Finding]:
    """What the records, the WARC files and the index say of each other; the table is ready.

    :param whole: whether every page of the archive must be recorded and indexed here.
    """
    for file, query, problem in _CHECKS if whole else _CHECKS[:_ON_PLACES]:
        found = (Finding(file, place, problem.format(subject), _RESTORE) for place, subject in table.rows(query))
        yield from shortened(found, problem.format("the address"))


def _file_findings(
    source: WarcSource, originals: WarcCollection | None, table: CrossTable, wire: Counter[str] | None = None
) -> Iterator[Finding]:
    """What is wrong with a file; see ``source_findings`` for ``wire``, which is ``None`` for a file of ours."""
    name, response = source.name, None
    for found in source.records():
        if isinstance(found, Damage):
            yield Finding(name, f"byte {found.offset}", found.problem, _RESTORE)
            continue
        content: ReadRecord | None = None if found.kind == "revisit" else found
        if originals is not None and found.kind == "revisit":
            original = originals.original(found)
            if isinstance(original, Damage):
                yield Finding(name, f"byte {found.place.offset}", original.problem, _EARLIER)
            else:
                content = original
        for problem in digest_problems(found):
            if wire is not None and problem == WIRE_PAYLOAD:
                wire[name] += 1
                continue
            yield Finding(name, f"byte {found.place.offset}", f"{found.kind} of {found.url}: {problem}", _RESTORE)
        if found.kind in ("response", "revisit"):
            if response is not None:
                table.add("record", [response])
            response = _record_row(found, content, name, ours=wire is None)
        elif found.kind == "metadata" and response is not None:
            of_page = found.header("WARC-Concurrent-To") == response[2] and _PAGE in found.block
            table.add("record", [(*response[:-1], of_page)])
            response = None
    if response is not None:
        table.add("record", [response])


def _record_row(record: ReadRecord, content: ReadRecord | None, name: str, *, ours: bool) -> tuple[Any, ...]:
    digest = _body_digest(record, content, ours=ours)
    url = clean_text(record.url)  # as records have it
    line = crc32(index_line(record))
    return name, record.place.offset, record.header("WARC-Record-ID"), url, digest, line, False


def _body_digest(record: ReadRecord, content: ReadRecord | None, *, ours: bool) -> str | None:
    """The digest of a record's payload in the form of ours; other writers have SHA-1, one of the wire, or none at all.

    :param content: the record that holds the payload, where it is known.
    """
    stated = record.header("WARC-Payload-Digest")
    known = stated if stated is not None and _OURS.fullmatch(stated) else None
    if content is None or len(content.block) < content.block_length or (ours and known):
        return known
    return labelled_digest(read_response(content.block).payload)


def _index_findings(path: Path, table: CrossTable, *, settled: bool) -> Iterator[Finding]:
    if not path.exists():
        return
    before, in_order = b"", True
    for number, line in raw_lines(path):
        try:
            fields = orjson.loads(line.split(b" ", 2)[2])
            row = (f"{FOLDER}/{fields['filename']}", int(fields["offset"]), number, crc32(line))
        except (IndexError, KeyError, TypeError, ValueError) as error:
            yield Finding(INDEX, f"line {number}", f"is no line of an index ({error!r})", _RESTORE)
            continue
        table.add("entry", [row])
        if settled and in_order and line < before:
            in_order = False
            yield Finding(INDEX, f"line {number}", "stands behind a line that it comes before", _SORT)
        before = line
