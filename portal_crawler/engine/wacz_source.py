"""WACZ source: a package as an input of what reads WARC files, its records named by their path in it.

A package of a crawl's folder has its files under the names that they have there, so a place means the same in both.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from portal_crawler.archive.wacz_layout import ARCHIVE, FACTS
from portal_crawler.archive.wacz_read import open_wacz
from portal_crawler.errors import UsageError
from portal_crawler.records.wacz_of_crawl import PROFILE_FILE
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import parse_profile


def wacz_warcs(path: Path) -> list[tuple[Callable[[], BinaryIO], str]]:
    """What opens each WARC file of a package, with its path there.

    :raises DamagedFileError: where the package cannot be read.
    :raises UsageError: where it has no WARC files.
    """
    with open_wacz(path) as wacz:
        names = wacz.warcs
    if not names:
        raise UsageError(str(path), f"has no WARC files in {ARCHIVE}", "name a package that has")
    return [(_opener(path, name), name) for name in names]


def wacz_profile(path: Path) -> SiteProfile | None:
    """The profile by which the crawl in a package was made; ``None`` where the package has none."""
    with open_wacz(path) as wacz:
        name = FACTS + PROFILE_FILE
        if name not in wacz.members:
            return None
        return parse_profile(wacz.read(name).decode("utf-8", "replace"), f"{path}, {name}")


def _opener(path: Path, name: str) -> Callable[[], BinaryIO]:
    """A member outlives the package that it was opened from: it is a part of the file, or unpacked."""

    def opened() -> BinaryIO:
        with open_wacz(path) as wacz:
            return wacz.open(name)

    return opened
