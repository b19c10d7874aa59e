"""Control file: how a running crawl is told from outside to pause, to go on or to stop. It lies in the crawl's folder.

A file rather than a signal: a process number may be another program's by the time it is used, and who may write into
the folder may steer the crawl anyway. A wish outlives neither the crawl's process nor its next start.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from portal_crawler.disk import writing

CONTROL, STATE = "control.json", "control-state.json"
# A wish is a few bytes; what is longer is none.
_MOST = 1_000


class Wish(StrEnum):
    """What a running crawl is asked for."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class Standing(StrEnum):
    """What a crawl made of it. PAUSED: no new address is asked for; STOPPING: those in hand are waited for."""

    NONE = ""
    PAUSED = "paused"
    STOPPING = "stopping"


def ask(folder: Path, wish: Wish) -> None:
    """Leave a wish in a crawl's folder; the crawl sees it within a second.

    :raises OutputError: where the folder may not be written to.
    :raises DiskFullError: where there is no room.
    """
    _replace(folder / CONTROL, {"wish": wish.value})


def asked(folder: Path) -> Wish | None:
    """The wish that lies in a crawl's folder; ``None`` where none does, or what lies there is no wish."""
    found = _read(folder / CONTROL).get("wish")
    return Wish(found) if found in set(Wish) else None


def tell(folder: Path, standing: Standing) -> None:
    """Say what a crawl made of a wish."""
    if standing is Standing.NONE:
        (folder / STATE).unlink(missing_ok=True)
    else:
        _replace(folder / STATE, {"state": standing.value})


def told(folder: Path) -> Standing:
    """What a crawl made of a wish. Of a crawl that was killed it says what was true then."""
    found = _read(folder / STATE).get("state")
    return Standing(found) if found in set(Standing) else Standing.NONE


def forget(folder: Path) -> None:
    """Take both files away: a crawl begins or ends."""
    for name in (CONTROL, STATE):
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)


def _replace(path: Path, value: dict[str, str]) -> None:
    # Two people may wish at once, in one dashboard or in two.
    new = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    with writing(path):
        new.write_text(json.dumps(value) + "\n", encoding="ascii")
        new.replace(path)


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MOST))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
