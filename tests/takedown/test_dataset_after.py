"""A dataset that is made again after a takedown: what it says of the records that stayed."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.takedown.crawls import BRIDGE_URL, FERRY_URL, FIRST_CRAWL, SECOND_CRAWL, lines, run

DATASET = ("dataset", FIRST_CRAWL, "--to", "jsonl", "-o", "told")
PLACES = {"warc_file", "warc_offset", "warc_record_id"}


@pytest.fixture
def room(twice: Path, tmp_path: Path) -> Path:
    shutil.copytree(twice, tmp_path / "room", symlinks=True, ignore=shutil.ignore_patterns(SECOND_CRAWL.name))
    run(*DATASET, at=tmp_path / "room")
    return tmp_path / "room"


def _rows(folder: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for path in sorted(folder.glob("data/*/*.jsonl")) for row in lines(path)}


def _taken_down(room: Path) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """The records before and after, as they stand in the dataset's files."""
    before = _rows(room / "told")
    run("takedown", FERRY_URL, "--in", FIRST_CRAWL, at=room)
    return before, {row["id"]: row for row in lines(room / FIRST_CRAWL / "articles.jsonl")}


def test_what_only_stands_elsewhere_has_moved_and_not_changed(room: Path) -> None:
    before, stayed = _taken_down(room)
    told, said = run(*DATASET, "--json", at=room)
    after, last = _rows(room / "told"), json.loads(told)["history"][-1]
    assert after.keys() == stayed.keys()
    other = {one for one, row in after.items() if row != before[one]}
    assert other, "nothing stands behind the story in its file: the test tells nothing"
    assert all(row[name] == before[one][name] for one, row in after.items() for name in row.keys() - PLACES)
    found = {line["id"]: line for line in lines(room / "told" / "changes.jsonl")}
    gone = before.keys() - after.keys()
    assert {one: (line["change"], line["rule"]) for one, line in found.items()} == dict.fromkeys(
        other, ("moved", None)
    ) | dict.fromkeys(gone, ("withdrawn", "takedown"))
    differ = Counter(name for one in other for name in PLACES if after[one][name] != before[one][name])
    assert last["moved_fields"] == dict(differ)
    assert [last[name] for name in ("added", "changed", "moved", "withdrawn")] == [0, 0, len(other), len(gone)]
    assert last["withdrawn_rules"] == {"takedown": len(gone)}
    assert last["version"] == "2.0.0"
    shown = [" ".join(line.split()) for line in said.splitlines()]
    for row in ("changed 0", f"moved {len(other)}", f"warc_offset {differ['warc_offset']}", f"takedown {len(gone)}"):
        assert row in shown
    card = (room / "told" / "README.md").read_text(encoding="utf-8")
    assert f"| moved: `warc_offset` | {differ['warc_offset']} |" in card
    assert json.loads((room / "told" / "dataset.json").read_text())["history"][-1] == last


def test_words_that_changed_are_not_lost_among_those_that_moved(room: Path) -> None:
    _, stayed = _taken_down(room)
    path = room / FIRST_CRAWL / "articles.jsonl"
    one, *others = stayed.values()
    one |= {"title": "Another headline", "published": "2004-05-06"}
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in (one, *others)))
    told, said = run(*DATASET, "--json", at=room)
    last = json.loads(told)["history"][-1]
    assert (last["changed"], last["changed_fields"]["title"], last["changed_fields"]["published"]) == (1, 1, 1)
    (line,) = [line for line in lines(room / "told" / "changes.jsonl") if line["change"] == "changed"]
    assert line["id"] == one["id"]
    assert {"title", "published"} <= set(line["fields"]) <= {"title", "published", "published_at"}
    assert set(line["provenance"]) <= PLACES
    assert " title 1" in " ".join(said.split())


def test_a_takedown_of_what_the_dataset_leaves_out_makes_a_version_that_reads_as_the_one_before(room: Path) -> None:
    english = ("dataset", FIRST_CRAWL, "--to", "jsonl", "-o", "english", "--language", "en", "--json")
    run(*english, at=room)
    before = _rows(room / "english")
    run("takedown", BRIDGE_URL, "--in", FIRST_CRAWL, at=room)
    told = json.loads(run(*english, at=room)[0])
    after, last = _rows(room / "english"), told["history"][-1]
    assert (told["version"], told["changed"]) == ("1.0.1", True)
    assert (last["added"], last["changed"], last["withdrawn"]) == (0, 0, 0)
    assert last["moved"] == sum(after[one] != row for one, row in before.items()) > 0
    assert after.keys() == before.keys()
