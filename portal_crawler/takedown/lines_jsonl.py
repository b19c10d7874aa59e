"""Lines: the JSON Lines files and the index of a folder, written anew without what goes, and with the new places."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal_crawler.archive.cdxj import sorted_index
from portal_crawler.archive.warc_write import FOLDER
from portal_crawler.errors import DamagedFileError
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.jsonl import JsonlFile, raw_lines, read_lines
from portal_crawler.takedown.warc_cut import WarcCut

Record = dict[str, Any]
# A record's successor; ``None`` where it goes.
Rule = Callable[[Record], Record | None]

_AT_ONCE = 500
_NOWHERE = {"warc_file": None, "warc_offset": None, "warc_record_id": None}


@dataclass(slots=True)
class Places:
    """Where exchanges stand after the cuts. ``cuts`` are by the names that records have for the files."""

    cuts: Mapping[str, WarcCut] = field(default_factory=dict)

    def moved(self, record: Record) -> Record:
        """A line with the new place of its exchange; without one, where the exchange goes."""
        cut = self.cuts.get(record["warc_file"] or "")
        if cut is None:
            return record
        offset = cut.moved(record["warc_offset"])
        return {**record, "warc_offset": offset} if offset is not None else {**record, **_NOWHERE}


def rewrite(path: Path, new: Path, rule: Rule, added: Iterable[Record] = ()) -> int:
    """Write a file of records anew; its length in bytes, on the disk.

    :param rule: what becomes of each record.
    :param added: records behind them.
    :raises DamagedFileError: at a line that is no record.
    :raises DiskFullError: where there is no room.
    """
    file = JsonlFile(new, committed=0)
    try:
        file.append_all(_kept(path, rule), _AT_ONCE)
        file.append_all(added)
        return file.sync()
    finally:
        file.close()


def _kept(path: Path, rule: Rule) -> Iterator[Record]:
    for _, _, record in read_lines(path) if path.exists() else ():
        kept = rule(record)
        if kept is not None:
            yield kept


def rewrite_index(path: Path, new: Path, places: Places, *, in_order: bool) -> int:
    """Write an index (CDXJ) anew; its length in bytes, on the disk.

    :param in_order: whether it is sorted.
    :raises DamagedFileError: at a line that is none of an index.
    """
    grown = new.with_name(new.name + ".lines") if in_order else new
    file = GrownFile(grown, committed=0)
    try:
        for number, line in raw_lines(path):
            try:
                kept = _index_line(line, places)
            except (KeyError, TypeError, ValueError) as error:
                cure = "restore the file from a copy"
                raise DamagedFileError(
                    str(path), f"is no line of an index ({error!r})", cure, f"line {number}"
                ) from error
            if kept:
                file.write(kept)
        length = file.sync()
    finally:
        file.close()
    if in_order:
        length = sorted_index(grown, new)
        grown.unlink()
    return length


def _index_line(line: bytes, places: Places) -> bytes:
    key, time, told = line.split(b" ", 2)
    fields = json.loads(told)
    cut = places.cuts.get(f"{FOLDER}/{fields['filename']}")
    if cut is None:
        return line
    moved = cut.moved(int(fields["offset"]))
    if moved is None:
        return b""
    fields["offset"] = str(moved)
    return b" ".join((key, time, json.dumps(fields).encode() + b"\n"))
