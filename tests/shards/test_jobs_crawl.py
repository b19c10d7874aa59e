"""A crawl by several processes comes to what one process comes to, whatever ends it before its end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from many_hosts import ManyHosts

from portal_crawler.cli.folders import crawl_folder
from portal_crawler.cli.main import main
from portal_crawler.cli.takedown_sources import crawls_of
from portal_crawler.cli.terminal import Terminal
from portal_crawler.errors import ExitCode, UsageError
from portal_crawler.records.verify import verify_crawl
from portal_crawler.shards.manifest_json import read_manifest
from portal_crawler.shards.merge_disk import merge_shards
from portal_crawler.sites.profile_toml import save_profile

_HOSTS, _PAGES = 6, 9
_SAME = {
    "articles.jsonl": ("id", "url", "title", "text", "aliases"),
    "pages.jsonl": ("url_key", "status", "kind", "payload_digest"),
    "links.jsonl": ("source_key", "target_key", "role", "position", "editorial"),
    "duplicates.jsonl": ("id", "of", "kind"),
    "skipped.jsonl": ("url_key", "reason", "rule", "bin"),
}
_ORDER = {"pages.jsonl": "url_key", "links.jsonl": "source_key"}
_Python = tuple[str, ...]
_COMMAND: _Python = ("-m", "portal_crawler")
# The coordinator kills itself when it comes to a step of the merging or the settling.
_AT_A_STEP = """
import os, sys
from importlib import import_module
from portal_crawler.cli.main import run

module = import_module(sys.argv[1])
def ended(*given, **named):
    os.kill(os.getpid(), 9)
setattr(module, sys.argv[2], ended)
run(sys.argv[3:])
"""


@dataclass
class _Sites:
    """The sites, a profile of them, and the folder of a crawl by one process."""

    many: ManyHosts
    profile: Path
    whole: Path

    def start(self, out: Path, *more: str, python: _Python = _COMMAND) -> subprocess.Popen[bytes]:
        command = ["crawl", str(self.profile), "--out", str(out), "--progress", "none", "--no-report"]
        with out.with_name(out.name + ".said").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, *python, *command, "-s", "PORTAL_READING_WORKERS=0", *more],
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    def run(self, out: Path, *more: str, python: _Python = _COMMAND) -> int:
        return self.start(out, *more, python=python).wait(timeout=300)

    def after(
        self, out: Path, requests: int, act: Callable[[int], None], *more: str, python: _Python = _COMMAND
    ) -> int:
        """Act on a crawl's process after so many requests more; its exit code."""
        before, running = self.many.asked.total(), self.start(out, *more, python=python)
        _until(lambda: self.many.asked.total() >= before + requests or running.poll() is not None)
        act(running.pid)
        return running.wait(timeout=300)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Sites]:
    room = tmp_path_factory.mktemp("many")
    with ManyHosts(_HOSTS, _PAGES).serving() as many:
        save_profile(many.profile(), room / "many.toml")
        found = _Sites(many, room / "many.toml", room / "whole")
        assert found.run(found.whole) == ExitCode.OK
        many.pause = 0.02
        yield found


def _until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 200
    while not done():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.01)


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


def _lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_bytes().splitlines()]


def _content(folder: Path, name: str) -> Counter[str]:
    return Counter(repr([record[field] for field in _SAME[name]]) for record in _lines(folder, name))


def _is_whole(sites: _Sites, out: Path) -> None:
    assert verify_crawl(out) == []
    for name in _SAME:
        assert _content(out, name) == _content(sites.whole, name), name
    assert (out / "template.json").exists() == (sites.whole / "template.json").exists()
    assert not (out / "shards").exists()
    assert json.loads((out / "crawl.json").read_bytes())["jobs"] == 2


def test_two_processes_fetch_each_page_once_on_from_a_crawl_and_a_later_one_from_theirs(
    sites: _Sites, tmp_path: Path
) -> None:
    out, later = tmp_path / "crawl", tmp_path / "later"
    sites.many.asked.clear()
    assert sites.run(out, "--jobs", "2", "--since", str(sites.whole)) == ExitCode.OK
    _is_whole(sites, out)
    pages = _lines(out, "pages.jsonl")
    assert len({page["warc_file"] for page in pages}) == 2, "each shard has written an archive"
    assert set(sites.many.asked.values()) == {1}, "each robots.txt once, too: a host has one owner"
    assert len([page for page in sites.many.asked if not page.endswith("/robots.txt")]) == len(pages)
    for name, field in _ORDER.items():
        keys = [record[field] for record in _lines(out, name)]
        assert keys == sorted(keys)
    assert sites.run(later, "--since", str(out)) == ExitCode.OK
    for folder, before in ((out, sites.whole), (later, out)):
        assert verify_crawl(folder) == []
        since = json.loads((folder / "crawl.json").read_bytes())["since"]
        assert (folder / since).resolve() == before.resolve()
        assert _content(folder, "articles.jsonl") == _content(sites.whole, "articles.jsonl")
        revisits = {page["revisit"] for page in _lines(folder, "pages.jsonl") if page["kind"] == "article"}
        assert revisits == {"identical-payload-digest"}


def test_killed_and_interrupted_it_comes_to_the_same(sites: _Sites, tmp_path: Path) -> None:
    out, jobs = tmp_path / "crawl", ("--jobs", "2")
    metrics = ("--metrics", str(tmp_path / "crawl.prom"))
    shards: list[int] = []

    def kill(pid: int) -> None:
        shards.extend(_children(pid))
        os.kill(pid, signal.SIGKILL)

    assert sites.after(out, 25, lambda pid: os.kill(pid, signal.SIGINT), *jobs, *metrics) == ExitCode.INTERRUPTED
    assert json.loads((out / "crawl.json").read_bytes())["finish_reason"] == "interrupted"
    assert [verify_crawl(out / "shards" / name) for name in ("00", "01")] == [[], []]
    told = (tmp_path / "crawl.prom").read_text()
    counts = json.loads((out / "crawl.json").read_bytes())["counts"]
    assert re.search(rf'_addresses{{crawl="crawl",profile="many",state="done"}} {counts["fetched"]}\n', told)
    assert "handed_over" not in told
    assert sites.run(out, "--jobs", "3") == ExitCode.USAGE
    assert crawls_of((str(out),)) == (out / "shards" / "00", out / "shards" / "01"), "a takedown looks into both"
    with pytest.raises(UsageError, match="is a crawl by several processes that has not ended"):
        crawl_folder(str(out))
    assert sites.after(out, 25, kill) == -signal.SIGKILL
    assert len(shards) == 2
    _until(lambda: not any(Path(f"/proc/{shard}").exists() for shard in shards))
    before_the_merge = ("-c", _AT_A_STEP, "portal_crawler.shards.run", "merge_shards")
    code = sites.after(out, 25, lambda pid: os.kill(_children(pid)[0], signal.SIGKILL), *jobs, python=before_the_merge)
    assert code == -signal.SIGKILL
    said = (tmp_path / "crawl.said").read_text()
    assert "it was ended by SIGKILL" in said
    assert "it is started again" in said
    _merges_alike(out, tmp_path)
    assert sites.run(out, *jobs) == ExitCode.OK
    _is_whole(sites, out)


def _merges_alike(out: Path, room: Path) -> None:
    """Merging a copy, killed on the way and done again, gives what merging the crawl itself gives, byte for byte."""
    other = room / "other"
    shutil.copytree(out, other)
    merge = "from pathlib import Path\nfrom portal_crawler.shards.manifest_json import read_manifest\n"
    merge += "folder = Path(sys.argv[3])\nmodule.merge_shards(folder, read_manifest(folder))"
    killed = _AT_A_STEP.replace("run(sys.argv[3:])", merge)
    for place, step in (
        ("portal_crawler.shards.merge_disk", "_joined"),
        ("portal_crawler.shards.merge_disk", "_linked"),
    ):
        done = subprocess.run([sys.executable, "-c", killed, place, step, str(other)], check=False)
        assert done.returncode == -signal.SIGKILL
        assert not (other / "ledger.sqlite").exists()
    for folder in (out, other):
        merge_shards(folder, read_manifest(folder))
    assert verify_crawl(out / "shards" / "00") == []
    for name in ("pages.jsonl", "links.jsonl", "skipped.jsonl", "work/stories.jsonl", "indexes/index.cdxj"):
        assert (out / f"{name}.new").read_bytes() == (other / f"{name}.new").read_bytes(), name
    assert _dump(out) == _dump(other)


def _dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as ledger:
        return list(ledger.iterdump())


def test_a_limit_is_kept_to_the_page_and_one_process_goes_on_from_it(sites: _Sites, tmp_path: Path) -> None:
    out = tmp_path / "crawl"
    assert sites.run(out, "--jobs", "2", "--limit", "50") == ExitCode.TIME_OR_PAGE_LIMIT
    assert len(_lines(out, "pages.jsonl")) == 50
    assert verify_crawl(out) == []
    assert sites.run(out) == ExitCode.OK
    _is_whole(sites, out)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--from", "."), "--jobs and --from: exclude each other"),
        (("--jobs", "64"), "--jobs 64: is more than [politeness] total_concurrency = 16 lets ask at a time"),
    ],
    ids=["from", "too many"],
)
def test_what_several_processes_cannot_do_is_refused(
    sites: _Sites, tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    out = tmp_path / "crawl"
    command = ["crawl", str(sites.profile), "--out", str(out), "--jobs", "2", *more]
    with pytest.raises(UsageError, match=re.escape(told)):
        main.main(command, "portal-crawler", standalone_mode=False, obj=Terminal())
    assert not out.exists()
