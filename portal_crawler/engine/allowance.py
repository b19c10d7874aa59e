"""Allowance: whether a crawl may ask for more: its limits, the machine's memory and disk, the end of a sample."""

from __future__ import annotations

from pathlib import Path

from portal_crawler.engine.headroom import Headroom
from portal_crawler.engine.limits import Limits, Tally
from portal_crawler.engine.notices import Notices
from portal_crawler.frontier.sampling import Sampling
from portal_crawler.sites.profile import SiteProfile


class Allowance:
    """What a crawl may still do. ``hit`` is the limit that ended it ("pages", "bytes", "seconds", "memory"), or "".

    :param limits: those of the command; the profile's without them.
    :param sample: requests that the crawl may spend, where it is a sample.
    """

    def __init__(self, folder: Path, profile: SiteProfile, limits: Limits | None, sample: int | None) -> None:
        scope = profile.scope
        self.hit = ""
        self.sampling = Sampling(sample)
        self._folder = folder
        self._limits = limits or Limits(scope.max_pages, scope.max_bytes, scope.max_seconds)
        self._headroom = Headroom(folder, profile.output.disk_floor, profile.output.memory_ceiling)

    def is_over(self, tally: Tally, seconds: float, in_hand: int) -> bool:
        """Whether nothing more may be asked for.

        :param seconds: since this run began.
        :param in_hand: addresses that are asked for now: no more are than the limit lets be read.
        """
        self.hit = self.hit or self._limits.hit(tally, seconds)
        if not self.hit and self._headroom.memory_is_high():
            self.hit = "memory"
        if not self.hit and self.sampling.is_spent:
            self.hit = "pages"
        most = self._limits.pages
        return bool(self.hit) or (most is not None and tally.pages + in_hand >= most)

    def waits_for_room(self, notices: Notices) -> bool:
        """Whether the disk has less room than the profile leaves free: it may come back."""
        if self._headroom.disk_is_low():
            sentence = "less than [output] disk_floor is free; the crawl waits for room"
            notices.begin("disk", f"{self._folder}: {sentence}")
            return True
        notices.end("disk", "there is room on the disk again; the crawl goes on")
        return False
