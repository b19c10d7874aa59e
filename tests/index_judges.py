"""Outside judges of index and package: the reference implementations, run in process."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

with warnings.catch_warnings():
    # Two of them hold regular expressions that newer Pythons warn of.
    warnings.simplefilter("ignore")
    import surt
    from cdxj_indexer.main import CDXJIndexer, CompressedWriter


def judged_key(url: str) -> str:
    """What cdxj-indexer writes as key: the URL itself where ``surt`` refuses it."""
    try:
        return str(surt.surt(url))
    except (ValueError, AssertionError, UnicodeError):
        return url


def judged_index(warcs: list[Path], out: Path, *, sort: bool = False, buffer: int | None = None) -> bytes:
    """The index that cdxj-indexer makes of WARC files."""
    CDXJIndexer(str(out), [str(one) for one in warcs], sort=sort, max_sort_buff_size=buffer).process_all()
    return out.read_bytes()


def judged_blocks(lines: list[bytes], name: str) -> tuple[str, bytes]:
    """The map and the blocks that cdxj-indexer makes of the lines of an index, for a file of blocks of that name."""
    entries, blocks = io.StringIO(), io.BytesIO()
    writer = CompressedWriter(entries, blocks, num_lines=1024, data_out_name=name, digest_records=True)
    for line in lines:
        writer.write(line.decode())
    writer.flush()
    return entries.getvalue(), blocks.getvalue()
