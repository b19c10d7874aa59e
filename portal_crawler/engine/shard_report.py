"""Shard report: what a shard of a crawl says of itself, and what it is told, over the link to its coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from portal_crawler.sites.profile import SiteProfile


class Standing(StrEnum):
    """Whether a shard has something to do by itself.

    IDLE: nothing waits and nothing is in hand; DOUBTS: nothing but addresses that it would give up (``TrapWatch``);
    SPENT: addresses wait, but it has fetched as many pages as it was granted.
    """

    BUSY = "busy"
    IDLE = "idle"
    DOUBTS = "doubts"
    SPENT = "spent"


@dataclass(frozen=True, slots=True)
class ShardReport:
    """One shard at one moment. Of a shard that is not busy, all of it is committed.

    ``before`` are the pages of earlier runs, ``granted`` those that it may have fetched in all (``None``: any number)
    by the order ``acted`` on last. ``sent`` holds, for each shard, the number of the last address handed over to it,
    ``taken`` that of the last one taken in from it.
    """

    standing: Standing
    pages: int
    before: int
    queued: int
    articles: int
    failed: int
    bytes: int
    granted: int | None
    acted: int
    sent: tuple[int, ...]
    taken: tuple[int, ...]


class Kind(StrEnum):
    """What a shard is told. GRANT: how many pages it may have fetched in all; LAST: nothing comes from elsewhere, so
    that what is in doubt may be given up; END: all is done; STOP: end early, when what is under way was answered.
    """

    GRANT = "grant"
    LAST = "last"
    END = "end"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Order:
    """``number`` counts the orders to one shard."""

    number: int
    kind: Kind
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class ShardTask:
    """What a shard is started with: its ``number`` among ``jobs``, the folder of shards, that of the crawl which it
    goes on from, Scrapy settings by name, whether its pages are granted to it (``limited``), and whether it
    tries again what failed if it has no page (``retries``).
    """

    number: int
    jobs: int
    folder: Path
    profile: SiteProfile
    aliases: Mapping[str, str]
    since: Path | None = None
    limited: bool = False
    retries: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)


class Tells(StrEnum):
    """The kinds of messages from a shard: its report, a notice for people, its end, an error that ends the crawl."""

    REPORT = "report"
    NOTICE = "notice"
    ENDED = "ended"
    FAILED = "failed"
