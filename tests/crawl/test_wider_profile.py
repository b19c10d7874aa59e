"""A crawl that goes on with a wider profile has what the profile names and allows now, each address once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.engine import wider_scope
from portal_crawler.engine.opening import opened_ledger
from portal_crawler.sites.profile_toml import load_profile
from tests.changing_portal import story_page
from tests.crawled_forms import Crawled, answer, crawled
from tests.wire_server import Form, WireServer, serving_forms

_STORIES = [f"{section}-{number}.htm" for section in ("news", "arts") for number in range(6)]
_FURTHER = "further.htm"


def _links(*names: str) -> str:
    return "".join(f'<p><a href="{name}">A link to {name}</a></p>' for name in names)


def _pages(port: int) -> dict[str, bytes]:
    other = f"http://localhost:{port}/other.htm"
    return {
        "": answer(_links(*_STORIES, "closed.htm", other, f"http://localhost:{port}/seed.htm")),
        **{name: answer(story_page(number, name) + _links(_FURTHER)) for number, name in enumerate(_STORIES)},
        "closed.htm": answer('<meta name="robots" content="nofollow">' + _links("arts-closed.htm")),
        "arts-closed.htm": answer("<p>No crawler comes here."),
        _FURTHER: answer(story_page(41, "Further")),
        "other.htm": answer(story_page(42, "Other")),
        "seed.htm": answer(story_page(43, "Seed") + _links("below.htm")),
        "below.htm": answer(story_page(44, "Below")),
        "new.htm": answer(story_page(45, "New")),
    }


@pytest.fixture
def server() -> Iterator[WireServer]:
    with serving_forms([]) as made:
        made._forms = {name: Form(name, (data,)) for name, data in _pages(made.port).items()}
        yield made


def _narrow(server: WireServer) -> dict[str, Any]:
    return {"scope": {"exclude": ["^/arts"], "max_depth": 1, "max_pages": 3}, "output": {"report": False}}


def _wide(server: WireServer) -> dict[str, Any]:
    hosts = [f"127.0.0.1:{server.port}", f"localhost:{server.port}"]
    names = (f"http://127.0.0.1:{server.port}/new.htm", f"http://localhost:{server.port}/seed.htm")
    return {
        "seeds": [f"http://127.0.0.1:{server.port}/", *names],
        "scope": {"hosts": hosts, "allow_private": hosts, "max_depth": 2},
    }


def _paths(done: Crawled, name: str = "pages.jsonl") -> list[str]:
    return sorted(one["url"].rpartition("/")[2] for one in done.lines(name))


def _is_whole(done: Crawled, server: WireServer) -> None:
    expected = {"", *_STORIES, "closed.htm", _FURTHER, "other.htm", "seed.htm", "below.htm", "new.htm"}
    assert _paths(done) == sorted(expected)
    assert _paths(done, "skipped.jsonl") == ["arts-closed.htm"]
    counts = json.loads((done.folder / "crawl.json").read_bytes())["counts"]
    assert counts["discovered"] == counts["fetched"] + counts["skipped"] == len(expected) + 1
    done.run("verify")
    asked = [path for path, _, _ in server.passed.exchanges if path in expected]
    assert len(asked) == len(set(asked))


def test_what_the_earlier_scope_left_out_is_fetched_and_told_no_more(server: WireServer, tmp_path: Path) -> None:
    place = f"127.0.0.1:{server.port}"
    first = crawled(place, tmp_path, _narrow(server))
    assert first.code == 15, first.said
    reasons = {one["url"].rpartition("/")[2]: one["reason"] for one in first.lines("skipped.jsonl")}
    assert (reasons["arts-0.htm"], reasons[_FURTHER], reasons["other.htm"]) == ("excluded", "depth", "offsite")
    done = crawled(place, tmp_path, _wide(server))
    assert done.code == 0, done.said
    assert "starts that the profile did not name before: 1; they are queued" in done.said
    assert "addresses that the scope left out before, and has now: 9; they are queued" in done.said
    _is_whole(done, server)


def test_the_same_profile_takes_up_nothing(server: WireServer, tmp_path: Path) -> None:
    place = f"127.0.0.1:{server.port}"
    crawled(place, tmp_path, _narrow(server))
    narrow = _narrow(server)
    narrow["scope"].pop("max_pages")
    done = crawled(place, tmp_path, narrow)
    assert done.code == 0, done.said
    assert "left out before" not in done.said
    assert "did not name before" not in done.said
    assert {one["reason"] for one in done.lines("skipped.jsonl")} == {"excluded", "depth", "offsite"}
    done.run("verify")


def test_a_kill_between_the_commit_and_the_new_file_is_made_good(
    server: WireServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"127.0.0.1:{server.port}"
    done = crawled(place, tmp_path, _narrow(server))
    crawled(place, tmp_path, _wide(server), "--dry-run")  # writes the profile

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(wider_scope, "finish_replacing", killed)
    with closing(opened_ledger(done.folder)) as ledger, pytest.raises(KeyboardInterrupt):
        wider_scope.take_up_left_out(done.folder, load_profile(tmp_path / "site.toml"), ledger)
    assert len(done.lines("skipped.jsonl")) == 9  # the old file is in its place
    done = crawled(place, tmp_path, _wide(server))
    assert done.code == 0, done.said
    _is_whole(done, server)


@pytest.mark.parametrize("moment", [0.3, 1.0])
def test_a_kill_at_any_moment_of_it_loses_and_doubles_nothing(
    moment: float, server: WireServer, tmp_path: Path
) -> None:
    place = f"127.0.0.1:{server.port}"
    crawled(place, tmp_path, _narrow(server))
    wide = crawled(place, tmp_path, _wide(server), "--dry-run")
    assert wide.code == 0, wide.said
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(tmp_path / "site.toml")]
    run = subprocess.Popen([*command, "--out", str(wide.folder)], stderr=subprocess.DEVNULL)
    time.sleep(1 + moment)
    run.send_signal(signal.SIGKILL)
    run.wait()
    server.passed.exchanges.clear()  # what was under way is asked for again
    done = crawled(place, tmp_path, _wide(server))
    assert done.code == 0, done.said
    _is_whole(done, server)


def test_a_new_start_outside_of_the_scope_is_refused(server: WireServer, tmp_path: Path) -> None:
    place = f"127.0.0.1:{server.port}"
    crawled(place, tmp_path, _narrow(server))
    elsewhere = {"seeds": [f"http://{place}/", "http://elsewhere.test/"]}
    done = crawled(place, tmp_path, elsewhere)
    assert done.code == 2
    assert "outside of the crawl's own scope" in done.said


def test_several_processes_queue_new_starts_and_say_what_stays_out(server: WireServer, tmp_path: Path) -> None:
    place = f"127.0.0.1:{server.port}"
    narrow = {"scope": {"exclude": ["^/arts"]}, "politeness": {"delay": 0.5}}
    planned = crawled(place, tmp_path, narrow, "--dry-run")
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(tmp_path / "site.toml"), "--jobs", "2"]
    run = subprocess.Popen([*command, "--out", str(planned.folder)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while len(server.passed.exchanges) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=60) == 11
    done = crawled(place, tmp_path, _wide(server), "--jobs", "2")
    assert done.code == 0, done.said
    assert "what it left out before stays skipped" in done.said
    assert {"new.htm", *_STORIES[:6]} <= set(_paths(done))
    assert {f"arts-{number}.htm" for number in range(6)} <= set(_paths(done, "skipped.jsonl"))
    done.run("verify")
