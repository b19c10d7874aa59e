"""Text search: whether any byte of some sentences stands in a folder, in whatever form a file may hold it.

An outside judge: nothing of the product is used. Every file is looked through as it is, unpacked (gzip members, zstd
frames, zip entries), as WARC records (warcio undoes chunks and content codings), and as Parquet tables.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet
import zstandard
from warcio.archiveiterator import ArchiveIterator

_CHARSETS = ("utf-8", "gb18030", "utf-16-le", "big5hkscs", "cp1252")


def found_in(folder: Path, sentences: Iterable[str], *, halves: bool = True) -> list[tuple[str, str]]:
    """(place, sentence) of everything that is found.

    :param halves: whether a half of a sentence is enough.
    """
    needles = [(sentence, form) for sentence in sentences for form in _forms(sentence, halves)]
    return sorted({
        (f"{path.relative_to(folder)}: {how}", sentence)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for how, data in _contents(path)
        for sentence, form in needles
        if form in data
    })  # fmt: skip


def _forms(sentence: str, halves: bool) -> set[bytes]:
    """The bytes that a sentence may be in: charsets, the escapes of JSON, HTML and addresses, and its halves.

    A half is enough to be found: a chunk's length, a line's end or a highlighted word may stand in the middle.
    """
    middle = len(sentence) // 2
    found = set()
    for text in (sentence, *((sentence[:middle], sentence[middle:]) if halves else ())):
        plain = {text, unicodedata.normalize("NFD", text), html.escape(text), text.upper(), text.casefold()}
        plain |= {json.dumps(text)[1:-1], quote(text), "".join(f"&#{ord(one)};" for one in text)}
        plain.add(text.replace("“", "&ldquo;").replace("”", "&rdquo;"))
        for one in plain:
            for charset in _CHARSETS:
                try:
                    found.add(one.encode(charset))
                except UnicodeEncodeError:
                    continue
    return found


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    data = path.read_bytes()
    yield from _unpacked("raw", data)
    if ".warc" in path.name:
        yield from _records(path)
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path)
        yield "parquet", json.dumps(table.to_pylist(), default=str, ensure_ascii=False).encode()


def _unpacked(how: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield how, data
    for match in re.finditer(b"\x1f\x8b\x08", data):  # wherever a member may begin, gone or damaged ones included
        stream = zlib.decompressobj(31)
        try:
            yield from _bare(f"{how}, gzip at {match.start()}", stream.decompress(data[match.start() :]))
        except zlib.error:
            continue
    for match in re.finditer(re.escape(b"\x28\xb5\x2f\xfd"), data):
        try:
            reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data[match.start() :]))
            yield from _bare(f"{how}, zstd at {match.start()}", reader.read())
        except zstandard.ZstdError:
            continue
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield from _unpacked(f"{how}, {name}", package.read(name))


def _bare(how: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """What was unpacked, and the same without the lengths of chunks; a body that is packed in it once more."""
    yield how, data
    yield f"{how}, without chunk lengths", re.sub(rb"\r\n[0-9a-fA-F]{1,6}\r\n", b"", data)
    head, _, body = data.partition(b"\r\n\r\n")
    inner = body.partition(b"\r\n\r\n")[2] if head.startswith(b"WARC/") else body
    if inner.startswith(b"\x1f\x8b"):
        try:
            yield f"{how}, its body", zlib.decompressobj(31).decompress(inner)
        except (zlib.error, gzip.BadGzipFile):
            return


def _records(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            yield (
                f"{record.rec_type} {record.rec_headers.get_header('WARC-Target-URI')}",
                record.content_stream().read(),
            )
