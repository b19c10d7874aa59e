"""What shards say of an address becomes one row, and lines of several files one order."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.errors import DamagedFileError
from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.grown_file import GrownFile
from portal_crawler.shards.merged_ledger_sqlite import MergedLedger
from portal_crawler.shards.merged_lines_sqlite import MergedLines


def _found(name: str, depth: int, reason: str | None = None, **more: Any) -> Discovery:
    return Discovery(f"http://{name}/", f"{name})/", name, depth=depth, via="v", reason=reason, rule=reason, **more)


def _shard(folder: Path, *found: Discovery, done: str = "", redirects: tuple[tuple[str, str], ...] = ()) -> Path:
    folder.mkdir(parents=True)
    with closing(Ledger(folder)) as ledger:
        ledger.add(found)
        for key, target in redirects:
            ledger.redirects.note(f"{key})/", f"{target})/")
        ledger.commit()
        if done:
            ledger.done(ledger.claim(done, 1, 0.0)[0].id, 200, "sha256:0")
        ledger.commit({f"archive/{folder.name}.warc.gz": 7, "pages.jsonl": 9})
    return folder


def test_an_address_has_the_row_that_counts_and_pages_keep_what_they_led_to(tmp_path: Path) -> None:
    one = _shard(
        tmp_path / "shards" / "00",
        *(_found("a", 0), _found("b", 4, "offsite"), _found("c", 2, "depth"), _found("d", 1, "handed_over")),
        redirects=(("a", "b"),),
        done="a",
    )
    other = _shard(
        tmp_path / "shards" / "01",
        *(_found("c", 5), _found("b", 1, "excluded"), _found("e", 1, parent=1)),
        redirects=(("b", "c"), ("c", "a")),
    )
    stage = tmp_path / "stage"
    stage.mkdir()
    with closing(MergedLedger(stage, [one, other])) as merged:
        assert [merged.keeps(shard, key) for shard in (0, 1) for key in ("b)/", "c)/", "new)/")] == [
            *(False, False, True),
            *(True, True, True),
        ]
        circles = [[row.url for row in found] for found, _ in merged.circles(20)]
        assert circles == [["http://a/", "http://b/", "http://c/"]]
        assert merged.archive() == ["archive/00.warc.gz", "archive/01.warc.gz"]
        merged.finish(datetime(2026, 1, 2, tzinfo=UTC), None, {"pages.jsonl": 20})
    with closing(sqlite3.connect(stage / "ledger.sqlite")) as db:
        rows = db.execute("SELECT id, host, state, depth, parent FROM frontier ORDER BY id").fetchall()
        lengths = dict(db.execute("SELECT * FROM outputs").fetchall())
    expected = [("a", "done", 0, None), ("b", "skipped", 1, None), ("e", "queued", 1, 4), ("c", "queued", 5, None)]
    assert rows == [(number, *row) for number, row in enumerate(expected, start=1)]
    assert lengths == {"archive/00.warc.gz": 7, "archive/01.warc.gz": 7, "pages.jsonl": 20}


def test_what_a_limit_kept_its_owner_from_taking_in_waits(tmp_path: Path) -> None:
    handed = [
        replace(_found(name, 1, parent=1), reason="handed_over", rule="shard 01")
        for name in ("taken", "refused", "waiting", "known")
    ]
    one = _shard(tmp_path / "shards" / "00", _found("a", 0), *handed, done="a")
    other = _shard(tmp_path / "shards" / "01", _found("taken", 1), _found("refused", 1, "trap"), _found("known", 0))
    with closing(Ledger(other)) as ledger:
        ledger.handed_over.set_taken(0, 3)
        ledger.commit()
    stage = tmp_path / "stage"
    stage.mkdir()
    with closing(MergedLedger(stage, [one, other])) as merged:
        merged.finish(datetime(2026, 1, 2, tzinfo=UTC), None, {})
    with closing(sqlite3.connect(stage / "ledger.sqlite")) as db:
        rows = db.execute("SELECT host, state, reason, depth, parent FROM frontier ORDER BY host").fetchall()
        (root,) = db.execute("SELECT id FROM frontier WHERE host = 'a'").fetchone()
    assert rows == [
        ("a", "done", None, 0, None),
        ("known", "queued", None, 0, None),
        ("refused", "skipped", "trap", 1, None),
        ("taken", "queued", None, 1, None),
        ("waiting", "queued", None, 1, root),
    ]


def test_lines_stand_in_order_of_their_keys_and_then_as_they_were_written(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text('{"k":"m","n":1}\n{"k":"m","n":2}\n{"k":"a","n":3}\n{"k":"m","n":4}\n{"torn')
    second.write_text('{"k":"a","n":5}\n{"k":"-","n":6}\n{"k":"b","n":7}\n')
    committed = len(first.read_bytes()) - len('{"torn')
    with MergedLines() as lines, closing(GrownFile(tmp_path / "out", 0)) as out:
        lines.add(first, committed, lambda record: record["k"])
        lines.add(second, second.stat().st_size, lambda record: None if record["k"] == "-" else record["k"])
        lines.write(out)
    numbers = [json.loads(line)["n"] for line in (tmp_path / "out").read_bytes().splitlines()]
    assert numbers == [3, 5, 7, 1, 2, 4]
    with MergedLines() as lines, pytest.raises(DamagedFileError, match=f"byte {committed}"):
        lines.add(first, first.stat().st_size, lambda record: record["k"])
