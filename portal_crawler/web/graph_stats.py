"""Graph stats: what the ranked link graph of a crawl comes to, computed in a process of its own.

Tables of Parquet take a hundred megabytes of libraries to be read, which the dashboard would keep for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from portal_crawler.graph.graph_json import FOLDER as GRAPH_FOLDER
from portal_crawler.graph.graph_json import RANKS, RANKS_FOLDER

# Seconds that it may take; a graph of 20,000 pages takes two.
_MOST_SECONDS = 120


def ranked_at(folder: Path) -> int | None:
    """When a crawl's graph was ranked, in nanoseconds; ``None`` where it was not."""
    try:
        return (folder / GRAPH_FOLDER / RANKS_FOLDER / RANKS).stat().st_mtime_ns
    except OSError:
        return None


def graph_stats(folder: Path, most: int) -> dict[str, Any] | None:
    """What ``portal-crawler graph stats --json`` says; ``None`` where it says nothing: an old or damaged graph.

    :param most: leading pages that are named.
    """
    command = [sys.executable, "-m", "portal_crawler", "graph", "stats", str(folder), "--most", str(most), "--json"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_MOST_SECONDS, check=True)  # noqa: S603 - our own program
        told = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return told if isinstance(told, dict) else None
