from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.catalog.crawl_files import add, article, page
from tests.cli.conftest import ROOT, Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "data" / "crawls" / "portal" / "20261128T120000Z-0000"
    add(home, "pages", [page("/1")])
    stories = [
        article(
            "/1", "Ferry line opens", "The stone bridge over the river.", section="culture", published="2004-05-17"
        ),
        article("/2", "三湖夜市", "江边的人很多", language="zh"),
    ]
    add(home, "articles", stories)
    (home.parent / "latest").symlink_to(home.name)
    return home


def test_it_finds_words_in_the_newest_crawl_of_every_profile(portal_crawler: Run, folder: Path) -> None:
    done = portal_crawler("search", "夜市")
    assert done.returncode == 0
    assert "三湖夜市" in done.stdout
    assert "1 article found" in done.stderr
    assert "next: " in done.stderr.splitlines()[-1]
    assert (folder / "work" / "catalog.sqlite").exists()


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("utf-8", "三湖夜市"), ("gbk", "三湖夜市"), ("latin-1", r"\u4e09\u6e56\u591c\u5e02")],
)
def test_where_the_encoding_lacks_a_character_it_is_escaped(
    portal_crawler: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, title: str
) -> None:
    """ "latin-1" is what the encoding of a terminal or a locale is there."""
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    python = [sys.executable, "-m", "portal_crawler", "search", "江边"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told, lines = (
        subprocess.run([*python, *more], cwd=folder.parents[3], env=environment, capture_output=True, check=True).stdout
        for more in ((), ("--json",))
    )
    assert title in told.decode(encoding)
    assert json.loads(lines.decode(encoding))["title"] == "三湖夜市"
    assert (title in lines.decode(encoding)) == (encoding != "gbk")


def test_it_gives_objects_to_a_program(portal_crawler: Run, folder: Path) -> None:
    done = portal_crawler("search", "bridge", str(folder), "--section", "Culture", "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["url"] for one in told] == ["http://www.portal.test/1"]
    assert [piece["text"] for piece in told[0]["snippet"] if piece["hit"]] == ["bridge"]


def test_a_crawl_that_is_named_twice_is_searched_once(portal_crawler: Run, folder: Path) -> None:
    done = portal_crawler("search", "bridge", str(folder), str(folder.parent / "latest"))
    assert done.stdout.count("Ferry line opens") == 1
    assert "1 article found" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (('"open',), "has a quote that is not closed"),
        (("bridge", "nowhere"), "is not a crawl's folder"),
        (("bridge", "--since", "may"), "is no date"),
        (("-flood bridge",), "put -- before words that begin with a hyphen"),
    ],
)
def test_what_cannot_be_asked_is_one_line_with_the_cure(
    portal_crawler: Run, folder: Path, arguments: tuple[str, ...], part: str
) -> None:
    done = portal_crawler("search", *arguments)
    assert done.returncode == 2
    assert part in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_without_any_crawl_it_says_so(portal_crawler: Run) -> None:
    done = portal_crawler("search", "bridge")
    assert done.returncode == 2
    assert "holds no crawl to search" in done.stderr
