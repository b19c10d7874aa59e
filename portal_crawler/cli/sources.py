"""What a person means by PROFILE|URL: a profile's file, the name of one in ``data/sites``, or an address."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from portal_crawler.errors import UsageError
from portal_crawler.sites.profile import SiteProfile

if TYPE_CHECKING:
    from portal_crawler.template.site_template import SiteTemplate

SITES = Path("data/sites")


def profile_from(source: str, *, to_crawl: bool = False) -> SiteProfile:
    """The profile that ``source`` names or, for a URL, is made from it.

    :param to_crawl: whether that of a crawl's folder must have a start; what archives were read by has none.

    :raises ProfileError: where the profile is wrong.
    :raises UsageError: where ``source`` is neither.
    """
    from portal_crawler.sites.profile_of_url import profile_of_url
    from portal_crawler.sites.profile_toml import load_profile

    if is_url(source):
        return profile_of_url(source)
    path = Path(source)
    if path.is_dir() and (path / "profile.toml").exists():
        return load_profile(path / "profile.toml", to_crawl=to_crawl)
    if path.is_file():
        return load_profile(path)
    named = SITES / f"{source}.toml"
    if "/" not in source and named.exists():
        return load_profile(named)
    raise UsageError(source, "is neither a profile's file nor an address", _cure(source))


def template_from(path: Path | None) -> SiteTemplate | None:
    """The template in a file, if one is named.

    :raises UsageError: where there is none.
    """
    from portal_crawler.template.template_json import load_template

    return load_template(path) if path is not None else None


def is_url(source: str) -> bool:
    """Whether ``source`` is written as an address: with a scheme."""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", source) is not None


def _cure(source: str) -> str:
    known = sorted(path.stem for path in SITES.glob("*.toml"))
    near = difflib.get_close_matches(Path(source).stem, known, n=1)
    if near:
        return f"did you mean {SITES / near[0]}.toml?"
    return address_cure(source) or "make a profile with: portal-crawler probe http://…/"


def address_cure(source: str) -> str:
    """The cure where an address may be meant that lacks its scheme, else ""."""
    if re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|\Z)", source) and not source.endswith(".toml"):
        return f"an address begins with its scheme: http://{source}"
    return ""
