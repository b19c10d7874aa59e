"""WACZ source: what a package says of how to read it."""

from __future__ import annotations

from pathlib import Path

from portal_crawler.archive.wacz_layout import FACTS
from portal_crawler.archive.wacz_read import open_wacz
from portal_crawler.records.wacz_of_crawl import PROFILE_FILE
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import parse_profile


def wacz_profile(path: Path) -> SiteProfile | None:
    """The profile by which the crawl in a package was made; ``None`` where the package has none."""
    with open_wacz(path) as wacz:
        name = FACTS + PROFILE_FILE
        if name not in wacz.members:
            return None
        return parse_profile(wacz.read(name).decode("utf-8", "replace"), f"{path}, {name}")
