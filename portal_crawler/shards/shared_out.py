"""Shared out: what a profile allows a whole crawl, as the part that each shard may take. Pure."""

from __future__ import annotations

from portal_crawler.errors import UsageError
from portal_crawler.sites.profile import SiteProfile


def shared_out(profile: SiteProfile, jobs: int) -> list[SiteProfile]:
    """The profile of each shard: with its part of the requests at a time in all, and of the bandwidth.

    What holds for a host (delay, requests at a time, budgets, hours) is left as it is, since a host is one shard's.
    What ends the whole crawl (pages, bytes, seconds) is the coordinator's.

    :raises UsageError: where there is less than one request at a time for each.

    >>> [one.politeness.total_concurrency for one in shared_out(SiteProfile(name="p", seeds=("http://h/",)), 3)]
    [6, 5, 5]
    """
    polite = profile.politeness
    if polite.total_concurrency < jobs:
        rule = f"[politeness] total_concurrency = {polite.total_concurrency}"
        raise UsageError(f"--jobs {jobs}", f"is more than {rule} lets ask at a time", "use fewer jobs, or allow more")
    requests = _parts(polite.total_concurrency, jobs)
    speeds = [None] * jobs if polite.bandwidth is None else [max(1, part) for part in _parts(polite.bandwidth, jobs)]
    return [
        profile.model_copy(
            update={"politeness": polite.model_copy(update={"total_concurrency": request, "bandwidth": speed})}
        )
        for request, speed in zip(requests, speeds, strict=True)
    ]


def _parts(whole: int, jobs: int) -> list[int]:
    return [whole // jobs + (number < whole % jobs) for number in range(jobs)]
