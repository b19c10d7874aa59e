"""Grants: a crawl's limit of pages, given out to its shards a few at a time, so that it is kept to the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal_crawler.engine.shard_report import ShardReport, Standing

# Pages granted at once: what a busy shard fetches in a second or two.
_MOST = 200


class Grants:
    """The pages that each shard may have fetched in all. Their sum never exceeds the limit.

    A grant is raised at once, and counts as lowered when the shard has said so: it may just be fetching.

    :param most: pages of the whole crawl.
    :param jobs: shards.
    """

    def __init__(self, most: int, jobs: int) -> None:
        self._most = most
        self._granted = [0] * jobs
        self._asked_back: dict[int, int] = {}  # shard -> order by which it was asked to give back

    def heard(self, reports: Sequence[ShardReport | None]) -> None:
        """Take note of how the shards stand."""
        for shard, report in enumerate(reports):
            if report is None or report.granted is None:
                continue
            self._granted[shard] = max(self._granted[shard], report.pages)
            if shard in self._asked_back and report.acted >= self._asked_back[shard]:
                del self._asked_back[shard]
                self._granted[shard] = report.granted

    def granted(self, shard: int) -> int:
        """What a shard has, for one that starts again."""
        return self._granted[shard]

    def wanted(self, reports: Sequence[ShardReport]) -> Mapping[int, int]:
        """What the grants of some shards are to become.

        :param reports: one of each shard; until all have said what earlier runs fetched, nothing is granted.
        """
        hungry = [shard for shard, report in enumerate(reports) if self._is_hungry(shard, report)]
        free = self._most - sum(self._granted)
        if free > 0:
            part = max(1, min(_MOST, free // (2 * len(reports))))
            wanted = {}
            for shard in hungry:
                given = min(part, free)
                free -= given
                if given:
                    self._granted[shard] += given
                    wanted[shard] = self._granted[shard]
            return wanted
        if any(reports[shard].standing is Standing.SPENT for shard in hungry):
            return self._back(reports)
        return {}

    def _is_hungry(self, shard: int, report: ShardReport) -> bool:
        left = self._granted[shard] - report.pages
        busy = report.standing in (Standing.BUSY, Standing.SPENT) and report.queued > left
        return shard not in self._asked_back and busy and left <= max(1, self._granted[shard] // 4, _MOST // 8)

    def _back(self, reports: Sequence[ShardReport]) -> Mapping[int, int]:
        """Half of what busy shards have left, and all that others have."""
        wanted = {}
        for shard, report in enumerate(reports):
            left = self._granted[shard] - report.pages
            keep = left // 2 if report.standing is Standing.BUSY else 0
            if left > keep and shard not in self._asked_back and report.standing is not Standing.SPENT:
                wanted[shard] = report.pages + keep
        return wanted

    def asked_back(self, shard: int, order: int) -> None:
        """A shard was asked to give back, by that order."""
        self._asked_back[shard] = order

    def begun_again(self, shard: int) -> None:
        """A shard has a new process, which was told what it has."""
        self._asked_back.pop(shard, None)
