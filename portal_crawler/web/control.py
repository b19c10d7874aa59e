"""Control: what was asked of a running crawl. A first form: nothing can be asked yet."""

from __future__ import annotations

from pathlib import Path


def control_state(folder: Path) -> str:
    """``paused``, ``stopping``, or "" of a crawl that goes on."""
    return ""
