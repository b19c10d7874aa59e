from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.catalog import build_sqlite
from portal_crawler.catalog.build_sqlite import Standing, standing, update
from portal_crawler.catalog.catalog_sqlite import PAGES, Catalog
from portal_crawler.catalog.listing import Wish
from portal_crawler.catalog.place_disk import CATALOG, catalog_path, remove_catalog
from portal_crawler.catalog.query import read_query
from portal_crawler.catalog.schema_sqlite import is_current
from portal_crawler.catalog.search_sqlite import search
from portal_crawler.catalog.source_disk import sources_of
from portal_crawler.errors import DamagedFileError, DiskFullError, OutputError
from tests.catalog.crawl_files import add, article, copy, link, page, replace, skip

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("page", "article", "alias", "copy", "relation", "skip", "story", "link_out", "link_in", "linked")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A crawl's folder with a little of everything."""
    home = tmp_path / "crawl"
    add(home, "pages", [page(f"/{n}", links=2) for n in range(20)])
    stories = [article(f"/{n}", f"Story {n}", f"It tells of river {n}.") for n in range(10)]
    add(home, "articles", stories)
    add(home, "duplicates", [copy(f"/{n}", stories[n % 3]) for n in range(10, 20)])
    add(home, "links", [link(f"/{n}", f"/{n % 7}", editorial=n % 2 == 0) for n in range(20)])
    add(home, "skipped", [skip(f"/s{n}") for n in range(5)])
    return home


def _rows(path: Path) -> dict[str, list[Any]]:
    """Everything that a catalog holds, its full text by what is found in it."""
    with closing(sqlite3.connect(path)) as db:
        found = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
        for word in ("story", "river", "added"):
            query = "SELECT rowid FROM fulltext WHERE fulltext MATCH ?"
            found[word] = sorted(db.execute(query, (word,)).fetchall())
    return found


def _anew(folder: Path) -> dict[str, list[Any]]:
    remove_catalog(folder)
    return _rows(update(folder))


def test_a_catalog_that_is_read_while_it_is_made_has_the_record_of_every_row(folder: Path) -> None:
    whole = {name: (folder / f"{name}.jsonl").read_bytes() for name in ("articles", "duplicates")}
    for name in whole:
        (folder / f"{name}.jsonl").unlink()
    with Catalog(folder) as catalog:
        assert catalog.count("article") == 0
        for name, lines in whole.items():
            (folder / f"{name}.jsonl").write_bytes(lines)
        update(folder)
        hits = search(catalog, read_query("story"), Wish()).hits
        assert sorted(hit.record["title"] for hit in hits) == [f"Story {n}" for n in range(10)]


def test_a_disk_that_is_full_in_the_middle_of_a_transaction_is_told_as_full(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has undone the transaction by itself then."""
    update(folder)
    add(folder, "articles", [article(f"/a{n}", "A", f"word{n} " * 1000) for n in range(100)])
    opened = sqlite3.connect

    def without_room(*arguments: Any, **options: Any) -> sqlite3.Connection:
        database: sqlite3.Connection = opened(*arguments, **options)
        database.execute("PRAGMA max_page_count = 1")  # as many as it has
        return database

    monkeypatch.setattr(sqlite3, "connect", without_room)
    with pytest.raises(DiskFullError, match=r"database or disk is full\); free some space"):
        update(folder)


def test_it_lies_in_the_crawls_work_folder_and_says_what_it_is(folder: Path) -> None:
    path = update(folder)
    assert path == folder / CATALOG
    assert standing(path, folder) is Standing.CURRENT
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (0x70636361,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_added_since_is_read_on_and_gives_what_a_new_one_would_hold(folder: Path) -> None:
    path = update(folder)
    inode = path.stat().st_ino
    add(folder, "pages", [page(f"/{n}") for n in range(20, 25)])
    add(folder, "articles", [article("/20", "Story added", "Words", aliases=["http://www.portal.test/alias"])])
    add(folder, "links", [link("/20", "/1"), link("/20", "/21")])
    assert standing(path, folder) is Standing.GROWN
    assert update(folder).stat().st_ino == inode
    followed = _rows(path)
    assert followed == _anew(folder)
    assert [row[0] for row in followed["added"]] == [11]


def test_a_file_that_was_replaced_has_the_catalog_made_anew(folder: Path) -> None:
    path = update(folder)
    kept = [article(f"/{n}", f"Story {n}", "Other words") for n in range(12)]
    replace(folder, "articles", kept)
    assert standing(path, folder) is Standing.REPLACED
    with Catalog(folder) as catalog:
        assert search(catalog, read_query("river"), Wish()).part.total == 0
        assert search(catalog, read_query("other"), Wish()).part.total == 12


def test_a_line_changed_in_place_is_noticed(folder: Path) -> None:
    path = update(folder)
    articles = folder / "articles.jsonl"
    changed = articles.read_bytes().replace(b"river 5", b"r\xc3\xaevr 5")
    assert len(changed) == articles.stat().st_size
    with articles.open("r+b") as file:
        file.write(changed)
    os.utime(articles, ns=(1, articles.stat().st_mtime_ns + 1_000_000))
    assert standing(path, folder) is Standing.REPLACED


def test_a_crawl_cut_shorter_has_the_catalog_made_anew(folder: Path) -> None:
    path = update(folder)
    pages = folder / "pages.jsonl"
    lines = pages.read_bytes().splitlines(keepends=True)
    os.truncate(pages, sum(map(len, lines[:15])))
    assert standing(path, folder) is Standing.REPLACED
    with Catalog(folder) as catalog:
        assert catalog.count("page") == 15


def test_only_what_the_ledger_has_committed_is_read(folder: Path) -> None:
    lines = (folder / "pages.jsonl").read_bytes().splitlines(keepends=True)
    committed = sum(map(len, lines[:12]))
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as ledger:
        ledger.execute("CREATE TABLE outputs (file TEXT PRIMARY KEY, committed_length INTEGER)")
        ledger.execute("INSERT INTO outputs VALUES ('pages.jsonl', ?)", (committed,))
        ledger.commit()
        path = update(folder)
        with Catalog(folder, path) as catalog:
            assert catalog.count("page") == 12
        ledger.execute("UPDATE outputs SET committed_length = ?", (committed + len(lines[12]),))
        ledger.commit()
    with Catalog(folder) as catalog:
        assert catalog.count("page") == 13


def test_a_last_line_that_is_cut_off_waits_for_its_end(folder: Path) -> None:
    line = b'{"url":"http://www.portal.test/cut"'
    with (folder / "pages.jsonl").open("ab") as file:
        file.write(line)
    path = update(folder)
    with Catalog(folder, path) as catalog:
        assert catalog.count("page") == 20
    assert standing(path, folder) is Standing.CURRENT


def test_stories_stand_for_articles_until_the_records_are_settled(folder: Path) -> None:
    (folder / "articles.jsonl").unlink()
    add(folder / "work", "stories", [{"article": article("/7", "Live story", "Live words")}])
    with Catalog(folder) as catalog:
        found = search(catalog, read_query("live"), Wish())
    assert [hit.record["title"] for hit in found.hits] == ["Live story"]


def test_a_line_that_is_no_record_is_told_with_its_file(folder: Path) -> None:
    with (folder / "links.jsonl").open("ab") as file:
        file.write(b'{"source_key": 5}\n')
    with pytest.raises(DamagedFileError, match=r"links\.jsonl, between bytes .* is no record"):
        update(folder)


def test_a_catalog_that_is_no_database_is_made_anew(folder: Path) -> None:
    path = update(folder)
    path.write_bytes(b"something else" * 1000)
    assert standing(path, folder) is Standing.MISSING
    with Catalog(folder) as catalog:
        assert catalog.count("page") == 20


def test_where_the_folder_cannot_be_written_it_lies_in_the_cache(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    folder.chmod(0o555)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    try:
        path = update(folder)
        assert path.is_relative_to(tmp_path / "cache" / "portal-crawler")
        assert not (folder / CATALOG).exists()
        remove_catalog(folder)
        assert not path.exists()
        update(folder)
    finally:
        folder.chmod(0o755)
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    remove_catalog(folder)  # whoever takes a page down may write in the folder
    assert not path.exists()


def test_a_user_without_a_home_is_told_what_to_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)  # whom no list knows, as in a container
    remove_catalog(folder)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OutputError, match=r"has no home folder; .*XDG_CACHE_HOME=DIR"):
        update(folder)


KILLED = """
import os, signal, sys
from pathlib import Path
from portal_crawler.catalog import build_sqlite
build_sqlite._HEAP.clear()
build_sqlite._USUAL_HEAP = 3
left = [int(sys.argv[2])]
def progress(done, of):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
build_sqlite.update(Path(sys.argv[1]), progress)
"""


@pytest.mark.parametrize("after", [0, 3, 8, 15])
@pytest.mark.parametrize("again", [False, True], ids=["first", "anew"])
def test_a_kill_at_any_moment_loses_nothing(folder: Path, after: int, again: bool) -> None:
    if again:
        update(folder)
        replace(folder, "articles", [article(f"/{n}", f"Story {n}", f"Added river {n}") for n in range(10)])
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(after)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert _rows(update(folder)) == _anew(folder)


def test_counts_of_links_are_those_of_the_files(folder: Path) -> None:
    with Catalog(folder) as catalog:
        part = catalog.part(PAGES, "pages", Wish(order="links_in", descending=True, many=3))
    told = [(row["record"]["title"], row["links_in"], row["editorial_in"]) for row in part.rows]
    assert told == [("/5", 3, 1), ("/4", 3, 2), ("/3", 3, 1)]


def test_the_place_is_found_before_there_is_a_catalog(folder: Path) -> None:
    assert catalog_path(folder) == folder / CATALOG


def test_who_looks_makes_no_folder_in_a_crawls(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (folder / "work").rmdir()  # as rm -r does before it comes to the rest
    before = sorted(path.name for path in folder.iterdir())
    with Catalog(folder) as catalog:
        assert catalog.count("page") == 20
    assert sorted(path.name for path in folder.iterdir()) == before
    (folder / "work").mkdir()
    assert update(folder) == folder / CATALOG
    remove_catalog(folder)
    assert not list((tmp_path / "cache").rglob("*.sqlite")), "what is taken down is in neither"


def test_a_catalog_that_was_removed_just_now_does_not_come_back_as_an_empty_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = update(folder)
    known = path.read_bytes()
    exists = Path.exists

    def removed_then(asked: Path, **more: bool) -> bool:
        there = exists(asked, **more)
        if asked == path:
            path.unlink(missing_ok=True)  # as rm -r does, behind the back of who looks
        return there

    monkeypatch.setattr(Path, "exists", removed_then)
    assert not is_current(path)
    assert not exists(path)
    monkeypatch.setattr(build_sqlite, "is_current", lambda _: not path.unlink())  # type: ignore[func-returns-value]
    path.write_bytes(known)
    assert standing(path, folder) is Standing.MISSING
    assert not exists(path)


def test_a_ledger_that_was_removed_just_now_does_not_come_back_as_an_empty_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = folder / "ledger.sqlite"
    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", lambda *_, **__: True)  # it was there when it was looked for
        assert sources_of(folder)
    assert not ledger.exists()
