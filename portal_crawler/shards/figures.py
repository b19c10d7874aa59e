"""Figures: what the shards of a crawl came to, as one crawl."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from pathlib import Path

from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ownership import HANDED_OVER
from portal_crawler.report.summary import CrawlSummary, from_crawl
from portal_crawler.shards.ledger_lengths_sqlite import handed_over
from portal_crawler.shards.manifest_json import is_sharded, read_manifest, shard_folders


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
    shards = [one for one in shard_folders(folder, read_manifest(folder).jobs) if (one / LEDGER).exists()]
    return reduce(CrawlSummary.merge, map(_of_shard, shards), CrawlSummary())


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
