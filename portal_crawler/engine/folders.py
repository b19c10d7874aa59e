"""Folders: where a crawl lies by default, ``data/crawls/<profile>/<UTC start>-<4 hex>/``."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

CRAWLS = Path("data/crawls")


def new_folder(name: str, now: datetime, token: str, root: Path = CRAWLS) -> Path:
    """The folder of a crawl that starts now.

    >>> new_folder("portal", datetime(2004, 10, 15, 8, 30, 0, tzinfo=UTC), "9f3a").as_posix()
    'data/crawls/portal/20041015T083000Z-9f3a'
    """
    return root / name / f"{now:%Y%m%dT%H%M%SZ}-{token}"


def default_folder(name: str) -> Path:
    """A new folder for a crawl of the profile of that name."""
    return new_folder(name, datetime.now(UTC), secrets.token_hex(2))
