"""The order of hosts as its rule says it: all of them are looked at each time. To hold the engine's heaps against."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping

from portal_crawler.engine.pacing import Pacing
from portal_crawler.engine.trap_watch import FETCH, LATER, WAIT, TrapWatch
from portal_crawler.frontier.ledger_sqlite import FrontierRow, Ledger
from portal_crawler.frontier.scope import Refusal
from portal_crawler.sites.profile import Politeness


class EveryHost:
    """In the place of ``HostQueues``."""

    def __init__(
        self,
        ledger: Ledger,
        pacing: Pacing,
        polite: Politeness,
        claim: int,
        traps: TrapWatch,
        refuse: Callable[[FrontierRow, Refusal], object],
        *,
        newest_first: bool = False,
    ) -> None:
        self._newest_first = newest_first
        self._ledger, self._pacing, self._claim, self._traps, self._refuse = ledger, pacing, claim, traps, refuse
        self._most, self._in_all = polite.concurrency, polite.total_concurrency
        self._queued: Counter[str] = Counter(ledger.queued_by_host())
        self._waiting: dict[str, deque[FrontierRow]] = {}
        self._active: Counter[str] = Counter()
        self.in_hand: dict[str, FrontierRow] = {}

    def add(self, host: str, count: int = 1) -> None:
        self._queued[host] += count

    def add_all(self, counts: Mapping[str, int]) -> None:
        for host, count in counts.items():
            self.add(host, count)

    def claim_first(self, host: str, now: float) -> None:
        rows = self._ledger.claim(host, 1, now)
        self._queued[host] -= len(rows)
        self._waiting.setdefault(host, deque()).extendleft(rows)

    def next(self, requests: int) -> tuple[FrontierRow | None, float | None]:
        if len(self.in_hand) >= self._in_all:
            return None, None
        soonest: float | None = None
        doubted = [host for host in self._traps.waits if self._traps.waits[host]]
        for host, in_doubt in [*((host, False) for host in self._hosts()), *((host, True) for host in doubted)]:
            if self._active[host] >= self._most:
                continue
            wait = self._pacing.ready_in(host)
            if wait > 0:
                soonest = wait if soonest is None else min(soonest, wait)
                continue
            row = self._in_doubt(host, requests) if in_doubt else self._next_of(host, self._pacing.now())
            if row is not None:
                self._active[host] += 1
                self.in_hand[row.url_key] = row
                return row, None
        return None, soonest

    def _hosts(self) -> list[str]:
        waiting = [host for host, rows in self._waiting.items() if rows]
        hosts = list(dict.fromkeys([*(host for host, count in self._queued.items() if count > 0), *waiting]))
        return hosts[::-1] if self._newest_first else hosts

    def _next_of(self, host: str, now: float) -> FrontierRow | None:
        rows = self._waiting.setdefault(host, deque())
        at = 0
        while True:
            if at == len(rows) and at < 2 * self._claim and self._queued[host]:
                claimed = self._ledger.claim(host, max(1, min(self._claim, 20_000 // len(self._queued))), now)
                rows.extend(claimed)
                self._queued[host] -= len(claimed)
            if at == len(rows):
                return None
            row = rows[at]
            turn = self._traps.at_turn(row)
            if turn is LATER:
                at += 1
                continue
            del rows[at]
            if turn is FETCH:
                return row
            if turn is not WAIT:
                self._refuse(row, turn)

    def _in_doubt(self, host: str, requests: int) -> FrontierRow | None:
        if self._queued[host] or self._waiting.get(host) or not self._traps.are_all_doubted(host, self._active[host]):
            return None
        self._traps.allow(requests)
        while found := self._traps.next_of(host, requests):
            row, refusal = found
            if refusal is None:
                return row
            self._refuse(row, refusal)
        return None

    def release(self, key: str, *, asked: bool = True) -> FrontierRow | None:
        row = self.in_hand.pop(key, None)
        if row is not None:
            self._active[row.host] -= 1
            self._traps.let_go(row, asked=asked)
        return row

    def forget(self, host: str) -> list[int]:
        self._queued.pop(host, None)
        self._waiting.pop(host, None)
        self._traps.waits.forget(host)
        return [row.id for row in self.in_hand.values() if row.host == host]

    @property
    def only_doubts_are_left(self) -> bool:
        return bool(self._traps.waits.total) and not self.in_hand and not self._certain()

    def _certain(self) -> int:
        return self._queued.total() + sum(map(len, self._waiting.values()))

    def __len__(self) -> int:
        return self.waiting() + len(self.in_hand)

    def waiting(self) -> int:
        return self._certain() + self._traps.waits.total
