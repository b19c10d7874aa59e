from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from portal_crawler.cli.terminal import typed


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installed command of an environment that is not on the PATH; the current folder is the checkout's."""
    checkout = tmp_path / "a checkout"
    program = checkout / ".venv" / "bin" / "portal-crawler"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(checkout)
    return program


def test_a_command_that_the_shell_would_not_find_is_shown_with_its_path(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert typed("portal-crawler verify c") == ".venv/bin/portal-crawler verify c"
    monkeypatch.chdir(tmp_path)
    assert shlex.split(typed("portal-crawler verify c")) == ["a checkout/.venv/bin/portal-crawler", "verify", "c"]


def test_a_command_that_the_shell_finds_stays_as_it_is(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    assert typed("portal-crawler verify c") == "portal-crawler verify c"


def test_words_that_are_no_command_stay_as_they_are(program: Path) -> None:
    assert typed("the same command") == "the same command"
    assert typed("open it in a browser") == "open it in a browser"


def test_without_an_installed_command_its_name_is_shown(program: Path) -> None:
    program.unlink()
    assert typed("portal-crawler verify c") == "portal-crawler verify c"
