"""The ledger: what is committed stays, what is not is undone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal_crawler.errors import StateError
from portal_crawler.frontier import ledger_file_sqlite
from portal_crawler.frontier.ledger_sqlite import LEDGER, Discovery, Ledger
from portal_crawler.report.ledger_counts_sqlite import states


def _found(number: int, reason: str | None = None) -> Discovery:
    return Discovery(f"http://h/{number}", f"h)/{number}", "h", depth=1, via="http://h/", reason=reason, rule=reason)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path)
    yield opened
    opened.close()


def test_addresses_come_by_priority_then_in_order_of_discovery(ledger: Ledger) -> None:
    ledger.add([_found(1), _found(2), Discovery("http://h/f", "h)/f", "h", priority=5)])
    assert [row.url for row in ledger.claim("h", 5, 0.0)] == ["http://h/f", "http://h/1", "http://h/2"]
    assert ledger.claim("h", 5, 0.0) == []


def test_a_known_address_keeps_its_row(ledger: Ledger) -> None:
    ledger.add([_found(1)])
    ledger.add([_found(1, "offsite"), _found(2)])
    assert ledger.unknown(["h)/1", "h)/2", "h)/3"]) == {"h)/3"}
    assert ledger.counts() == {"queued": 2}


def test_what_was_in_flight_is_queued_again_when_the_ledger_is_opened(tmp_path: Path) -> None:
    first = Ledger(tmp_path)
    first.add([_found(1), _found(2)])
    row = first.claim("h", 1, 0.0)[0]
    first.commit({"pages.jsonl": 10})
    first.done(row.id, 200, "sha256:0")
    first.close()
    second = Ledger(tmp_path)
    assert second.counts() == {"queued": 2}
    assert second.lengths() == {"pages.jsonl": 10}
    second.close()


def test_a_row_and_the_lengths_change_together_or_not_at_all(tmp_path: Path) -> None:
    first = Ledger(tmp_path)
    first.add([_found(1)])
    first.commit({"a": 1})
    first.done(first.claim("h", 1, 0.0)[0].id, 200, "d")
    first.commit({"a": 2})
    first.close()
    with closing(sqlite3.connect(tmp_path / LEDGER)) as db:
        assert db.execute("SELECT state FROM frontier").fetchall() == [("done",)]
        assert db.execute("SELECT committed_length FROM outputs").fetchall() == [(2,)]


def test_a_try_that_failed_waits_until_it_is_due(ledger: Ledger) -> None:
    ledger.add([_found(1)])
    row = ledger.claim("h", 1, 0.0)[0]
    ledger.again(row.id, 100.0, "status 503")
    assert ledger.claim("h", 1, 99.0) == []
    assert ledger.claim("h", 1, 100.0)[0].tries == 1


def test_a_second_crawl_in_the_same_folder_is_refused_by_the_number_of_the_first(
    tmp_path: Path, ledger: Ledger
) -> None:
    code = "import sys; from pathlib import Path; from portal_crawler.frontier.ledger_sqlite import Ledger; "
    done = subprocess.run(
        [sys.executable, "-c", f"{code} Ledger(Path(sys.argv[1]))", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ledger.counts() == {}
    assert "another crawl is running there" in done.stderr
    assert f"process {__import__('os').getpid()}" in done.stderr


def test_a_damaged_file_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_bytes(b"no database at all" * 100)
    with pytest.raises(StateError, match=r"ledger.sqlite: is damaged .*--fresh"):
        Ledger(tmp_path)


def test_a_ledger_of_another_format_is_left_alone(tmp_path: Path) -> None:
    opened = Ledger(tmp_path)
    opened.set_meta("format", "99")
    opened.commit()
    opened.close()
    with pytest.raises(StateError, match="format 99"):
        Ledger(tmp_path)


def test_files_about_to_be_replaced_are_remembered(ledger: Ledger) -> None:
    ledger.finalize({"articles.jsonl": 7})
    assert ledger.replacing == {"articles.jsonl": 7}
    ledger.replaced()
    assert ledger.replacing == {}
    assert ledger.lengths() == {"articles.jsonl": 7}


def test_what_pages_in_flight_note_after_a_commit_that_failed_does_not_stay(tmp_path: Path) -> None:
    code = """
import resource, signal, sys
from pathlib import Path
from portal_crawler.errors import PortalCrawlerError
from portal_crawler.frontier.ledger_sqlite import Discovery, Ledger

ledger = Ledger(Path(sys.argv[1]))
ledger.add([Discovery(f"http://h/{n}", f"h)/{n}", "h") for n in range(20)])
first, second = ledger.claim("h", 2, 0.0)
ledger.commit()
# From here no file may grow: the write of the commit fails as on a full disk, and SQLite rolls back by itself.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
ledger.done(first.id, 200, "d")
try:
    ledger.commit({"pages.jsonl": 10})
except PortalCrawlerError:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ledger.done(second.id, 200, "d")
    ledger.close()
    sys.exit(7)
"""
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 7
    with closing(Ledger(tmp_path)) as again:
        assert (again.counts(), again.lengths()) == ({"queued": 20}, {})


def test_what_a_kill_left_of_a_ledger_that_was_being_made_is_in_nobodys_way(tmp_path: Path) -> None:
    for tail in ("", "-journal", "-wal"):
        (tmp_path / f"{LEDGER}.new{tail}").write_bytes(b"half of it")
    with closing(Ledger(tmp_path)) as ledger:
        assert ledger.counts() == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.lock", LEDGER]


def test_a_ledger_that_has_its_name_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger_file_sqlite, "sync_folder", killed)
    with pytest.raises(KeyboardInterrupt):
        ledger_file_sqlite.create_ledger(tmp_path / LEDGER)
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER]
    assert states(tmp_path) == {}
    with closing(Ledger(tmp_path)) as ledger:
        assert ledger.counts() == {}


@pytest.mark.parametrize("most", [100, 5_000, 20_000, 60_000])
def test_a_limit_that_the_ledger_meets_is_told_as_a_full_disk(tmp_path: Path, most: int) -> None:
    """SQLite calls it a disk I/O error."""
    code = """
import resource, signal, sys
from pathlib import Path
from portal_crawler.errors import DiskFullError
from portal_crawler.frontier.ledger_sqlite import Discovery, Ledger

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    ledger = Ledger(Path(sys.argv[1]))
    ledger.add([Discovery(f"http://h/{n}", f"h)/{n}", "h") for n in range(2000)])
    ledger.commit()
except DiskFullError:
    sys.exit(7)
"""
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path), str(most)], check=False).returncode == 7
    with closing(Ledger(tmp_path)) as again:
        assert again.counts() == {}


def test_an_error_of_a_disk_with_room_is_no_damage_and_no_full_disk(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    told = ledger_file_sqlite.trouble_with(tmp_path / LEDGER, error)
    assert type(told) is StateError
    assert "cannot be read or written (disk I/O error); check the disk" in str(told)


def test_an_interrupt_while_it_closes_lets_it_be_closed_again(tmp_path: Path) -> None:
    class Interrupted:
        in_transaction = False

        def close(self) -> None:
            raise KeyboardInterrupt

    ledger = Ledger(tmp_path)
    ledger._db = Interrupted()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        ledger.close()
    ledger.close()
    Ledger(tmp_path).close()  # its lock is free
