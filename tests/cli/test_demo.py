"""The newcomer's first command, for real: the demo portal served by a process of its own, and crawled."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def demo(portal_crawler: Run) -> subprocess.CompletedProcess[str]:
    """One run of ``demo`` in an empty folder."""
    return portal_crawler("demo")


def test_demo_leaves_a_dataset_that_verifies_and_says_where(
    demo: subprocess.CompletedProcess[str], portal_crawler: Run, tmp_path: Path
) -> None:
    assert (demo.returncode, demo.stdout) == (0, ""), demo.stderr
    folder, _, following = demo.stderr.splitlines()[-1].partition("   next: ")
    latest = tmp_path / "data" / "crawls" / "demo-small" / "latest"
    assert latest.resolve() == (tmp_path / folder).resolve()
    articles = [json.loads(line) for line in (latest / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(articles) > 80
    assert any(article["title"] in demo.stderr for article in articles)
    verified = portal_crawler(*shlex.split(following)[1:])
    assert verified.returncode == 0, verified.stdout
