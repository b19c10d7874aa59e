"""The ledger: what is committed stays, what is not is undone."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from portal_crawler.errors import StateError
from portal_crawler.frontier import ledger_file_sqlite
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ledger_sqlite import Discovery, Ledger
from portal_crawler.frontier.url_pattern import pattern_of
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


def test_a_path_that_sqlite_cannot_take_is_told_as_that(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 200) / ("y" * 200) / ("z" * 200)
    folder.mkdir(parents=True)
    with pytest.raises(StateError, match=r"ledger.sqlite: cannot be opened: SQLite takes paths of 500 bytes; choose"):
        Ledger(folder)


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

        def execute(self, _: str) -> None:
            raise KeyboardInterrupt

    ledger = Ledger(tmp_path)
    opened, ledger._db = ledger._db, Interrupted()  # type: ignore[assignment]
    opened.close()
    with pytest.raises(KeyboardInterrupt):
        ledger.close()
    ledger.close()
    Ledger(tmp_path).close()  # its lock is free


def _as_of_format_4(path: Path) -> None:
    """Make of a ledger one as format 4 had it."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP INDEX frontier_starts; DROP INDEX frontier_failed; DROP INDEX frontier_in_vain")
        db.execute("UPDATE meta SET value = '4' WHERE key = 'format'")
        db.commit()


def test_a_ledger_of_the_format_before_is_brought_forward(tmp_path: Path) -> None:
    opened = Ledger(tmp_path)
    opened.add([_found(1), _found(2)])
    opened.failed(opened.claim("h", 1, 0.0)[0].id, "timeout")
    opened.commit()
    opened.close()
    with closing(sqlite3.connect(tmp_path / LEDGER)) as db:
        new = db.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    _as_of_format_4(tmp_path / LEDGER)
    again = Ledger(tmp_path)
    assert (again.meta("format"), again.counts()) == ("5", {"failed": 1, "queued": 1})
    assert again.failures() == [("http://h/1", "timeout")]
    again.close()
    with closing(sqlite3.connect(tmp_path / LEDGER)) as db:
        assert db.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall() == new


def test_a_kill_while_a_ledger_is_brought_forward_leaves_the_old_one(tmp_path: Path) -> None:
    Ledger(tmp_path).close()
    _as_of_format_4(tmp_path / LEDGER)
    code = """
import os, signal, sys
from pathlib import Path
from portal_crawler.frontier import ledger_file_sqlite as file
from portal_crawler.frontier.ledger_sqlite import Discovery, Ledger
import signal
import sqlite3

def killed(): os.kill(os.getpid(), signal.SIGKILL)
new, step = file._STEPS["4"]
file._STEPS["4"] = (new, step + "SELECT killed();")
connect = sqlite3.connect
def connected(*args, **named):
    db = connect(*args, **named)
    db.create_function("killed", 0, killed)
    return db
sqlite3.connect = connected
Ledger(Path(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(tmp_path / LEDGER)) as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == ("4",)
        assert db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'frontier_starts'").fetchone() == (0,)
    again = Ledger(tmp_path)
    assert again.meta("format") == "5"
    again.close()


def test_of_what_is_in_doubt_a_kind_that_nothing_was_asked_of_can_be_told(ledger: Ledger) -> None:
    doubts, urls = ledger.doubts, ["http://h/a/1", "http://h/b/x/1", "http://h/b/y/1"]
    states = [doubts.state_of(pattern_of("h", url), "h") for url in urls]
    ledger.add([Discovery(url, url, "h", pattern=one.id, doubt=True) for url, one in zip(urls, states, strict=True)])
    doubts.wait(one.id for one in states)
    for state in states[:2]:
        state.pages = state.run = 1
        doubts.note(state, 1)
    found = [doubts.least_tried("h", 200, untried=untried) for untried in (False, True)]
    assert [row and row.url for row in found] == [urls[0], urls[2]]
    states[2].pages = states[2].run = 1
    doubts.note(states[2], 1)
    assert doubts.least_tried("h", 200, untried=True) is None
    assert doubts.least_tried("h", 200) is not None


@pytest.mark.parametrize("end", ["failed", "skipped"])
def test_all_addresses_of_a_host_come_to_an_end_a_heap_at_a_time(ledger: Ledger, end: str) -> None:
    pattern = ledger.doubts.state_of(pattern_of("h", "http://h/1"), "h").id
    waiting = [_found(number) for number in range(1_200)]
    doubted = [replace(_found(number), doubt=True, pattern=pattern) for number in range(2_000, 2_700)]
    other = [Discovery("http://g/1", "g)/1", "g")]
    ledger.add([*waiting, *doubted, *other])
    ledger.doubts.wait(pattern for _ in doubted)
    held, *_ = ledger.claim("h", 40, 0.0)
    heaps = (
        ledger.fail_host("h", "silent", [held.id])
        if end == "failed"
        else ledger.skip_host("h", "budget", "rule", [held.id])
    )
    sizes, ended = [], set[str]()
    for heap in heaps:
        sizes.append(len(heap))
        ended.update(row.url for row in heap)
    assert max(sizes) == 500
    assert ended == {one.url for one in (*waiting, *doubted)} - {held.url}
    assert ledger.counts() == {"in_flight": 1, "queued": 1, end: 1_899}
    assert ledger.doubts.waiting() == {}


def test_no_question_of_a_running_crawl_reads_the_whole_frontier(ledger: Ledger) -> None:
    asked: list[str] = []
    ledger._db.set_trace_callback(asked.append)
    ledger.seed_states()
    ledger.failures()
    ledger.queued_by_host()
    ledger.doubts.spent()
    ledger.claim("h", 1, 0.0)
    for _ in (*ledger.fail_host("h", "silent"), *ledger.skip_host("h", "budget", "rule")):
        pass
    ledger._db.set_trace_callback(None)
    told = [row[-1] for query in asked for row in ledger._db.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert len(asked) > 8
    assert [line for line in told if line.startswith("SCAN") and "INDEX" not in line] == []


def test_what_is_known_of_a_host_is_told_at_once_and_kept_by_the_commit(tmp_path: Path) -> None:
    first = Ledger(tmp_path)
    first.set_host_facts("h", {"delay": 1, "answers": [(1, 2)]})
    assert first.host_facts("h") == {"delay": 1, "answers": [[1, 2]]}
    first.commit()
    first.set_host_facts("h", {"delay": 2})
    first.set_host_facts("g", {"delay": 3})
    first.close()
    second = Ledger(tmp_path)
    assert (second.host_facts("h"), second.host_facts("g")) == ({"delay": 1, "answers": [[1, 2]]}, {})
    second.close()
