"""WACZ source: what a package says of how to read it."""

from __future__ import annotations

from pathlib import Path

from portal_crawler.archive.wacz_layout import FACTS
from portal_crawler.archive.wacz_read import open_wacz
from portal_crawler.records.sinks import TEMPLATE
from portal_crawler.records.wacz_of_crawl import PROFILE_FILE
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import parse_profile
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.template_json import parse_template


def wacz_profile(path: Path) -> SiteProfile | None:
    """The profile by which the crawl in a package was made; ``None`` where the package has none."""
    data = _fact(path, PROFILE_FILE)
    if data is None:
        return None
    return parse_profile(data.decode("utf-8", "replace"), f"{path}, {PROFILE_FILE}", to_crawl=False)


def wacz_template(path: Path) -> SiteTemplate | None:
    """The template by which the crawl in a package was read; ``None`` where the package has none."""
    data = _fact(path, TEMPLATE)
    return parse_template(data, f"{path}, {TEMPLATE}") if data is not None else None


def _fact(path: Path, name: str) -> bytes | None:
    with open_wacz(path) as wacz:
        return wacz.read(FACTS + name) if FACTS + name in wacz.members else None
