"""Shard crawl: the crawl of the hosts of one shard. It hands over what is not its own, takes in what others found for
it, and does not end before it is told to: something may always come from elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from portal_crawler.engine.crawl import Crawl
from portal_crawler.engine.limits import CrawlStart, Limits
from portal_crawler.engine.shard_report import Kind, Order, ShardReport, Standing
from portal_crawler.engine.share import Share
from portal_crawler.engine.stopping import stopping
from portal_crawler.frontier.address import FrontierRow
from portal_crawler.frontier.handed_over_sqlite import Outboxes
from portal_crawler.frontier.ownership import shard_name
from portal_crawler.sites.profile import SiteProfile


class ShardCrawl(Crawl):
    """The open crawl of one shard. Limits of the whole crawl are the coordinator's: it grants pages and ends the shard.

    :param shards: the folder that holds the folders of all shards.
    :param share: its hosts.
    :param since: the folder of the crawl that it goes on from.
    :param limited: whether pages are granted; none is until the first order.
    """

    def __init__(
        self, profile: SiteProfile, shards: Path, share: Share, since: Path | None = None, *, limited: bool = False
    ) -> None:
        number, start = share.number, CrawlStart(since=since)
        self._jobs = range(share.ownership.jobs if share.ownership else 1)
        self._others = [other for other in self._jobs if other != number]
        self._granted: int | None = 0 if limited else None
        self._acted = 0
        self._told_to_end = self._is_last = self._only_doubts = False
        super().__init__(profile, shards / shard_name(number), Limits(), start=start, share=share)
        self._outboxes = Outboxes({other: shards / shard_name(other) for other in self._others}, number)
        self.ledger.handed_over.prepare()
        self.commit()

    # -- what it is told

    def obey(self, order: Order) -> None:
        """Act on an order other than STOP."""
        self._acted = order.number
        if order.kind is Kind.END:
            self._told_to_end = True
        elif order.kind is Kind.LAST:
            self._is_last = True
        elif order.kind is Kind.GRANT and order.pages is not None:
            self._granted = max(order.pages, self.tally.pages + self._in_hand())
        self.wake(0.0)

    # -- what comes from elsewhere

    @stopping
    def take_in(self) -> None:
        """Add what other shards have handed over since the last time. After an error nothing more may be committed."""
        if self.error is not None:
            return
        for giver in self._others:
            handed_over = self.ledger.handed_over
            while found := self._outboxes.after(giver, handed_over.taken(giver)):
                unknown = self.ledger.unknown(one.url_key for _, one in found)
                self._frontier.add([one for _, one in found if one.url_key in unknown])
                handed_over.set_taken(giver, found[-1][0])
                self.commit()
                self._only_doubts = False
                self.wake(0.0)

    # -- what it says

    def report(self) -> ShardReport:
        """How it stands; where it is not busy, what it did is committed first."""
        standing = self._standing()
        if standing is not Standing.BUSY and self.error is None:
            self.commit_what_came()
        tally, known = self.tally, self.ledger.handed_over
        return ShardReport(
            standing=standing,
            pages=tally.pages,
            before=self.before,
            queued=len(self._frontier),
            articles=tally.articles,
            failed=tally.failed,
            bytes=tally.bytes,
            granted=self._granted,
            acted=self._acted,
            sent=tuple(0 if one == self.share.number else known.sent(one) for one in self._jobs),
            taken=tuple(0 if one == self.share.number else known.taken(one) for one in self._jobs),
        )

    def _standing(self) -> Standing:
        if self._in_hand() or self.paused or self.error is not None:
            return Standing.BUSY
        if not self._frontier.waiting():
            return Standing.IDLE
        if self._granted is not None and self.tally.pages >= self._granted:
            return Standing.SPENT
        return Standing.DOUBTS if self._only_doubts and not self._is_last else Standing.BUSY

    def _in_hand(self) -> int:
        return len(self._frontier.in_hand)

    # -- what the crawl of all hosts decides otherwise

    def next_row(self) -> FrontierRow | None:
        """As of any crawl; whether nothing but doubts are left is found anew each time."""
        self._only_doubts = False
        return super().next_row()

    def has_more(self) -> bool:
        """Whether it is to wait for more, if nothing is left to fetch."""
        return not (self._told_to_end or self.allowance.hit or self.error)

    def _is_over(self) -> bool:
        spent = self._granted is not None and self.tally.pages + self._in_hand() >= self._granted
        return super()._is_over() or spent or self._told_to_end

    def _gives_up_doubts(self) -> bool:
        self._only_doubts = super()._gives_up_doubts()
        return self._only_doubts and self._is_last

    def close(self) -> None:
        """Close it, and what it reads of others."""
        self._outboxes.close()
        super().close()
