"""The demo portal crawled for real: everything that is reachable, each story once, through kill -9 and damage."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.demo.manifest import manifest
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile_toml import save_profile

_STORY_KINDS = ("article", "part", "print")


def _crawl(profile: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--progress", "none"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with serving("small") as address:
        path = tmp_path_factory.mktemp("profile") / "demo.toml"
        save_profile(demo_profile(address), path)
        yield path


@pytest.fixture(scope="module")
def crawl(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "crawl"
    assert _crawl(profile, out).wait() == 0
    return out


@pytest.fixture(scope="module")
def gold() -> dict[str, dict[str, Any]]:
    return {line["url_key"]: line for line in manifest(build_portal("small"))}


def test_every_reachable_story_is_there_once_and_nothing_else(crawl: Path, gold: dict[str, dict[str, Any]]) -> None:
    portal = build_portal("small")
    articles = _records(crawl / "articles.jsonl")
    told = Counter(gold[record["url_key"]]["story_id"] for record in articles)
    reachable = {line["story_id"] for line in gold.values() if line["reachable"] and line["kind"] in _STORY_KINDS}
    # Of a story and its edited version, one is kept.
    assert Counter(portal.stories[number].edit_of or number for number in told) == {
        portal.stories[number].edit_of or number: 1 for number in reachable
    }
    for record in articles:
        story = portal.stories[gold[record["url_key"]]["story_id"]]
        assert record["text"].split() == " ".join(story.content).split(), record["url"]
        assert (record["title"], record["published"]) == (story.title, story.day.isoformat())
        assert "\ufffd" not in json.dumps(record, ensure_ascii=False)


def test_the_edges_are_the_manifests_and_their_roles_too(crawl: Path, gold: dict[str, dict[str, Any]]) -> None:
    edges: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for edge in _records(crawl / "links.jsonl"):
        edges[edge["source_key"]].append(edge)
    fetched = {page["url_key"] for page in _records(crawl / "pages.jsonl")} & gold.keys()
    assert len(fetched) > 250
    right = total = 0
    for key in fetched:
        drawn = gold[key]["links"]
        assert [(e["target_key"], e["text"], e["element"]) for e in edges[key]] == [
            (link["key"], link["text"], link["element"]) for link in drawn
        ], key
        total += len(drawn)
        right += sum(edge["role"] == link["role"] for edge, link in zip(edges[key], drawn, strict=True))
    assert right >= 0.97 * total > 0


def test_what_is_crawled_is_what_is_reachable(crawl: Path, gold: dict[str, dict[str, Any]]) -> None:
    fetched = {page["url_key"] for page in _records(crawl / "pages.jsonl")}
    assert {key for key, line in gold.items() if line["reachable"]} <= fetched


def test_killed_and_resumed_it_comes_to_the_same(profile: Path, crawl: Path, tmp_path: Path) -> None:
    out = tmp_path / "crawl"
    hit = 0
    for seconds in (1.6, 2.2, 1.9):
        running = _crawl(profile, out)
        time.sleep(seconds)
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)
            hit += 1
        running.wait()
    assert _crawl(profile, out).wait() == 0
    assert hit > 0
    assert verify_crawl(out) == []
    for name, fields in {
        "articles.jsonl": ("id", "title", "text"),
        "pages.jsonl": ("url_key", "status", "payload_digest"),
        "links.jsonl": ("source_key", "target_key", "role", "position"),
        "duplicates.jsonl": ("id", "of", "kind"),
    }.items():
        whole, resumed = (
            Counter(tuple(r[f] for f in fields) for r in _records(folder / name)) for folder in (crawl, out)
        )
        assert whole == resumed, name


@pytest.mark.parametrize(
    ("harm", "place"),
    [("a line removed", "articles.jsonl"), ("a byte changed", "articles.jsonl"), ("a row removed", "pages.jsonl")],
)
def test_verify_names_the_place_of_damage(crawl: Path, tmp_path: Path, harm: str, place: str) -> None:
    assert verify_crawl(crawl) == []
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(crawl), str(copy)], check=True)
    articles = copy / "articles.jsonl"
    lines = articles.read_bytes().splitlines(keepends=True)
    if harm == "a line removed":
        articles.write_bytes(b"".join(lines[:4] + lines[5:]))
    elif harm == "a byte changed":
        lines[4] = lines[4].replace(b"the", b"thx", 1)
        articles.write_bytes(b"".join(lines))
    else:
        with closing(sqlite3.connect(copy / "ledger.sqlite")) as db, db:
            db.execute("DELETE FROM frontier WHERE id = (SELECT max(id) FROM frontier WHERE state = 'done')")
    found = verify_crawl(copy)
    assert any(one.file == place and one.place.startswith("line") for one in found), found


def test_plain_scrapy_comes_to_the_same_dataset(profile: Path, crawl: Path, tmp_path: Path) -> None:
    out = tmp_path / "crawl"
    command = [sys.executable, "-m", "scrapy", "crawl", "portal", "-a", f"profile={profile}", "-a", f"out={out}"]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], capture_output=True)
    assert verify_crawl(out) == []
    ids = [{record["id"] for record in _records(folder / "articles.jsonl")} for folder in (crawl, out)]
    assert ids[0] == ids[1]
