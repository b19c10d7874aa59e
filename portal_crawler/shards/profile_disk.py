"""The effective profile of a whole crawl, frozen in its folder; each shard freezes its own part."""

from __future__ import annotations

from pathlib import Path

from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.manifest_json import drop_sums
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import dump_profile, profile_digest


def freeze_profile(folder: Path, profile: SiteProfile) -> str:
    """Write the profile that holds from now on; its digest."""
    replace_file(folder / "profile.toml", dump_profile(profile).encode())
    drop_sums(folder)
    return profile_digest(profile)
