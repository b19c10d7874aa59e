"""Trial process: ``check PROFILE --against CRAWL`` in a process of its own, which is ended when it takes too long.

A pattern that a person has just typed may take for ever on some address; here it takes a minute at most.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from portal_crawler.errors import StateError, UsageError
from portal_crawler.own_process import module_path

# Seconds. A person waits; forty pages take less than ten, on a machine that does nothing else.
PATIENCE = 90.0
# Seconds of processor time that a trial has in any case.
_PROCESSOR_TIME = int(2 * PATIENCE)
# One at a time: each reads pages in two processes.
_ONE = threading.Lock()
_RUNNING: set[subprocess.Popen[bytes]] = set()


def run_trial(folder: Path, text: str, sample: int, patience: float = PATIENCE) -> dict[str, Any]:
    """What the command tells: ``archived``, ``changed``, ``pages`` and ``scope``.

    :param text: the profile to try.
    :raises UsageError: where the command refuses; the message is its own.
    :raises StateError: where another trial runs, or this one took too long.
    """
    if not _ONE.acquire(blocking=False):
        raise StateError("the trial", "runs already for someone", "wait for its end, then try again")
    try:
        with tempfile.TemporaryDirectory(prefix="portal-crawler-trial-") as room:
            path = Path(room) / "profile.toml"
            path.write_text(text, encoding="utf-8")
            return _asked(path, folder, sample, patience)
    finally:
        _ONE.release()


def end_trial() -> None:
    """End the trial that runs, if one does: the server ends."""
    for process in tuple(_RUNNING):
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    # The readers that it started end with it.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _asked(path: Path, folder: Path, sample: int, patience: float) -> dict[str, Any]:
    arguments = ["check", str(path), "--against", str(folder.absolute()), "--sample", str(sample), "--json", "-q"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-P", "-m", "portal_crawler", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": module_path(), "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
    _RUNNING.add(process)
    if hasattr(resource, "prlimit"):  # where the server is killed, its trial ends by itself
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (_PROCESSOR_TIME, _PROCESSOR_TIME))
    try:
        out, said = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        _end(process)
        process.communicate()
        cure = "look for a pattern that takes for ever, such as (a+)+, or try a smaller sample"
        raise StateError("the trial", f"took longer than {patience:g} s and was ended", cure) from None
    finally:
        _RUNNING.discard(process)
    if process.returncode:
        told = said.decode("utf-8", "replace").strip().splitlines()
        problem = told[-1].removeprefix("portal-crawler: ").replace(str(path), "the profile") if told else "failed"
        subject, _, rest = problem.partition(": ")
        clause, _, cure = (rest or problem).rpartition("; ")
        raise UsageError(subject if rest else "the trial", clause or cure, cure)
    found: dict[str, Any] = json.loads(out)
    return found
