"""Site address: what a person types as an address of a crawl's portal, as the crawl knows it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from portal_crawler.errors import UsageError
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.urls import UrlRules, url_key


def key_of(folder: Path, url: str) -> str:
    """The SURT key of an address by the crawl's own profile.

    :raises UsageError: where it is none.
    """
    path = folder / "profile.toml"
    rules = UrlRules(_dropped(path, path.stat().st_mtime_ns) if path.exists() else frozenset())
    text = url.strip()
    key = url_key(text, rules) or (url_key(f"http://{text}", rules) if "." in text and "://" not in text else None)
    if key is None:
        raise UsageError(
            url[:200] or "the address", "is not an address", "give one such as http://www.example.org/a.htm"
        )
    return key


@lru_cache(32)
def _dropped(path: Path, changed: int) -> frozenset[str]:
    """Parameters that the profile drops; read again when the file changes."""
    return frozenset(load_profile(path, to_crawl=False).urls.drop_params)
