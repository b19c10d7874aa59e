"""The stream of ``--progress json``: what a real crawl writes, held against the schema and the reference."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from portal_crawler.cli.events import EVENTS, events_schema, fields_of
from portal_crawler.cli.reference import DOCS, EVENTS_FILE
from portal_crawler.sites.profile_toml import save_profile
from tests.polite_portal import PolitePortal, serving

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = jsonschema.Draft202012Validator(json.loads(EVENTS_FILE.read_text(encoding="utf-8")))


def stream(folder: Path, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    """Exit code and events of a command; every line of stderr must be one."""
    command = [sys.executable, "-m", "portal_crawler", *arguments, "--progress", "json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    events = [json.loads(line) for line in done.stderr.splitlines()]
    for one in events:
        VALIDATOR.validate(one)
    return done.returncode, events


@pytest.mark.timeout(120)
def test_every_line_that_a_crawl_writes_is_an_event_of_the_schema(tmp_path: Path) -> None:
    with serving(PolitePortal(20)) as portal:
        # Slow enough that its progress is told once, after ten seconds.
        save_profile(portal.profile(delay=0.52), tmp_path / "p.toml")
        code, events = stream(tmp_path, "crawl", "p.toml", "--out", "crawl", "--metrics", "crawl.prom")
    kinds = [one["event"] for one in events]
    assert (code, kinds[0]) == (0, "begin")
    assert {"begin", "progress", "message", "end"} == set(kinds)
    end = events[kinds.index("end")]
    facts = json.loads((tmp_path / "crawl" / "crawl.json").read_text())
    assert (end["exit_code"], end["counts"]) == (0, facts["counts"])
    assert 'portal_crawler_ended_info{crawl="crawl",profile="polite",reason="finished"} 1' in (
        tmp_path / "crawl.prom"
    ).read_text(encoding="utf-8")


def test_an_error_is_an_event_with_the_exit_code(tmp_path: Path) -> None:
    code, events = stream(tmp_path, "crawl", "nothing.toml")
    assert [(one["event"], one["exit_code"]) for one in events] == [("error", 2)]
    assert code == 2


def test_the_schema_refuses_what_is_no_event() -> None:
    message = {"event": "message", "at": "2026-11-28T12:00:00.000Z", "text": "x"}
    assert VALIDATOR.is_valid(message)
    for wrong in ({**message, "more": 1}, {**message, "event": "other"}, {**message, "text": 3}, {"event": "message"}):
        assert not VALIDATOR.is_valid(wrong)


def test_the_reference_names_every_event_and_field() -> None:
    text = (DOCS / "events.md").read_text(encoding="utf-8")
    assert [kind.name for kind in EVENTS if f"## {kind.name}\n" not in text] == []
    assert [one.name for kind in EVENTS for one in fields_of(kind) if f"| `{one.name}` |" not in text] == []
    assert len(events_schema()["oneOf"]) == len(EVENTS)
