"""A crawl that is made to end before its end, in one way after another, comes to what an undisturbed one comes to."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.errors import ExitCode
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile_toml import save_profile

_SAME = {
    "articles.jsonl": ("id", "title", "text"),
    "pages.jsonl": ("url_key", "status", "payload_digest"),
    "links.jsonl": ("source_key", "target_key", "role", "position"),
    "duplicates.jsonl": ("id", "of", "kind"),
    "skipped.jsonl": ("url_key", "reason"),
}
# The process sends itself a signal when it comes to a step of its end.
_AT_A_STEP = """
import os, sys
import portal_crawler.engine.finish as finish
from portal_crawler.cli.main import run

step = getattr(finish, sys.argv[1])
def ended(*given):
    os.kill(os.getpid(), int(sys.argv[2]))
    return step(*given)
setattr(finish, sys.argv[1], ended)
run(sys.argv[3:])
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with serving("small") as address:
        path = tmp_path_factory.mktemp("profile") / "demo.toml"
        save_profile(demo_profile(address), path)
        yield path


def _start(profile: Path, out: Path, *python: str, most: int | None = None) -> subprocess.Popen[bytes]:
    command = ["crawl", str(profile), "--out", str(out), "--progress", "none"]
    return subprocess.Popen(
        [sys.executable, *(python or ("-m", "portal_crawler")), *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=None if most is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )


def _signalled(profile: Path, out: Path, *signals: signal.Signals) -> int:
    """The exit code of a crawl that gets signals when it has written some pages."""
    pages = out / "pages.jsonl"
    written = pages.stat().st_size if pages.exists() else 0
    running = _start(profile, out)
    until = time.monotonic() + 20
    while time.monotonic() < until and not (pages.exists() and pages.stat().st_size > written):
        time.sleep(0.01)
    for one in signals:
        os.kill(running.pid, one)
    return running.wait()


def _content(folder: Path, name: str) -> Counter[Any]:
    records = (json.loads(line) for line in (folder / name).read_bytes().splitlines())
    return Counter(tuple(record[field] for field in _SAME[name]) for record in records)


def test_ended_in_every_way_and_resumed_it_comes_to_the_same(profile: Path, tmp_path: Path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "crawl"
    undisturbed = _start(profile, whole)
    assert _start(profile, out, most=20_000).wait() == ExitCode.DISK_FULL  # the ledger finds no room
    assert _signalled(profile, out, signal.SIGTERM) == ExitCode.INTERRUPTED
    assert _start(profile, out, most=600_000).wait() == ExitCode.DISK_FULL  # the links find none
    assert _signalled(profile, out, signal.SIGINT, signal.SIGINT) == ExitCode.INTERRUPTED
    at_a_step = ("-c", _AT_A_STEP)
    settling = _start(profile, out, *at_a_step, "assemble_dataset", str(int(signal.SIGTERM)))
    assert settling.wait() == ExitCode.INTERRUPTED
    before_the_sums = _start(profile, out, *at_a_step, "write_sums", str(int(signal.SIGKILL)))
    assert before_the_sums.wait() == -signal.SIGKILL
    assert _start(profile, out).wait() == ExitCode.OK
    assert undisturbed.wait() == ExitCode.OK
    assert verify_crawl(out) == []
    for name in _SAME:
        assert _content(out, name) == _content(whole, name), name
