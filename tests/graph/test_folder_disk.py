"""A folder takes the place of another, where names can be exchanged and where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_crawler.errors import OutputError
from portal_crawler.graph import folder_disk
from portal_crawler.graph.folder_disk import replaced_folder, settle


def _write(folder: Path, text: str | None) -> None:
    with replaced_folder(folder, "mark") as fresh:
        (fresh / "mark").write_text(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("exchange", [True, False])
def test_the_new_folder_takes_the_place_of_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(folder_disk, "_exchanged", lambda one, other: False)
    for text in ("first", "second", "third"):
        _write(tmp_path / "f", text)
    assert (tmp_path / "f" / "mark").read_text() == "third"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_block_that_fails_leaves_the_old(tmp_path: Path) -> None:
    _write(tmp_path / "f", "old")
    with pytest.raises(TypeError):
        _write(tmp_path / "f", None)
    assert (tmp_path / "f" / "mark").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_kill_between_two_renames_is_mended(tmp_path: Path) -> None:
    _write(tmp_path / "f", "old")
    (tmp_path / "f").rename(tmp_path / ".f.old")
    settle(tmp_path / "f")
    assert (tmp_path / "f" / "mark").read_text() == "old"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file"):
        _write(tmp_path / "file" / "f", "new")
