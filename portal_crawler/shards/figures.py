"""Figures: what the shards of a crawl came to, as one crawl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from pathlib import Path

from portal_crawler.frontier.ownership import HANDED_OVER
from portal_crawler.records.manifest_json import read_crawl
from portal_crawler.report.crawl_state_sqlite import crawl_state
from portal_crawler.report.metrics import CrawlState
from portal_crawler.report.summary import CrawlSummary, from_crawl
from portal_crawler.shards.ledger_lengths_sqlite import handed_over
from portal_crawler.shards.manifest_json import is_sharded, parts_of


def summary_of(folder: Path) -> CrawlSummary:
    """The summary of a crawl, whether it is in shards or not.

    :raises StateError: where it has no readable ledger.
    :raises DamagedFileError: at a line that is no record.
    """
    return shards_summary(folder) if is_sharded(folder) else from_crawl(folder)


def shards_summary(folder: Path) -> CrawlSummary:
    """The summary of a crawl whose shards are not merged. What was handed over counts where it is asked for. What
    several shards have (a refused address, a story) counts in each of them until they are merged.

    :raises StateError: where a shard has no readable ledger.
    """
    return reduce(CrawlSummary.merge, map(_of_shard, parts_of(folder)), CrawlSummary())


def state_of(folder: Path) -> CrawlState:
    """The state of the crawl in a folder, at this moment, whether it is in shards or not.

    :raises StateError: where it has no readable ledger.
    """
    parts = parts_of(folder)
    if parts == [folder] or not parts:
        return crawl_state(folder)
    states = [crawl_state(one) for one in parts if one != folder]
    facts = read_crawl(folder) or {}
    reason = str(facts.get("finish_reason") or "")
    passed_on = sum(one.skipped.get(HANDED_OVER, 0) for one in states)
    bins, skipped = (_added(getattr(one, name) for one in states) for name in ("states", "skipped"))
    skipped.pop(HANDED_OVER, None)
    return replace(
        states[0],
        crawl=folder.resolve().name,
        reason=reason,
        running=not reason and any(one.running for one in states),
        articles=sum(one.articles for one in states),
        body_bytes=sum(one.body_bytes for one in states),
        states={**bins, "skipped": bins.get("skipped", 0) - passed_on},
        statuses=_added(one.statuses for one in states),
        skipped=skipped,
        queued=_added(one.queued for one in states),
        written=_added(one.written for one in states),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    whole: Counter[str] = Counter()
    for one in counts:
        whole.update(one)
    return dict(whole)


def _of_shard(shard: Path) -> CrawlSummary:
    one, passed_on = from_crawl(shard), handed_over(shard)
    rules = {rule: count for rule, count in one.skip_rules.items() if not rule.startswith(HANDED_OVER)}
    return replace(
        one,
        discovered=one.discovered - passed_on,
        in_scope=one.in_scope - passed_on,
        skipped=one.skipped - passed_on,
        skip_rules=rules,
    )
