"""SQLite files in a folder that cannot be written: a real mount without writing, and what SQLite leaves beside them."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from portal_crawler.database_sqlite import fold_journal, open_to_read, read_only
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ledger_sqlite import Discovery, Ledger
from tests.read_only_disk import NO_MOUNT, on_read_only_disk

_COUNT = """
import sqlite3, sys
from pathlib import Path
from portal_crawler.database_sqlite import read_only
from portal_crawler.errors import StateError
try:
    print(*sqlite3.connect(read_only(Path(sys.argv[1])), uri=True).execute("SELECT count(*) FROM t").fetchone())
except StateError as error:
    print(error)
"""


def _table(path: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(f"PRAGMA journal_mode = {mode}; CREATE TABLE t (x); INSERT INTO t VALUES (1), (2);")
    return db


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT)
@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_a_closed_file_is_read_where_nothing_can_be_made_beside_it(tmp_path: Path, mode: str) -> None:
    (tmp_path / "disk").mkdir()
    _table(tmp_path / "disk/a.sqlite", mode).close()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["a.sqlite"]
    assert on_read_only_disk(tmp_path / "disk", "-c", _COUNT, "disk/a.sqlite").stdout == "2\n"


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT)
@pytest.mark.parametrize(
    ("taken", "told"),
    [
        ([], "2"),
        (
            ["-shm"],
            "was not closed, and a.sqlite-wal cannot be read in a folder that cannot be written; copy the whole folder",
        ),
        (["-wal", "-shm"], "no such table"),
    ],
)
def test_a_file_with_a_journal_is_read_with_it_or_not_at_all(tmp_path: Path, taken: list[str], told: str) -> None:
    (tmp_path / "disk").mkdir()
    with closing(_table(tmp_path / "a.sqlite", "WAL")):
        for path in tmp_path.glob("a.sqlite*"):
            shutil.copy(path, tmp_path / "disk" / path.name)
    for tail in taken:
        (tmp_path / f"disk/a.sqlite{tail}").unlink()
    ended = on_read_only_disk(tmp_path / "disk", "-c", _COUNT, "disk/a.sqlite")
    assert told in ended.stdout + ended.stderr


def test_a_file_in_a_folder_that_can_be_written_is_read_as_one_that_others_write(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(_table(path, "WAL")) as writer, closing(sqlite3.connect(read_only(path), uri=True)) as reader:
        writer.execute("INSERT INTO t VALUES (3)")
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (3,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("INSERT INTO t VALUES (4)")


_KILLED = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.executescript("PRAGMA cache_size = 1; BEGIN;" + 11 * "INSERT INTO t SELECT x FROM t;")
os.kill(os.getpid(), signal.SIGKILL)
"""


def _killed_while_it_wrote(path: Path) -> None:
    _table(path, "DELETE").close()
    size = path.stat().st_size
    assert subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False).returncode == -signal.SIGKILL
    assert path.with_name("a.sqlite-journal").stat().st_size
    assert path.stat().st_size > size  # a part of what was never committed is in the file


def test_what_a_killed_process_had_begun_to_write_is_undone_for_who_reads(tmp_path: Path) -> None:
    _killed_while_it_wrote(tmp_path / "a.sqlite")
    with closing(sqlite3.connect(read_only(tmp_path / "a.sqlite"), uri=True)) as reader:
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (2,)


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT)
def test_where_it_cannot_be_undone_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    _killed_while_it_wrote(tmp_path / "disk/a.sqlite")
    told = on_read_only_disk(tmp_path / "disk", "-c", _COUNT, "disk/a.sqlite").stdout
    assert "was not closed, and a.sqlite-journal cannot be read in a folder that cannot be written; copy" in told


def test_a_closed_ledger_is_one_file(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add([Discovery("http://h/1", "h)/1", "h")])
    ledger.commit({"pages.jsonl": 10})
    assert (tmp_path / f"{LEDGER}-wal").stat().st_size
    ledger.close()
    with closing(sqlite3.connect(read_only(tmp_path / LEDGER), uri=True)) as reader:
        assert reader.execute("SELECT url FROM frontier").fetchall() == [("http://h/1",)]
        assert [path.name for path in sorted(tmp_path.iterdir())] == ["ledger.lock", LEDGER]


def test_a_ledger_that_others_read_keeps_its_journal_and_all_that_was_committed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with closing(sqlite3.connect(read_only(tmp_path / LEDGER), uri=True)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM frontier").fetchone() == (0,)
        ledger.add([Discovery("http://h/1", "h)/1", "h")])
        ledger.commit()
        ledger.close()
        assert (tmp_path / f"{LEDGER}-wal").stat().st_size
    again = Ledger(tmp_path)
    assert again.counts() == {"queued": 1}
    again.close()
    assert not (tmp_path / f"{LEDGER}-wal").exists()


def test_folding_leaves_a_file_that_another_has_open_as_it_was(tmp_path: Path) -> None:
    with closing(_table(tmp_path / "a.sqlite", "WAL")) as one, closing(sqlite3.connect(tmp_path / "a.sqlite")) as two:
        two.execute("BEGIN")
        assert two.execute("SELECT count(*) FROM t").fetchone() == (2,)
        fold_journal(one)
        assert one.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        two.execute("COMMIT")
        two.close()
        fold_journal(one)
        assert one.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_file_open_to_be_read_takes_no_writing_and_is_closed_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    _table(path, "DELETE").close()
    with open_to_read(path) as db:
        assert db.execute("SELECT count(*) FROM t").fetchone() == (2,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("INSERT INTO t VALUES (3)")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        db.execute("SELECT 1")
    with pytest.raises(sqlite3.OperationalError, match="unable to open"), open_to_read(tmp_path / "none.sqlite"):
        pass
    assert not (tmp_path / "none.sqlite").exists()
