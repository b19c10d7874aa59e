"""Host queues: the addresses of a running crawl that wait, and those in hand, host by host."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping

from portal_crawler.engine.host_counts import HostCounts
from portal_crawler.engine.host_turns import HostTurns
from portal_crawler.engine.pacing import Pacing
from portal_crawler.engine.trap_watch import FETCH, LATER, WAIT, TrapWatch
from portal_crawler.frontier.ledger_sqlite import FrontierRow, Ledger
from portal_crawler.frontier.scope import Refusal
from portal_crawler.sites.profile import Politeness

# Addresses of all hosts that are claimed and wait, at most, as long as each may have one: about 1 KB of memory each.
_HELD = 20_000
# Heaps of addresses of a host that are put off at a time, each until another of its pattern was answered.
_PUT_OFF = 2
# Ranks of hosts of which nothing is left but what was claimed, and of those of which nothing is left but doubts.
_CLAIMED, _DOUBTED = 2**40, 2**41


class HostQueues:
    """What the ledger holds for each host, claimed in heaps; those in doubt wait until nothing else of a host is left.

    Of the hosts that may be asked, the one that was met first comes first. What changes is noted (``_changed``, and
    the same of counts and pacing) and has its effect on the order when the next address is sought.

    :param claim: addresses claimed at once: one statement for many pages, and little in memory.
    :param refuse: told of an address that is refused when its turn has come.
    :param newest_first: whether the host that was met last comes first, instead of last.
    """

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
        self._sign = -1 if newest_first else 1
        self._ledger, self._pacing, self._claim, self._traps, self._refuse = ledger, pacing, claim, traps, refuse
        self._most, self._in_all = polite.concurrency, polite.total_concurrency
        self._queued = HostCounts(ledger.queued_by_host())
        self._claimed = HostCounts({})
        self._waiting: dict[str, list[FrontierRow]] = {}
        self._active: Counter[str] = Counter()
        self._turns, self._changed = HostTurns(), set[str]()
        self.in_hand: dict[str, FrontierRow] = {}

    def add(self, host: str, count: int = 1) -> None:
        """Addresses of a host are queued in the ledger."""
        self._queued.add(host, count)

    def claim_first(self, host: str, now: float) -> None:
        """The address of a host that comes before all others is to come before those that are claimed already, too."""
        rows = self._take(host, 1, now)
        self._waiting[host] = [*rows, *self._waiting.get(host, ())]

    def _take(self, host: str, count: int, now: float) -> list[FrontierRow]:
        rows = self._ledger.claim(host, count, now)
        self._queued.add(host, -len(rows))
        self._claimed.add(host, len(rows))
        return rows

    def add_all(self, counts: Mapping[str, int]) -> None:
        """So many addresses of each host are queued in the ledger."""
        for host, count in counts.items():
            self.add(host, count)

    # -- whose turn it is

    def next(self, requests: int) -> tuple[FrontierRow | None, float | None]:
        """The next address to fetch, now in hand, and, where there is none, the seconds until a host is ready.

        :param requests: those of the whole crawl so far.
        """
        if len(self.in_hand) >= self._in_all:  # answers that wait to be read count too: a kill costs all of them
            return None, None
        now = self._pacing.now()
        closed = self._pacing.closed_for(now)
        self._arrange(now, requests)
        while turn := self._turns.first():
            rank, host = turn
            if (ready := self._pacing.ready_at(host)) > now:
                self._turns.rest(host, ready)
            elif closed > 0:
                break
            elif row := self._turn(host, rank, now, requests):
                self._active[host] += 1
                self.in_hand[row.url_key] = row
                return row, None
        return None, self._soonest(now, closed)

    def _arrange(self, now: float, requests: int) -> None:
        """Each host of which something has changed has the turn that is due to it, or none."""
        self._traps.allow(requests)
        changed = self._changed.union(self._turns.risen(now))
        self._changed.clear()
        for noted in (self._queued.changed, self._claimed.changed, self._traps.waits.changed, self._pacing.changed):
            changed |= noted
            noted.clear()
        for host in changed:
            rank = self._rank(host)
            if rank is None:
                self._turns.leave(host)
            elif not self._turns.rests(host):
                self._turns.stand(host, rank)

    def _rank(self, host: str) -> int | None:
        if self._active[host] >= self._most:
            return None
        if self._queued[host] > 0:
            return self._sign * self._queued.place(host)
        if self._claimed[host]:
            return self._sign * (_CLAIMED + self._claimed.place(host))
        return _DOUBTED + self._traps.waits.place(host) if self._traps.waits[host] else None

    def _turn(self, host: str, rank: float, now: float, requests: int) -> FrontierRow | None:
        """The address for which a host that is ready may be asked."""
        self._turns.leave(host)
        if rank >= _DOUBTED:
            row = self._in_doubt(host, requests)
            if row is None and self._traps.is_idle(host):
                self._turns.sleep(host, math.inf)
            else:
                self._changed.add(host)
            return row
        doubts = self._traps.waits[host]  # what comes to wait in doubt by this turn has no turn at once
        row = self._next_of(host, now)
        if row is None and not self._claimed[host] and self._queued[host]:  # none of them is due
            due = self._ledger.next_due(host)
            self._turns.sleep(host, math.inf if due is None else due)
            return None
        self._changed.add(host)
        if row is None and doubts and not self._has_certain(host):
            self._turns.stand(host, _DOUBTED + self._traps.waits.place(host))
        return row

    def _soonest(self, now: float, closed: float) -> float | None:
        if closed > 0 and self._turns.any_is_up:
            return closed
        while turn := self._turns.first_to_rise():
            moment, host = turn
            if (ready := self._pacing.ready_at(host)) <= moment:
                return max(moment - now, closed)
            self._turns.rest(host, ready)
        return None

    # -- what a host may be asked for

    def _next_of(self, host: str, now: float) -> FrontierRow | None:
        """The next address of a host that is not in doubt."""
        self._claimed.add(host, 0)  # its place is that of its first turn
        rows = self._waiting.setdefault(host, [])
        at = 0  # those before it are put off
        while True:
            if at == len(rows) and at < _PUT_OFF * self._claim and self._queued[host]:
                rows.extend(self._take(host, max(1, min(self._claim, _HELD // len(self._queued))), now))
            if at == len(rows):
                break
            row = rows[at]
            turn = self._traps.at_turn(row)
            if turn is LATER:
                at += 1
                continue
            del rows[at]
            self._claimed.add(host, -1)
            if turn is FETCH:
                return row
            if turn is not WAIT:
                self._refuse(row, turn)
        if not rows:
            del self._waiting[host]
        return None

    def _in_doubt(self, host: str, requests: int) -> FrontierRow | None:
        """An address of a host that waited in doubt until nothing else of the host was left."""
        if self._has_certain(host) or not self._traps.are_all_doubted(host, self._active[host]):
            return None
        while found := self._traps.next_of(host, requests):
            row, refusal = found
            if refusal is None:
                return row
            self._refuse(row, refusal)
        return None

    def _has_certain(self, host: str) -> bool:
        return bool(self._queued[host] or self._claimed[host])

    def release(self, key: str, *, asked: bool = True) -> FrontierRow | None:
        """An address is no longer in hand; ``None`` where it was not.

        :param asked: whether it was asked for.
        """
        row = self.in_hand.pop(key, None)
        if row is not None:
            self._active[row.host] -= 1
            self._changed.add(row.host)
            self._traps.let_go(row, asked=asked)
        return row

    def forget(self, host: str) -> list[int]:
        """Nothing of a host waits any more; the ids of what is still in hand."""
        self._queued.forget(host)
        self._claimed.forget(host)
        self._waiting.pop(host, None)
        self._traps.waits.forget(host)
        return [row.id for row in self.in_hand.values() if row.host == host]

    @property
    def only_doubts_are_left(self) -> bool:
        """Whether nothing waits or is in hand but what is in doubt."""
        return bool(self._traps.waits.total) and not self.in_hand and not self._certain()

    def _certain(self) -> int:
        return self._queued.total + self._claimed.total

    def __len__(self) -> int:
        """Addresses that wait or are in hand."""
        return self.waiting() + len(self.in_hand)

    def waiting(self) -> int:
        """Addresses that wait."""
        return self._certain() + self._traps.waits.total
