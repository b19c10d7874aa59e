"""CDXJ: the index of WARC files, one line a response or revisit, in the form that cdxj-indexer writes.

A line is ``<SURT key> <14 digits of time> <JSON>``; format: https://specs.webrecorder.net/cdxj/0.1.0/. While a crawl
runs the lines stand in order of arrival; ``sorted_index`` puts them in order of their bytes.
"""

from __future__ import annotations

import heapq
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from portal_crawler.archive.http_message import HttpResponse, read_response
from portal_crawler.archive.surt import cdx_key
from portal_crawler.archive.warc_record import RecordType, WarcRecord
from portal_crawler.capture import WarcPlace
from portal_crawler.disk import sync_folder, writing

# Bytes of an index's lines that are sorted in memory at a time. cdxj-indexer's SortingWriter takes 32 MiB, which would
# be a quarter of all that a crawl needs.
_SORTED_AT_ONCE = 8 * 1024 * 1024


def cdxj_line(record: WarcRecord, place: WarcPlace, message: HttpResponse | None = None) -> bytes:
    """The line of a response or revisit record.

    :param message: the response in its block as read already; it is read here where missing.
    """
    headers = dict(record.headers)
    message = message or read_response(record.block)
    url = headers["WARC-Target-URI"]
    fields = {"url": url}
    mime = "warc/revisit" if record.kind is RecordType.REVISIT else _mime(message)
    if mime:
        fields["mime"] = mime
    if message.status:
        fields["status"] = str(message.status)
    fields["digest"] = headers["WARC-Payload-Digest"]
    fields["length"], fields["offset"] = str(place.length), str(place.offset)
    fields["filename"] = place.file.rpartition("/")[2]
    return f"{cdx_key(url)} {record.date:%Y%m%d%H%M%S} {json.dumps(fields)}\n".encode()


def _mime(message: HttpResponse) -> str:
    """The media type alone: what stands in front of the first semicolon or space of Content-Type."""
    value = (message.header(b"content-type") or b"").decode("latin-1")
    return value.replace(";", " ").split(" ", 1)[0].strip()


def sorted_index(path: Path, out: Path, at_once: int = _SORTED_AT_ONCE) -> int:
    """Write the lines of an index in order of their bytes, as ``sort`` in the C locale does; the length in bytes.

    :param at_once: bytes of lines sorted in memory; a larger index is merged from sorted parts on the disk.
    """
    with writing(out), ExitStack() as stack:
        parts = [_kept(stack, heap, out.parent) for heap in _heaps(path, at_once)]
        file = stack.enter_context(out.open("wb"))
        file.writelines(heapq.merge(*parts))
        file.flush()
        os.fsync(file.fileno())
        length = file.tell()
    sync_folder(out.parent)
    return length


def _heaps(path: Path, at_once: int) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while heap := file.readlines(at_once):
            heap.sort()
            yield heap


def _kept(stack: ExitStack, heap: list[bytes], folder: Path) -> BinaryIO:
    part = stack.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - the stack closes it
    part.writelines(heap)
    part.seek(0)
    return part
