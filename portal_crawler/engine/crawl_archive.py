"""Crawl archive: the WARC files of a running crawl and their index, which grow with the ledger's commits.

A page's records are written in the same step as its lines and its row in the ledger, so one commit holds all of them
or none: a kill leaves no response without its page, and no page without its response (docs/decisions/0005).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal_crawler.archive.cdxj import cdxj_line, sorted_index
from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import HttpResponse
from portal_crawler.archive.warc_record import (
    WarcRecord,
    exchange_records,
    metadata_record,
    warcinfo_record,
)
from portal_crawler.archive.warc_write import WarcFiles, WarcOptions
from portal_crawler.capture import RevisitOf, WarcPlace
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.sinks import INDEX


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """``prefix`` begins the files' names; ``about`` are the fields of each warcinfo record, ``started`` is its date.

    ``max_bytes`` is the size from which the next file is begun, ``compression`` one of gzip, zstd and none.
    """

    prefix: str
    about: tuple[tuple[str, str], ...]
    started: datetime
    max_bytes: int
    compression: str


class CrawlArchive:
    """The open archive of a crawl's folder. Use from one thread.

    :param committed: the committed length of every output, in bytes; files are cut back to it.
    :param new_id: gives a fresh record id at each call.
    """

    def __init__(
        self,
        folder: Path,
        options: ArchiveOptions,
        committed: Mapping[str, int],
        new_id: Callable[[], str] = lambda: f"<{uuid.uuid4().urn}>",
    ) -> None:
        self._folder, self._options, self._new_id = folder, options, new_id
        warc = WarcOptions(options.prefix, options.max_bytes, options.compression)
        self._files = WarcFiles(folder, warc, self._opening, committed)
        self._index = GrownFile(folder / INDEX, committed.get(INDEX, 0))
        self._synced = self._index.length
        self._held: dict[str, tuple[Exchange, HttpResponse, RevisitOf | None]] = {}

    def hold(self, key: str, exchange: Exchange, message: HttpResponse, revisit: RevisitOf | None = None) -> None:
        """Keep the exchange of an address until its page's lines are written."""
        self._held[key] = (exchange, message, revisit)

    def held(self, key: str) -> Exchange | None:
        """The exchange that is held for an address."""
        return self._held[key][0] if key in self._held else None

    def let_go(self, key: str) -> Exchange | None:
        """The exchange that was held for an address, which becomes no page."""
        held = self._held.pop(key, None)
        return held[0] if held else None

    def add_page(self, key: str, fields: Iterable[tuple[str, str]]) -> WarcPlace | None:
        """Write the records of a held exchange; the place of its response, ``None`` where none is held."""
        exchange, message, revisit = self._held.pop(key, (None, None, None))
        return self.add(exchange, fields, message, revisit) if exchange else None

    def add(
        self,
        exchange: Exchange,
        fields: Iterable[tuple[str, str]],
        message: HttpResponse | None = None,
        revisit: RevisitOf | None = None,
    ) -> WarcPlace | None:
        """Write one exchange: response (or revisit), request, metadata; the place of the first where anything came."""
        warcinfo = self._files.warcinfo_id()
        records = exchange_records(exchange, warcinfo, self._new_id, revisit, message)
        told = metadata_record(exchange, fields, warcinfo, self._new_id, records)
        places = self._files.append_all([*records, told])
        if not exchange.response:
            return None
        self._index.write(cdxj_line(records[0], places[0], message))
        return places[0]

    def sync(self) -> dict[str, int]:
        """Bring what was added to the disk; the lengths, in bytes, of the files that grew."""
        grown = dict(self._files.sync())
        if self._index.length != self._synced:
            self._synced = grown[INDEX] = self._index.sync()
        return grown

    def finish(self, new: str) -> dict[str, int]:
        """Give the files their final names, and write the sorted index beside the one that grew.

        Everything is committed by now.

        :param new: what the name of the sorted index ends in until it takes the other's place.
        :returns: the length of the sorted index, by the index's name.
        """
        self.close()
        self._files.finish()
        path = self._folder / INDEX
        return {INDEX: sorted_index(path, path.with_name(path.name + new))}

    def close(self) -> None:
        """Close every file; what is not committed is cut off when it is opened again."""
        self._files.close()
        self._index.close()

    def _opening(self, filename: str) -> WarcRecord:
        """The first record of a new file."""
        return warcinfo_record(filename, self._options.about, self._options.started, self._new_id)
