"""Site settings: what a profile says, in Scrapy's words."""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings

from portal_crawler import __version__
from portal_crawler.engine.own_settings import MEMORY, SECONDS, WORKERS, own_number
from portal_crawler.engine.reading_workers import ReadingOptions, default_workers
from portal_crawler.engine.worker_process import ReadingLimits
from portal_crawler.sites.profile import SiteProfile


def user_agent(profile: SiteProfile) -> str:
    """How the crawler names itself: its version, and whom the portal's operators can write to."""
    return f"portal-crawler/{__version__} ({profile.politeness.contact or 'no contact given'})"


def site_settings(profile: SiteProfile, *, waits: bool = True) -> dict[str, Any]:
    """The Scrapy settings that follow from a profile.

    :param waits: whether there is a server to spare.

    >>> site_settings(SiteProfile(name="p", seeds=("http://h/",)))["DOWNLOAD_DELAY"]
    1.0
    """
    polite = profile.politeness
    return {
        "DOWNLOAD_DELAY": polite.delay if waits else 0.0,
        "CONCURRENT_REQUESTS": polite.total_concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": polite.concurrency,
        # The limits end an answer by what comes of it; this is for what they do not see.
        "DOWNLOAD_TIMEOUT": polite.timeout + 2 * profile.limits.answer_seconds,
        "DOWNLOAD_MAXSIZE": profile.limits.unpacked_bytes,
        "USER_AGENT": user_agent(profile),
    }


def reading_options(settings: BaseSettings, *, ordered: bool) -> ReadingOptions:
    """How pages are read, from the settings of this machine.

    :param ordered: whether the order of the readings must be that of the answers.
    :raises UsageError: where a setting is no number, or none that it can have.
    """
    workers = int(own_number(WORKERS, settings.get(WORKERS)))
    seconds, megabytes = own_number(SECONDS, settings.get(SECONDS)), own_number(MEMORY, settings.get(MEMORY))
    limits = ReadingLimits(seconds=max(0.1, seconds), memory=int(megabytes * 1024 * 1024))
    return ReadingOptions(default_workers() if workers < 0 else workers, limits, ordered)
