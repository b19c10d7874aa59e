"""Sketches on the disk: what was made where pages are read is what settling would have made."""

from __future__ import annotations

from contextlib import closing
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from portal_crawler.dedup.fingerprints import Sketch, sketch_of
from portal_crawler.distributed.sketches_disk import SketchFile, sketches_in
from portal_crawler.errors import DamagedFileError

SKETCHES = [
    sketch_of(
        "The ferry to Linhe runs again since Monday, 15 May 2004, at 7 yuan a seat. " * 20, "The ferry runs again"
    ),
    sketch_of("", ""),
    sketch_of("第九届游泳比赛在红滩开幕。" * 9, "开幕"),
]


def _write(path: Path, sketches: list[Sketch]) -> Path:
    with closing(SketchFile(path)) as file:
        for sketch in sketches:
            file.add(sketch)
        file.sync()
    return path


def test_sketches_come_back_from_several_files_in_their_order(tmp_path: Path) -> None:
    parts = [_write(tmp_path / "a", SKETCHES[:2]), _write(tmp_path / "b", []), _write(tmp_path / "c", SKETCHES[2:])]
    found = list(sketches_in(parts))
    assert len(found) == len(SKETCHES)
    for one, other in zip(found, SKETCHES, strict=True):
        assert all(np.array_equal(mine, its) for mine, its in zip(astuple(one), astuple(other), strict=True))


@pytest.mark.parametrize("cut", [1, 40])
def test_a_file_that_ends_within_a_sketch_is_damaged(tmp_path: Path, cut: int) -> None:
    path = _write(tmp_path / "a", SKETCHES[:1])
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:cut])
    with pytest.raises(DamagedFileError, match="ends within a sketch; run the same command again"):
        list(sketches_in([path]))
