"""What has to be on the disk, names included, before anything relies on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal_crawler.archive.cdxj import sorted_index
from portal_crawler.disk import make_folder
from portal_crawler.errors import StateError
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.replace_jsonl import NEW, finish_replacing
from portal_crawler.sites.profile import SiteProfile


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was brought to the disk so far, files and folders, in order."""
    found: list[Path] = []
    real: Callable[[int], None] = os.fsync

    def noting(fd: int) -> None:
        real(fd)
        found.append(Path(f"/proc/self/fd/{fd}").readlink())

    monkeypatch.setattr(os, "fsync", noting)
    return found


def test_every_folder_that_is_made_outlives_a_power_cut(tmp_path: Path, synced: list[Path]) -> None:
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]


def test_a_file_has_its_name_on_the_disk_before_a_length_of_it_can_be_committed(
    tmp_path: Path, synced: list[Path]
) -> None:
    file = GrownFile(tmp_path / "work" / "stories.jsonl")
    assert synced == [tmp_path, tmp_path / "work"]
    file.close()
    synced.clear()
    GrownFile(tmp_path / "work" / "stories.jsonl").close()  # the process that made it may have been killed before that
    assert synced == [tmp_path / "work"]


def test_a_small_file_and_its_name_are_on_the_disk_when_it_is_written(tmp_path: Path, synced: list[Path]) -> None:
    replace_file(tmp_path / "crawl.json", b"{}")
    assert synced == [tmp_path / "crawl.json.new", tmp_path]


def test_a_sorted_index_has_its_name_on_the_disk_when_its_length_is_told(tmp_path: Path, synced: list[Path]) -> None:
    (tmp_path / "index.cdxj").write_bytes(b"b\na\n")
    sorted_index(tmp_path / "index.cdxj", tmp_path / "index.cdxj.new")
    assert synced == [tmp_path / "index.cdxj.new", tmp_path]


def test_settled_files_have_their_names_on_the_disk_before_the_ledger_relies_on_them(
    tmp_path: Path, synced: list[Path]
) -> None:
    class Noting:
        def finalize(self, lengths: object) -> None:
            assert synced.count(tmp_path) == len(list(tmp_path.glob(f"*{NEW}"))) == 3
            assert synced.count(tmp_path / "work") == len(list(tmp_path.glob(f"work/*{NEW}"))) == 1
            synced.clear()

        def replaced(self) -> None:
            assert synced == [tmp_path, tmp_path / "work"]

    assemble_dataset(tmp_path, SiteProfile(name="p", seeds=("http://h/",)), Noting())
    settled = ["articles.jsonl", "duplicates.jsonl", "relations.jsonl", "stories.sqlite"]
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == settled


def test_what_took_a_place_is_on_the_disk_in_whichever_folder_that_is(tmp_path: Path, synced: list[Path]) -> None:
    (tmp_path / "indexes").mkdir()
    for name in ("articles.jsonl", "indexes/index.cdxj"):
        (tmp_path / (name + NEW)).write_bytes(b"{}\n")
    finish_replacing(tmp_path, {"articles.jsonl": 3, "indexes/index.cdxj": 3})
    assert synced == [tmp_path, tmp_path / "indexes"]


def test_a_file_of_another_length_does_not_pass_for_its_settled_form(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_bytes(b"longer than it\n")
    with pytest.raises(StateError, match="its settled form is missing"):
        finish_replacing(tmp_path, {"articles.jsonl": 3})


_LIMITED = """
import resource, signal, sys
from pathlib import Path
from portal_crawler.archive.cdxj import sorted_index
from portal_crawler.errors import DiskFullError
from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.story_table_sqlite import StoryTable

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    {deed}
except DiskFullError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("sorted_index(Path('index'), Path('index.new'))", "index.new: the disk is full; free some space"),
        (
            "with StoryTable() as table: table.add_redirects((str(n) * 9, 'k' * 99, 'u' * 99) for n in range(90_000))",
            "SQLite's temporary file: cannot grow (disk I/O error); free some space there",
        ),
        ("replace_file(Path('template.json'), bytes(200_000))", "template.json: the disk is full; free some space"),
    ],
    ids=["index", "story table", "small file"],
)
def test_a_limit_met_while_a_crawl_is_settled_is_told_as_a_full_disk(tmp_path: Path, deed: str, told: str) -> None:
    (tmp_path / "index").write_bytes(b"".join(b"%09d\n" % number for number in range(30_000)))
    code = [sys.executable, "-c", _LIMITED.format(deed=deed)]
    done = subprocess.run(code, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.startswith(told), done.stderr
    if "replace_file" in deed:
        assert [path.name for path in tmp_path.iterdir()] == ["index"]  # what is half written takes no room
