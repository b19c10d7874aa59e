"""A folder as one ZIP file that is made while it is sent."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from portal_crawler.errors import StateError
from portal_crawler.web.zipped import zipped
from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess


def folder_in(place: Path) -> Path:
    folder = place / "dataset"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "b.csv").write_bytes(os.urandom(700_000))
    (folder / "a.txt").write_text("红滩", encoding="utf-8")
    (folder / "empty").write_bytes(b"")
    return folder


def test_every_file_is_in_it_and_nothing_from_outside(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    (tmp_path / "secret").write_text("key", encoding="utf-8")
    (folder / "link").symlink_to(tmp_path / "secret")
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(folder, "mine")))) as package:
        assert package.testzip() is None
        assert package.namelist() == ["mine/a.txt", "mine/data/b.csv", "mine/empty"]
        assert package.read("mine/data/b.csv") == (folder / "data" / "b.csv").read_bytes()


def test_the_same_files_make_the_same_bytes_in_small_pieces(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    pieces = list(zipped(folder, "mine"))
    os.utime(folder / "a.txt", (1, 1))
    assert b"".join(pieces) == b"".join(zipped(folder, "mine"))
    assert max(map(len, pieces)) < 2 * 256 * 1024


def test_of_two_versions_no_file_is_made(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    pieces = zipped(folder, "mine")
    next(pieces)
    folder.rename(tmp_path / "older")
    folder_in(tmp_path)
    with pytest.raises(StateError, match="was replaced while it was sent"):
        list(pieces)


def test_a_crawl_without_a_dataset_says_how_to_make_one(desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    answer = desk.ask(f"/crawls/{shown_crawl.name}/dataset.zip")
    assert answer.status == 404
    assert "portal-crawler dataset" in answer.text
