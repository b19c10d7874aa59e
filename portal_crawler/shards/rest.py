"""Rest: whether all shards of a crawl have come to rest, so that nothing can come from any to another. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from portal_crawler.engine.shard_report import ShardReport, Standing


def all_handed_over(reports: Sequence[ShardReport]) -> bool:
    """Whether whatever a shard handed over was taken in by its owner, by their latest words."""
    return all(
        taken == giver.sent[owner]
        for owner, report in enumerate(reports)
        for giver, taken in zip(reports, report.taken, strict=True)
    )


def at_rest(reports: Sequence[ShardReport | None]) -> Standing:
    """How the whole crawl stands: IDLE where it is at its end, DOUBTS where nothing but doubts are left, else BUSY.

    The words are of different moments, and that does no harm: a shard at rest acts only when it takes something in.
    Take the first one that acted after its word. What it took in was sent before the sender's word, for the sender
    did not act after its own yet; so the sender's word counts it, the taker's does not, and the numbers differ.
    """
    heard = [report for report in reports if report is not None]
    if len(heard) < len(reports) or any(one.standing not in (Standing.IDLE, Standing.DOUBTS) for one in heard):
        return Standing.BUSY
    if not all_handed_over(heard):
        return Standing.BUSY
    return Standing.DOUBTS if any(one.standing is Standing.DOUBTS for one in heard) else Standing.IDLE
