"""Host queues: the addresses of a running crawl that wait, and those in hand, host by host."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

from portal_crawler.frontier.ledger_sqlite import FrontierRow, Ledger
from portal_crawler.sites.profile import Politeness


class HostQueues:
    """What the ledger holds for each host, claimed in heaps.

    :param claim: addresses claimed at once: one statement for many pages, and little in memory.
    """

    def __init__(self, ledger: Ledger, polite: Politeness, claim: int) -> None:
        self._ledger, self._claim = ledger, claim
        self._most, self._in_all = polite.concurrency, polite.total_concurrency
        self._queued: Counter[str] = Counter(ledger.queued_by_host())
        self._waiting: dict[str, deque[FrontierRow]] = {}
        self._active: Counter[str] = Counter()
        self.in_hand: dict[str, FrontierRow] = {}

    def add(self, host: str) -> None:
        """An address of a host is queued in the ledger."""
        self._queued[host] += 1

    def next(self, ready_in: Callable[[str], float], now: float) -> tuple[FrontierRow | None, float | None]:
        """The next address to fetch, now in hand, and, where there is none, the seconds until a host is ready.

        :param ready_in: seconds until a host may be asked.
        :param now: seconds since the epoch, for addresses that are not due yet.
        """
        if len(self.in_hand) >= self._in_all:  # answers that wait to be read count too: a kill costs all of them
            return None, None
        soonest: float | None = None
        for host in self._hosts():
            if self._active[host] >= self._most:
                continue
            wait = ready_in(host)
            if wait > 0:
                soonest = wait if soonest is None else min(soonest, wait)
                continue
            rows = self._waiting.setdefault(host, deque())
            if not rows and self._queued[host]:
                rows.extend(self._ledger.claim(host, self._claim, now))
                self._queued[host] -= len(rows)
            if rows:
                row = rows.popleft()
                self._active[host] += 1
                self.in_hand[row.url_key] = row
                return row, None
        return None, soonest

    def _hosts(self) -> list[str]:
        waiting = [host for host, rows in self._waiting.items() if rows]
        return list(dict.fromkeys([*(host for host, count in self._queued.items() if count > 0), *waiting]))

    def release(self, key: str) -> FrontierRow | None:
        """An address is no longer in hand; ``None`` where it was not."""
        row = self.in_hand.pop(key, None)
        if row is not None:
            self._active[row.host] -= 1
        return row

    def forget(self, host: str) -> list[int]:
        """Nothing of a host waits any more; the ids of what is still in hand."""
        self._queued.pop(host, None)
        self._waiting.pop(host, None)
        return [row.id for row in self.in_hand.values() if row.host == host]

    def __len__(self) -> int:
        """Addresses that wait or are in hand."""
        return self.waiting() + len(self.in_hand)

    def waiting(self) -> int:
        """Addresses that wait."""
        return self._queued.total() + sum(map(len, self._waiting.values()))
