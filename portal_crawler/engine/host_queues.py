"""Host queues: the addresses of a running crawl that wait, and those in hand, host by host."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping

from portal_crawler.engine.trap_watch import FETCH, LATER, WAIT, TrapWatch
from portal_crawler.frontier.ledger_sqlite import FrontierRow, Ledger
from portal_crawler.frontier.scope import Refusal
from portal_crawler.sites.profile import Politeness

# Addresses of all hosts that are claimed and wait, at most, as long as each may have one: about 1 KB of memory each.
_HELD = 20_000
# Heaps of addresses of a host that are put off at a time, each until another of its pattern was answered.
_PUT_OFF = 2


class HostQueues:
    """What the ledger holds for each host, claimed in heaps; those in doubt wait until nothing else of a host is left.

    :param claim: addresses claimed at once: one statement for many pages, and little in memory.
    :param refuse: told of an address that is refused when its turn has come.
    :param newest_first: whether the host that was met last comes first, instead of last.
    """

    def __init__(
        self,
        ledger: Ledger,
        polite: Politeness,
        claim: int,
        traps: TrapWatch,
        refuse: Callable[[FrontierRow, Refusal], object],
        *,
        newest_first: bool = False,
    ) -> None:
        self._newest_first = newest_first
        self._ledger, self._claim, self._traps, self._refuse = ledger, claim, traps, refuse
        self._most, self._in_all = polite.concurrency, polite.total_concurrency
        self._queued: Counter[str] = Counter(ledger.queued_by_host())
        self._waiting: dict[str, deque[FrontierRow]] = {}
        self._active: Counter[str] = Counter()
        self.in_hand: dict[str, FrontierRow] = {}

    def add(self, host: str, count: int = 1) -> None:
        """Addresses of a host are queued in the ledger."""
        self._queued[host] += count

    def claim_first(self, host: str, now: float) -> None:
        """The address of a host that comes before all others is to come before those that are claimed already, too."""
        rows = self._ledger.claim(host, 1, now)
        self._queued[host] -= len(rows)
        self._waiting.setdefault(host, deque()).extendleft(rows)

    def add_all(self, counts: Mapping[str, int]) -> None:
        """So many addresses of each host are queued in the ledger."""
        for host, count in counts.items():
            self.add(host, count)

    def next(
        self, ready_in: Callable[[str], float], now: float, requests: int
    ) -> tuple[FrontierRow | None, float | None]:
        """The next address to fetch, now in hand, and, where there is none, the seconds until a host is ready.

        :param ready_in: seconds until a host may be asked.
        :param now: seconds since the epoch, for addresses that are not due yet.
        :param requests: those of the whole crawl so far.
        """
        if len(self.in_hand) >= self._in_all:  # answers that wait to be read count too: a kill costs all of them
            return None, None
        soonest: float | None = None
        for host, in_doubt in [
            *((host, False) for host in self._hosts()),
            *((host, True) for host in self._traps.hosts),
        ]:
            if self._active[host] >= self._most:
                continue
            wait = ready_in(host)
            if wait > 0:
                soonest = wait if soonest is None else min(soonest, wait)
                continue
            row = self._in_doubt(host, requests) if in_doubt else self._next_of(host, now)
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
        """The next address of a host that is not in doubt."""
        rows = self._waiting.setdefault(host, deque())
        at = 0  # those before it are put off
        while True:
            if at == len(rows) and at < _PUT_OFF * self._claim and self._queued[host]:
                heap = max(1, min(self._claim, _HELD // len(self._queued)))
                claimed = self._ledger.claim(host, heap, now)
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
        """An address of a host that waited in doubt until nothing else of the host was left."""
        if self._queued[host] or self._waiting.get(host) or not self._traps.are_all_doubted(host, self._active[host]):
            return None
        while found := self._traps.next_of(host, requests):
            row, refusal = found
            if refusal is None:
                return row
            self._refuse(row, refusal)
        return None

    def release(self, key: str, *, asked: bool = True) -> FrontierRow | None:
        """An address is no longer in hand; ``None`` where it was not.

        :param asked: whether it was asked for.
        """
        row = self.in_hand.pop(key, None)
        if row is not None:
            self._active[row.host] -= 1
            self._traps.let_go(row, asked=asked)
        return row

    def forget(self, host: str) -> list[int]:
        """Nothing of a host waits any more; the ids of what is still in hand."""
        self._queued.pop(host, None)
        self._waiting.pop(host, None)
        self._traps.forget(host)
        return [row.id for row in self.in_hand.values() if row.host == host]

    @property
    def only_doubts_are_left(self) -> bool:
        """Whether nothing waits or is in hand but what is in doubt."""
        return bool(self._traps.waiting) and not self.in_hand and not self._certain()

    def _certain(self) -> int:
        return self._queued.total() + sum(map(len, self._waiting.values()))

    def __len__(self) -> int:
        """Addresses that wait or are in hand."""
        return self.waiting() + len(self.in_hand)

    def waiting(self) -> int:
        """Addresses that wait."""
        return self._certain() + self._traps.waiting
