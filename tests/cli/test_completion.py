"""Completion, by the shells themselves where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal_crawler.cli import completed, sources
from portal_crawler.cli.completion import SHELLS, VARIABLE, script_of
from portal_crawler.engine import folders

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with profiles, crawls, and the program on the PATH."""
    for name in ("portal-2004", "portal-2006"):
        (tmp_path / "data/sites").mkdir(parents=True, exist_ok=True)
        (tmp_path / "data/sites" / f"{name}.toml").touch()
    crawl = tmp_path / "data/crawls/portal-2004/20261128T120000Z-ab12"
    crawl.mkdir(parents=True)
    (crawl / "pages.jsonl").touch()
    (crawl.parent / "latest").symlink_to(crawl.name, target_is_directory=True)
    program = tmp_path / "bin" / "portal-crawler"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m portal_crawler "$@"\n')
    program.chmod(0o755)
    return tmp_path


def environment(desk: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{desk / 'bin'}:{os.environ['PATH']}", **more}


def offered(desk: Path, line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = {VARIABLE: "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    done = subprocess.run(
        ["portal-crawler"], cwd=desk, capture_output=True, text=True, check=False, env=environment(desk, **words)
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [row.partition(",")[2] for row in done.stdout.splitlines()]


def test_a_profile_is_offered_where_a_command_takes_one(desk: Path) -> None:
    assert offered(desk, "portal-crawler crawl portal-200")[:2] == ["portal-2004", "portal-2006"]


def test_a_crawl_is_offered_by_its_profile_and_by_its_folder(desk: Path) -> None:
    assert offered(desk, "portal-crawler verify ")[:2] == [
        "data/crawls/portal-2004/20261128T120000Z-ab12",
        "portal-2004",
    ]


def test_options_and_commands_of_groups_are_offered(desk: Path) -> None:
    assert "--metrics" in offered(desk, "portal-crawler crawl --m")
    assert "rank" in offered(desk, "portal-crawler graph ra")


def test_the_places_are_those_of_the_commands() -> None:
    assert (completed.SITES, completed.CRAWLS) == (sources.SITES, folders.CRAWLS)


_ASKS = {
    "bash": "source ./script; complete -p portal-crawler; COMP_WORDS=(portal-crawler cra); COMP_CWORD=1; "
    '_portal_crawler_completion portal-crawler cra portal-crawler; echo "${COMPREPLY[@]}"',
    "zsh": "compdef() { print $1 }; source ./script",
    "fish": "source ./script; complete -C 'portal-crawler cra'",
}
_ANSWERS = {"bash": "crawl", "zsh": "_portal_crawler_completion", "fish": "crawl"}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_its_script(desk: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (desk / "script").write_text(script_of(shell))
    done = subprocess.run(
        [shell, "-c", _ASKS[shell]], cwd=desk, capture_output=True, text=True, check=False, env=environment(desk)
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert _ANSWERS[shell] in done.stdout
