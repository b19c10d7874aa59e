"""When a crawl by shards is at its end, by words of different moments."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import pytest

from portal_crawler.engine.shard_report import ShardReport, Standing
from portal_crawler.shards.rest import at_rest

_IDLE = ShardReport(Standing.IDLE, 5, 0, 0, 5, 0, 100, None, 0, (0, 2), (0, 0))


def test_nothing_may_be_on_its_way() -> None:
    first, half = replace(_IDLE, sent=(0, 2)), replace(_IDLE, sent=(0, 0), taken=(1, 0))
    assert at_rest([first, half]) is Standing.BUSY
    done = [replace(_IDLE, sent=(0, 2), taken=(0, 0)), replace(_IDLE, sent=(0, 0), taken=(2, 0))]
    assert at_rest(done) is Standing.IDLE
    assert at_rest([*done[:1], replace(done[1], standing=Standing.DOUBTS)]) is Standing.DOUBTS
    assert at_rest([*done[:1], replace(done[1], standing=Standing.SPENT)]) is Standing.BUSY
    assert at_rest([*done[:1], None]) is Standing.BUSY


@dataclass
class _Shard:
    """A shard of a model: ``waiting`` addresses, and outboxes that give a number to each address."""

    number: int
    waiting: int
    outboxes: list[list[int]]
    taken: list[int]
    words: list[ShardReport] = field(default_factory=list)

    def work(self, others: list[_Shard], rng: random.Random, left: list[int]) -> None:
        """Fetch a page, which may lead to another shard's host."""
        if not self.waiting:
            return
        self.waiting -= 1
        for _ in range(rng.choice((0, 1, 1, 2))):
            if left[0]:
                left[0] -= 1
                owner = rng.choice(others)
                if owner is self:
                    self.waiting += 1
                else:
                    self.outboxes[owner.number].append(left[0])

    def take(self, others: list[_Shard]) -> None:
        """Take in what another one has handed over."""
        for giver in others:
            found = giver.outboxes[self.number][self.taken[giver.number] :]
            self.waiting += len(found)
            self.taken[giver.number] += len(found)

    def word(self) -> ShardReport:
        standing = Standing.BUSY if self.waiting else Standing.IDLE
        sent = tuple(len(outbox) for outbox in self.outboxes)
        return replace(_IDLE, standing=standing, sent=sent, taken=tuple(self.taken))


@pytest.mark.parametrize("seed", range(40))
def test_words_that_come_late_never_end_a_crawl_early(seed: int) -> None:
    rng, left = random.Random(seed), [60]
    shards = [_Shard(number, int(number == 0), [[], [], []], [0, 0, 0]) for number in range(3)]
    latest: list[ShardReport | None] = [None] * 3
    for _ in range(20_000):
        shard = rng.choice(shards)
        step = rng.randrange(4)
        if step == 0:
            shard.work(shards, rng, left)
        elif step == 1:
            shard.take([one for one in shards if one is not shard])
        elif step == 2:
            shard.words.append(shard.word())  # it is on its way
        elif shard.words:
            latest[shard.number] = shard.words.pop(0)
        if at_rest(latest) is Standing.IDLE:
            break
    else:
        pytest.fail("it never ended")
    sent = sum(len(outbox) for shard in shards for outbox in shard.outboxes)
    assert sum(shard.waiting for shard in shards) == 0
    assert sum(sum(shard.taken) for shard in shards) == sent
