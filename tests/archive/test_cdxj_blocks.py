from __future__ import annotations

import gzip
import hashlib
import json

from portal_crawler.archive.cdxj_blocks import Block, blocks_of, read_map
from tests.index_judges import judged_blocks

LINES = [f'test,portal)/{number:05d} 20041015083000 {{"offset": "{number}"}}\n'.encode() for number in range(3000)]


def _joined(lines: list[bytes]) -> tuple[bytes, list[bytes]]:
    """The file of blocks, and the lines of its map."""
    pairs = list(blocks_of(lines, "index.cdx.gz"))
    return b"".join(member for member, _ in pairs), [entry for _, entry in pairs]


def test_a_reader_finds_each_line_in_the_block_that_the_map_names() -> None:
    data, entries = _joined(LINES)
    blocks = [block for _, block in read_map(entries)]
    assert [block.prefix for block in blocks if block] == [
        line.split(b" {")[0].decode() for line in (LINES[0], LINES[1024], LINES[2048])
    ]
    unpacked = b""
    for block in blocks:
        assert block is not None
        member = data[block.offset : block.offset + block.length]
        assert block.digest == f"sha256:{hashlib.sha256(member).hexdigest()}"
        assert block.file == "index.cdx.gz"
        unpacked += gzip.decompress(member)
    assert unpacked == b"".join(LINES)


def test_the_map_is_what_cdxj_indexer_writes_but_for_the_size_of_its_members() -> None:
    ours, lines = _joined(LINES)
    entries = b"".join(lines).decode().splitlines()
    entries_of_judge, blocks = judged_blocks(LINES, "index.cdx.gz")
    judged = entries_of_judge.splitlines()
    assert entries[0] == judged[0]
    for line, theirs in zip(entries[1:], judged[1:], strict=True):
        (prefix, fields), (their_prefix, their_fields) = (one.split(" {") for one in (line, theirs))
        assert prefix == their_prefix
        assert json.loads("{" + fields).keys() == json.loads("{" + their_fields).keys()
    assert gzip.decompress(blocks) == gzip.decompress(ours)


def test_a_map_without_lines_names_its_file_alone() -> None:
    data, entries = _joined([])
    assert (data, len(entries)) == (b"", 1)


def test_lines_of_other_writers_and_lines_that_are_none() -> None:
    lines = [
        b'test)/ 2004 {"offset": 0, "length": 5, "filename": "other.cdx.gz"}\n',
        b"test)/ 2004\n",
        b'test)/ 2004 {"offset": "x", "length": 5}\n',
        b'test)/ 2004 {"offset": 5}\n',
    ]
    assert [block for _, block in read_map(lines)] == [Block("test)/ 2004", 0, 5, "", "other.cdx.gz"), None, None, None]
