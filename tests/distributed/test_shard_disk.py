"""Shards: whole and marked, or not there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from portal_crawler.distributed.job import Notice, unnoticed
from portal_crawler.distributed.shard_disk import Facts, ShardJob, digest_of, facts_of, join, shard_folder, sweep


@dataclass(frozen=True)
class Text:
    """A shard of one file."""

    text: str
    number: int = 0
    step: str = "text"
    name: str = "a text"
    fails: bool = False

    @property
    def key(self) -> str:
        return digest_of(self.text)

    def make(self, folder: Path, notice: Notice) -> Facts:
        (folder / "text").write_text(self.text)
        if self.fails:
            raise OSError("no room")
        return {"length": len(self.text)}

    def warned(self, capture: int) -> None:
        return None


def test_a_shard_is_found_again_with_what_it_came_to(tmp_path: Path) -> None:
    assert facts_of(tmp_path, Text("one")) is None
    assert ShardJob(tmp_path, Text("one")).run(unnoticed) == {"length": 3}
    assert facts_of(tmp_path, Text("one")) == {"length": 3}
    assert (shard_folder(tmp_path, "text", 0) / "text").read_text() == "one"


def test_a_mark_that_says_something_else_is_no_mark(tmp_path: Path) -> None:
    ShardJob(tmp_path, Text("one")).run(unnoticed)
    assert facts_of(tmp_path, Text("two")) is None
    assert not shard_folder(tmp_path, "text", 0).exists()
    assert ShardJob(tmp_path, Text("two")).run(unnoticed) == {"length": 3}
    assert (shard_folder(tmp_path, "text", 0) / "text").read_text() == "two"


@pytest.mark.parametrize("harm", ["shortened", "without a file", "without a mark", "with half a mark"])
def test_a_shard_that_is_not_whole_is_made_anew(tmp_path: Path, harm: str) -> None:
    ShardJob(tmp_path, Text("one")).run(unnoticed)
    folder = shard_folder(tmp_path, "text", 0)
    mark = folder / "done.json"
    if harm == "shortened":
        (folder / "text").write_text("o")
    elif harm == "without a file":
        (folder / "text").unlink()
    elif harm == "without a mark":
        mark.unlink()
    else:
        mark.write_bytes(mark.read_bytes()[:20])
    assert facts_of(tmp_path, Text("one")) is None
    assert not folder.exists()


def test_a_shard_that_fails_or_was_killed_leaves_nothing_that_counts(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no room"):
        ShardJob(tmp_path, Text("one", fails=True)).run(unnoticed)
    assert list((tmp_path / "text").iterdir()) == []
    (tmp_path / "text/000000-x.tmp").mkdir()
    (tmp_path / "text/000000-x.tmp/text").touch()
    sweep(tmp_path)
    assert list((tmp_path / "text").iterdir()) == []


def test_of_two_that_make_the_same_shard_the_first_stays(tmp_path: Path) -> None:
    ShardJob(tmp_path, Text("one")).run(unnoticed)
    before = (shard_folder(tmp_path, "text", 0) / "text").stat().st_ino
    assert ShardJob(tmp_path, Text("one")).run(unnoticed) == {"length": 3}
    assert (shard_folder(tmp_path, "text", 0) / "text").stat().st_ino == before
    assert [path.name for path in (tmp_path / "text").iterdir()] == ["000000"]


def test_parts_are_joined_in_their_order(tmp_path: Path) -> None:
    parts = [tmp_path / name for name in ("b", "a")]
    for part in parts:
        part.write_text(f"{part.name}\n")
    join(parts, tmp_path / "work/whole")
    assert (tmp_path / "work/whole").read_text() == "b\na\n"
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["whole"]
