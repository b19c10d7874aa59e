"""CDXJ in blocks ("ZipNum"): an index of gzip members of some lines each, with a map of the key that each begins with.

A reader fetches the map and then one block, however large the index is. Form:
https://pywb.readthedocs.io/en/latest/manual/indexing.html#zipnum-sharded-index, as cdxj-indexer and wabac.js have it:
``<key> <time> {"offset", "length", "digest"}`` a line, after a ``!meta`` line that names the file of blocks.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

# Lines of a block: what ArchiveWeb.page and py-wacz have.
_LINES = 1024
_GZIP_FORM = 31  # zlib's window bits for a gzip member, whose time is 0 then
_LEVEL = 9
_FORMAT = "cdxj-gzip-1.0"


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the map: ``prefix`` is the key and time of the block's first line, ``offset`` and ``length`` are
    bytes of the file of blocks, ``digest`` is ``sha256:<hex>`` over them or "", ``file`` is that file's name.
    """

    prefix: str
    offset: int
    length: int
    digest: str
    file: str


def blocks_of(lines: Iterable[bytes], name: str) -> Iterator[tuple[bytes, bytes]]:
    """Sorted lines as (bytes of the file of blocks, line of the map), in order; the map's head has no bytes.

    :param name: what the map calls the file of blocks.
    """
    yield b"", f"!meta 0 {json.dumps({'format': _FORMAT, 'filename': name})}\n".encode()
    rest, offset = iter(lines), 0
    while heap := list(islice(rest, _LINES)):
        stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_FORM)
        member = stream.compress(b"".join(heap)) + stream.flush()
        fields = {"offset": offset, "length": len(member), "digest": f"sha256:{hashlib.sha256(member).hexdigest()}"}
        yield member, heap[0].split(b" {", 1)[0] + f" {json.dumps(fields)}\n".encode()
        offset += len(member)


def read_map(lines: Iterable[bytes]) -> Iterator[tuple[int, Block | None]]:
    """The blocks that the lines of a map name, with the number of the line; ``None`` for a line that is none."""
    default = ""
    for number, line in enumerate(lines, start=1):
        prefix, _, rest = line.partition(b" {")
        try:
            fields = json.loads(b"{" + rest)
            if prefix.startswith(b"!meta"):
                default = str(fields.get("filename", ""))
                continue
            place = int(fields["offset"]), int(fields["length"])
            file = str(fields.get("filename") or default)
            yield number, Block(prefix.decode(), *place, str(fields.get("digest") or ""), file)
        except (ValueError, KeyError, TypeError, AttributeError):
            yield number, None
