"""Trap watch: holds what a crawl finds against the trap rule: what is put off, what is tried, what is given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Final

from portal_crawler.engine.host_counts import HostCounts
from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow, Ledger
from portal_crawler.frontier.new_texts import is_dead, new_texts, page_text
from portal_crawler.frontier.scope import Refusal
from portal_crawler.frontier.soft_404 import is_absent
from portal_crawler.frontier.trap_rule import (
    Lineage,
    PatternState,
    Shown,
    TrapOptions,
    budget_refusal,
    in_doubt,
    token_refusal,
    trap_refusal,
)
from portal_crawler.frontier.url_pattern import pattern_of, without_token
from portal_crawler.page.links import Link
from portal_crawler.reading import PageReading
from portal_crawler.urls import host_of

# Addresses of patterns not met yet that are tried at once, though a chain of pages without a find led to them, until
# one of them is a find.
_SCOUTS = 4
# Addresses of its own pattern that a page leads to; one is the next page.
_SEVERAL = 2
# Addresses in doubt that are given up at once: one statement, and little in memory.
_HEAP = 500


class Turn(Enum):
    """What becomes of an address whose turn has come, where no rule refuses it."""

    FETCH = auto()
    WAIT = auto()
    LATER = auto()


FETCH: Final = Turn.FETCH
WAIT: Final = Turn.WAIT
LATER: Final = Turn.LATER
"""Its turn comes again when one of its pattern that is under way has shown what there is."""


class TrapWatch:
    """The trap rule of one running crawl. All that it knows stands in the ledger. Use from one thread.

    ``waits`` counts the addresses that wait in doubt; of its ``changed`` hosts there may be something to take, too.
    """

    def __init__(self, ledger: Ledger, options: TrapOptions) -> None:
        self._ledger, self._doubts, self._options = ledger, ledger.doubts, options
        self.waits = HostCounts(self._doubts.waiting())
        self._spent = self._doubts.spent()
        self._in_hand: Counter[str] = Counter()
        self._idle: set[str] = set()  # hosts of which nothing can be taken before something changes
        self._allowance = 0
        self._used_up = True
        self._under_way: Counter[int] = Counter()  # by pattern
        self._scouts: Counter[str] = Counter()  # sent ahead in vain, as far as is known, by host
        self._scouting: set[str] = set()
        self._cleared: Counter[str] = Counter()

    # -- addresses that are found

    def placed(
        self, found: Sequence[Discovery], above: FrontierRow | None = None, reading: PageReading | None = None
    ) -> list[Discovery]:
        """What was found, each address with its pattern, and whether it is in doubt.

        :param above: the page that led to them, which has been ``shown``.
        :param reading: its reading.
        """
        if not self._options.enabled or not found:
            return list(found)
        if above is None or reading is None:
            return [one if one.reason else self._placed(one, None, Lineage()) for one in found]
        lineages = {
            hops: self._doubts.lineage(above.id, self._options.chain, hops).by(hops)
            for hops in {one.hops for one in found}
        }
        if is_absent(reading):
            lineages = {hops: replace(lineage, doubted=True) for hops, lineage in lineages.items()}
        placed = [one if one.reason else self._placed(one, above, lineages[one.hops]) for one in found]
        if sum(one.pattern == above.pattern for one in placed) >= _SEVERAL:
            self._links_back(above, reading.links, frozenset(one.url_key for one in found))
        return placed

    def _placed(self, one: Discovery, above: FrontierRow | None, lineage: Lineage) -> Discovery:
        pattern = pattern_of(one.host, one.url)
        state = self._doubts.state_of(pattern, one.host)
        if above is None:
            return replace(one, pattern=state.id)
        if state.id == above.pattern:
            state.inner += 1
        else:
            state.outer += 1
        self._note(state)
        doubt = in_doubt(pattern, state, lineage, self._options) and not self._options.is_exempt(one.url)
        if doubt and state.inner + state.outer == 1 and self._scouts[one.host] < _SCOUTS:
            doubt = in_doubt(pattern, state, lineage, self._options, scouts=True)
            if not doubt:
                self._scouts[one.host] += 1
                self._scouting.add(one.url_key)
        return replace(one, parent=above.id, pattern=state.id, doubt=doubt)

    def _links_back(self, above: FrontierRow, links: Sequence[Link], new: frozenset[str]) -> None:
        """Count the links of a page to known ones of its own pattern, while there is doubt whether it has any."""
        state = self._doubts.state_of(own := pattern_of(above.host, above.url), above.host)
        if state.back:
            return
        known = (one.url for one in links if one.url_key not in new and one.url_key != above.url_key)
        state.back += sum(host_of(url) == above.host and pattern_of(above.host, url) == own for url in known)
        self._note(state)

    def _note(self, state: PatternState) -> None:
        self._doubts.note(state, state.rank(self._options))

    def added(self, found: Iterable[Discovery]) -> None:
        """What was placed has its rows."""
        doubted = [one for one in found if one.doubt]
        if doubted:
            self._doubts.wait(one.pattern for one in doubted if one.pattern is not None)
            for one in doubted:
                self._waits(one.host)

    def _waits(self, host: str) -> None:
        self.waits.add(host, 1)
        self._idle.discard(host)

    def _stir(self, host: str) -> None:
        """Something has changed for a host."""
        self._idle.discard(host)
        self.waits.changed.add(host)

    # -- what pages showed

    def shown(self, row: FrontierRow, reading: PageReading) -> None:
        """Judge a page by what it shows; its row is done."""
        self._stir(row.host)
        if row.pattern is None or not self._options.enabled:
            return
        state, text = self._doubts.state(row.pattern), page_text(reading, row.host)
        dead = is_dead(reading)
        find = not dead and self._doubts.fresh(new_texts(reading, row.host)) > 0
        echo = bool(text) and not (dead or find) and self._says_the_same(row.parent, text)
        state.shown(Shown(0 if dead else text, find, dead, echo))
        if text and not dead and (bare := without_token(row.url)):
            self._learn_token(state, bare, text, row.url)
        self._note(state)
        if row.url_key in self._scouting:
            self._scouting.remove(row.url_key)
            self._scouts[row.host] *= not find
        if find:
            self._clear(row, state)
        if echo:
            self._doubts.suspect(row.id)
            self._spent += not row.doubt

    def _says_the_same(self, above: int | None, text: int) -> bool:
        """Whether a page says what the one that led to it says, or another of that one's pattern."""
        pattern = None if above is None else self._doubts.pattern_of(above)
        return pattern is not None and text in self._doubts.state(pattern).texts

    def _learn_token(self, state: PatternState, bare: str, text: int, url: str) -> None:
        known = self._doubts.under_token(bare)
        if known is None:
            self._doubts.set_under_token(bare, text, url)
        elif known[0] == text:
            state.same += 1
        else:
            state.other += 1

    def _clear(self, row: FrontierRow, state: PatternState) -> None:
        """A find clears what led to it, and what else that led to."""
        if not state.feeds_itself:
            self._spent -= row.doubt
            self._doubts.clear_area(state.area)
        if state.finds == 1 and self.waits.total:
            for one in self._doubts.of_pattern(state.id, _HEAP):
                self._clears(one)
        for number, pattern, doubted in self._doubts.find(row.id):
            before = self._doubts.state(pattern)
            before.credited()
            self._note(before)
            self._spent -= doubted
            for one in self._doubts.below(number) if self.waits.total else ():
                self._clears(one)

    def _clears(self, one: FrontierRow) -> bool:
        """Whether an address that waits is in doubt no more; it is queued then."""
        if self._is_in_doubt(one) or self._state(one).is_gone(self._options):
            return False
        self._doubts.clear(one)
        self.waits.add(one.host, -1)
        self._cleared[one.host] += 1
        return True

    def cleared(self) -> Counter[str]:
        """How many addresses of each host were in doubt and are queued since the last call."""
        hosts, self._cleared = self._cleared, Counter()
        return hosts

    def let_go(self, row: FrontierRow, *, asked: bool = True) -> None:
        """An address is in hand no more; its request counts until its page is a find.

        :param asked: whether it was asked for.
        """
        self._stir(row.host)
        if row.pattern is not None and self._under_way[row.pattern] <= 1:
            del self._under_way[row.pattern]
        elif row.pattern is not None:
            self._under_way[row.pattern] -= 1
        if row.doubt:
            self._in_hand[row.host] -= 1
            self._spent += asked

    # -- what comes next

    def at_turn(self, row: FrontierRow) -> Turn | Refusal:
        """What becomes of an address that is not in doubt, now that its turn has come."""
        options = self._options
        if row.pattern is None or row.via is None or not options.enabled or options.is_exempt(row.url):
            return FETCH
        state = self._doubts.state(row.pattern)
        if not state.may_be_under_way(self._under_way[state.id]):
            return LATER
        if refusal := budget_refusal(state, options):
            return refusal
        if refusal := self._idle_token(state.id, row.url):
            return refusal
        if state.waits(options) or (state.breeds and self._is_in_doubt(row)):
            self.hold_back(row)
            return WAIT
        self._under_way[state.id] += 1
        return FETCH

    def hold_back(self, row: FrontierRow) -> None:
        """An address that was claimed waits in doubt."""
        if row.pattern is not None:
            self._doubts.hold_back(row.id, row.pattern)
            self._waits(row.host)

    def _idle_token(self, pattern: int, url: str) -> Refusal | None:
        state = self._doubts.state(pattern)
        bare = without_token(url) if state.has_idle_token else None
        known = self._doubts.under_token(bare) if bare else None
        return token_refusal(state, known[1]) if known else None

    def are_all_doubted(self, host: str, active: int) -> bool:
        """Whether the requests to a host that are under way are all for addresses in doubt."""
        return self._in_hand[host] >= active

    def allow(self, requests: int) -> None:
        """The whole crawl has made so many requests: where that allows more, hosts are idle no longer."""
        if (allowance := self._options.allowance(requests)) != self._allowance:
            self._allowance = allowance
            self.waits.changed |= self._idle
            self._idle.clear()

    def is_idle(self, host: str) -> bool:
        """Whether nothing of a host can be taken before something changes."""
        return host in self._idle

    def next_of(self, host: str, requests: int) -> tuple[FrontierRow, Refusal | None] | None:
        """An address of a host that waits in doubt and may be fetched, now in hand, or is refused; ``None`` for none:
        the host is idle.

        :param requests: those of the whole crawl so far, which was allowed for.
        """
        if host in self._idle:
            return None
        sure = self._options.young
        may_be_gone = self._doubts.gone(sure) < self._options.gone(requests)
        for one in self._doubts.good(host):
            state = self._state(one)
            if state.is_gone(self._options):
                if may_be_gone or state.dead < sure:
                    return self._tried(host, one, doubted=False)
            elif not self._is_in_doubt(one):
                return self._tried(host, one, doubted=False)
        spent = self._spent + self._in_hand.total()
        may = spent < self._allowance
        # What others cost in vain says nothing of a pattern of which nothing was asked for.
        costly = may and spent + self._doubts.wasted() >= self._options.wasted(requests)
        least = self._doubts.least_tried(host, self._options.area, untried=costly) if may else None
        self._used_up = costly or not may
        if least is None:
            self._idle.add(host)
            return None
        return self._tried(host, least, doubted=self._is_in_doubt(least))

    def _tried(self, host: str, one: FrontierRow, *, doubted: bool) -> tuple[FrontierRow, Refusal | None] | None:
        """An address that waits, now in hand; ``None`` while another of its pattern may teach something."""
        state = self._state(one)
        if not state.may_be_under_way(self._under_way[state.id]):
            self._idle.add(host)
            return None
        return self._taken(one, doubted=doubted)

    def _taken(self, one: FrontierRow, *, doubted: bool) -> tuple[FrontierRow, Refusal | None]:
        state = self._state(one)
        refusal = budget_refusal(state, self._options) or self._idle_token(state.id, one.url)
        self.waits.add(one.host, -1)
        self._doubts.take(one, doubted=doubted)
        self._under_way[state.id] += refusal is None
        if doubted and refusal is None:
            self._in_hand[one.host] += 1
            one = replace(one, doubt=True)
        return one, refusal

    def _state(self, one: FrontierRow) -> PatternState:
        if one.pattern is None:
            return self._doubts.state_of(pattern_of(one.host, one.url), one.host)
        return self._doubts.state(one.pattern)

    def _is_in_doubt(self, one: FrontierRow) -> bool:
        state = self._state(one)
        if state.is_endless(self._options):
            return True
        lineage = self._doubts.lineage(one.parent, self._options.chain, one.hops).by(one.hops)
        if not lineage.barren and not lineage.redirects:
            return False
        return in_doubt(pattern_of(one.host, one.url), state, lineage, self._options)

    def _why(self, one: FrontierRow) -> Refusal:
        state = self._state(one)
        used_up = self._used_up or state.is_gone(self._options)
        return trap_refusal(state, self._options, one.hops, used_up=used_up)

    def given_up(self) -> Iterator[list[Discovery]]:
        """Give up what waits, a heap at a time: those that are skipped. The others are ``cleared``."""
        while heap := self._doubts.first(_HEAP):
            refused = [(one, self._why(one)) for one in heap if not self._clears(one)]
            self._doubts.skip([(one, why.reason, why.rule) for one, why in refused])
            for one, _ in refused:
                self.waits.add(one.host, -1)
            yield [_skipped(one, why) for one, why in refused]


def _skipped(one: FrontierRow, why: Refusal) -> Discovery:
    return Discovery(one.url, one.url_key, one.host, depth=one.depth, via=one.via, reason=why.reason, rule=why.rule)
