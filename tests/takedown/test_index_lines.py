"""The index of a folder, written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_crawler.errors import DamagedFileError
from portal_crawler.takedown.lines_jsonl import Places, rewrite_index
from portal_crawler.takedown.warc_cut import WarcCut

WHOLE = b'test,portal)/ 20260102030405 {"url": "http://portal.test/", "filename": "a.warc.gz", "offset": "9"}\n'


@pytest.mark.parametrize(
    "line",
    [WHOLE.replace(b', "offset": "9"', b""), WHOLE.replace(b"filename", b"file"), b"test,portal)/ 2026\n", b"x y [\n"],
)
def test_a_line_that_is_none_of_an_index_is_named(tmp_path: Path, line: bytes) -> None:
    index = tmp_path / "index.cdxj"
    index.write_bytes(WHOLE + line)
    with pytest.raises(DamagedFileError, match=r"index\.cdxj, line 2: is no line of an index .*; restore the file"):
        rewrite_index(index, tmp_path / "new", Places({"archive/a.warc.gz": WarcCut([])}), in_order=False)
