"""Crawls of the small portal, and the command, as a person runs them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from portal_crawler.cli.main import run as command_line
from tests.served_portal import HOST

FERRY_URL, PRINT_URL = f"{HOST}/news/ferry.htm", f"{HOST}/print/ferry.htm"
FIRST_CRAWL, SECOND_CRAWL = (Path("data/crawls/stories") / name for name in ("first", "second"))
BRIDGE_URL, DIKE_URL = f"{HOST}/zh/bridge.htm", f"{HOST}/long/dike.htm"


def crawl(*arguments: str | Path, at: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """The command ``crawl`` in a workspace, in a process of its own, which Twisted needs."""
    command = [sys.executable, "-m", "portal_crawler", "crawl", *map(str, arguments), "--progress", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=at)
    assert done.returncode == code, done.stderr + done.stdout
    return done


def run(*arguments: str | Path, at: Path, code: int = 0) -> tuple[str, str]:
    """Any other command in a workspace: what it says on stdout and stderr. Its exit code is asserted."""
    out, err = io.StringIO(), io.StringIO()
    ended: object = None
    handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    here = Path.cwd()
    os.chdir(at)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            command_line([str(one) for one in arguments])
    except SystemExit as end:
        ended = end.code
    finally:
        os.chdir(here)
        for one, handler in handlers.items():
            signal.signal(one, handler)
    assert ended == code, err.getvalue() + out.getvalue()
    return out.getvalue(), err.getvalue()


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def urls(path: Path) -> set[str]:
    """The paths of the addresses in a file of records."""
    return {record["url"].removeprefix(HOST) for record in lines(path)}


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a crawl but locks and SQLite's companions."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-shm", "-wal"))
    }
