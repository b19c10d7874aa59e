"""A limit of pages is kept to the page, whoever finds them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from portal_crawler.engine.shard_report import ShardReport, Standing
from portal_crawler.shards.grants import Grants

_NEW = ShardReport(Standing.SPENT, 0, 0, 9, 0, 0, 0, 0, 0, (), ())


class _Shard:
    """A model of a shard with so many ``pages`` to fetch, some of which are in hand while it is asked."""

    def __init__(self, pages: int) -> None:
        self.left, self.done, self.in_hand, self.granted, self.acted = pages, 0, 0, 0, 0
        self.orders: list[tuple[int, int]] = []

    def work(self, rng: random.Random) -> None:
        self.done, self.in_hand = self.done + self.in_hand, 0
        free = min(self.left, self.granted - self.done, rng.randrange(1, 4))
        self.left, self.in_hand = self.left - free, free
        for number, pages in self.orders:
            self.acted, self.granted = number, max(pages, self.done + self.in_hand)
        self.orders.clear()

    def word(self) -> ShardReport:
        spent = self.left and self.done >= self.granted
        standing = Standing.BUSY if self.in_hand else Standing.SPENT if spent else Standing.IDLE
        standing = Standing.BUSY if self.left and standing is Standing.IDLE else standing
        return replace(
            _NEW, standing=standing, pages=self.done, queued=self.left, granted=self.granted, acted=self.acted
        )


@pytest.mark.parametrize("seed", range(30))
def test_the_limit_is_reached_and_never_passed(seed: int) -> None:
    rng = random.Random(seed)
    shards = [_Shard(rng.choice((0, 3, 400, 2_000))) for _ in range(4)]
    there, most = sum(shard.left for shard in shards), rng.choice((1, 7, 100, 1_500))
    grants, orders = Grants(most, len(shards)), 0
    words = [shard.word() for shard in shards]
    for _ in range(5_000):
        for shard in shards:
            shard.work(rng)
        if rng.random() < 0.5:
            words = [shard.word() if rng.random() < 0.7 else word for shard, word in zip(shards, words, strict=True)]
        grants.heard(words)
        for number, pages in grants.wanted(words).items():
            orders += 1
            shards[number].orders.append((orders, pages))
            if pages < grants.granted(number):
                grants.asked_back(number, orders)
        assert sum(shard.done + shard.in_hand for shard in shards) <= most
        if sum(shard.done for shard in shards) == min(most, there):
            break
    assert sum(shard.done for shard in shards) == min(most, there)


def test_pages_of_earlier_runs_count() -> None:
    grants = Grants(10, 2)
    words = [replace(_NEW, pages=6), replace(_NEW, pages=3)]
    grants.heard(words)
    assert sum(grants.wanted(words).values()) == 7
    assert grants.granted(0) + grants.granted(1) == 10
