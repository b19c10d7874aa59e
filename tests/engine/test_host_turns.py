"""The heaps of hosts give the very sequence that a look at every host gives, whatever happens to a crawl."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.engine import crawl_frontier
from portal_crawler.engine.crawl_frontier import CrawlFrontier
from portal_crawler.engine.host_queues import HostQueues
from portal_crawler.engine.host_turns import HostTurns
from portal_crawler.engine.pacing import Pacing
from portal_crawler.engine.skip_log import SkipLog
from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow, Ledger
from portal_crawler.frontier.sampling import Sampling
from portal_crawler.frontier.scope import Refusal
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.sites.profile import Politeness, Scope, SiteProfile, Traps
from tests.engine.every_host import EveryHost
from tests.story_readings import key, story

_HOSTS = tuple(f"h{number}.test" for number in range(12))
_BEGUN = 1_800_000_000.0
_STEPS = 500


@dataclass
class _Clock:
    now: float = _BEGUN


class _ClockedPacing(Pacing):
    clock: _Clock

    def now(self) -> float:
        return self.clock.now

    def wall(self) -> float:
        return self.clock.now


class _Side:
    """A crawl's frontier with its ledger, by heaps or by a look at every host."""

    def __init__(self, folder: Path, profile: SiteProfile, clock: _Clock, sample: int | None, queues: type) -> None:
        folder.mkdir()
        self._folder, self._profile, self._clock, self._sample, self._queues = folder, profile, clock, sample, queues
        self._open()

    def _open(self) -> None:
        self.ledger = Ledger(self._folder)
        self.pacing = _ClockedPacing(self.ledger, self._profile.politeness, sparing=True)
        self.pacing.clock = self._clock
        self._file = JsonlFile(self._folder / "skipped.jsonl", 0)
        sampling = Sampling(self._sample)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(crawl_frontier, "HostQueues", self._queues)
            self.frontier = CrawlFrontier(
                self._profile, self.ledger, SkipLog(self._file), self.pacing, sampling, again=False
            )
        if self.ledger.meta("seeded") is None:
            self.frontier.begin(None, self._folder, lambda: self.ledger.commit({}))

    def reopen(self) -> None:
        """As after a kill: what was in hand is queued again."""
        self.ledger.commit({})
        self.close()
        self._open()

    def next(self, requests: int) -> tuple[FrontierRow | None, float | None]:
        """As the crawl asks for it."""
        row, soonest = self.frontier.next(requests)
        if row is not None:
            self.pacing.sends(row.host)
        elif soonest is None and self.frontier.only_doubts_are_left:
            list(self.frontier.give_up_doubts())
        return row, soonest

    def answer(self, held: str, text: str, links: Iterable[str]) -> None:
        """An address in hand was answered with a page."""
        row = self.frontier.in_hand[held]
        reading = story(row.url, text, title="A page", links=links)
        judged = self.frontier.judged(row, reading)
        self.frontier.release(held)
        if judged is None:
            self.ledger.drop(row.id)
            return
        self.ledger.done(row.id, 200, "")
        self.frontier.page(row, judged)

    def again(self, held: str, delay: float) -> None:
        """An address in hand gave no answer."""
        row = self.frontier.release(held)
        assert row is not None
        self.frontier.queue_again(row, delay, "no answer")

    def put_back(self, held: str) -> None:
        """An address in hand was not asked for."""
        row = self.frontier.release(held, asked=False)
        assert row is not None
        self.frontier.put_back(row)

    def give_up(self, host: str) -> None:
        """A host was silent for too long."""
        self.frontier.fail_host(host, Refusal("network", "silent"))

    def close(self) -> None:
        self._file.close()
        self.ledger.close()


class _Both:
    """Two crawls to which the same happens, by the same luck. ``met`` counts what has happened."""

    def __init__(self, folder: Path, profile: SiteProfile, sample: int | None, seed: int) -> None:
        self._clock, self._luck = _Clock(), random.Random(seed)
        kinds = (HostQueues, EveryHost)
        self.sides = [_Side(folder / kind.__name__, profile, self._clock, sample, kind) for kind in kinds]
        self._requests = 0
        # What a pace is after a kill is settled when its host is looked at first. While no host may be asked that is
        # the first one only, by heaps.
        self._reopens = not (profile.politeness.bandwidth or profile.politeness.hours)
        self.met: Counter[str] = Counter()
        self.asked: list[str] = []

    def _on_both(self, do: Callable[[_Side], Any]) -> list[Any]:
        seed, results = self._luck.random(), []
        for side in self.sides:
            random.seed(seed)
            results.append(do(side))
        return results

    def next(self) -> bool:
        """Whether both found an address, which is the same."""
        (row, soonest), (expected, wait) = self._on_both(lambda side: side.next(self._requests))
        assert row == expected
        assert soonest == (wait if wait is None else pytest.approx(wait, abs=1e-5))
        self.met["found" if row else "nothing" if wait is None else "rests"] += 1
        self.met["in doubt"] += row is not None and row.doubt
        self.met["another try"] += row is not None and row.tries > 0
        self.asked += [row.url_key] if row else []
        return row is not None

    def happens(self) -> None:
        """Something that may happen to a crawl."""
        held = sorted(self.sides[0].frontier.in_hand)
        what = self._luck.choices(
            ("answer", "fail", "again", "put back", "robots", "give up", "seeds", "rest", "reopen"),
            (60, 8, 5, 5, 3, 1, 4, 1, int(self._reopens)),
        )[0]
        self.met[what] += 1
        if what in {"answer", "fail", "again", "put back"} and not held:
            return
        self._does(what, self._luck.choice(held) if held else "", self._luck.choice(_HOSTS))
        self._on_both(lambda side: side.ledger.commit({}))

    def _does(self, what: str, held: str, host: str) -> None:
        row, wish = self.sides[0].frontier.in_hand.get(held), self._luck.choice((0.0, 0.0, 0.0, 3.0, 40.0))
        if what == "answer" and row is not None:
            self._requests += 1
            text, links, size = self._text(row.url), self._links(row.url), self._luck.randrange(2_000)
            self._on_both(lambda side: side.pacing.answered(row.host, 0.25, size, wish))
            self._looks()
            self._on_both(lambda side: side.answer(held, text, links))
        elif what == "fail" and row is not None:
            self._on_both(lambda side: side.pacing.failed(row.host, self._clock.now - 0.5, wish))
            self._looks()
            self._on_both(lambda side: side.again(held, 1.5 + wish))
        elif what == "again":
            self._on_both(lambda side: side.again(held, 7.0))
        elif what == "put back":
            self._on_both(lambda side: side.put_back(held))
        elif what == "robots":
            self._on_both(lambda side: side.pacing.wishes(host, wish))
        elif what == "give up":
            self._on_both(lambda side: side.give_up(host))
        elif what == "seeds":
            found = [_found(host, f"/new/{self._luck.randrange(10**6)}.htm") for _ in range(3)]
            self._on_both(lambda side: side.frontier.add(found))
        elif what == "rest":
            self._on_both(lambda side: side.pacing.rested(30.0))
        elif what == "reopen":
            self._on_both(lambda side: side.reopen())

    def _looks(self) -> None:
        if self._luck.random() < 0.2:
            self.next()

    def _text(self, url: str) -> str:
        """Stories are new; days of a calendar all say the same."""
        return "No meeting on this day." if "/day/" in url else f"{url} tells of {self._luck.random()} and no more."

    def _links(self, url: str) -> list[str]:
        host = self._luck.choice((url.split("/")[2], self._luck.choice(_HOSTS)))
        if "/day/" in url:
            return [f"http://{url.split('/')[2]}/day/{self._luck.randrange(10**6)}.htm" for _ in range(3)]
        kind = self._luck.choice(("story", "story", "page", "day"))
        return [f"http://{host}/{kind}/{self._luck.randrange(10**6)}.htm" for _ in range(self._luck.randrange(4))]

    def passes(self) -> None:
        """Time passes."""
        self._clock.now += self._luck.choice((0.0, 0.0, 0.25, 0.25, 0.5, 1.0, 1.0, 2.0, 20.0))


def _found(host: str, path: str) -> Discovery:
    url = f"http://{host}{path}"
    return Discovery(url, key(url), host)


def _profile(scope: dict[str, Any], **polite: Any) -> SiteProfile:
    return SiteProfile(
        name="hosts",
        seeds=tuple(f"http://{host}/" for host in _HOSTS),
        scope=Scope(hosts=_HOSTS, **scope),
        politeness=Politeness(**{"total_concurrency": 6, **polite}),
        traps=Traps(share=0.2),
    )


CRAWLS: dict[str, tuple[SiteProfile, int | None]] = {
    "a pause": (_profile({}, delay=4.0), None),
    "no pause": (_profile({}, delay=0, concurrency=3), None),
    "several at a time": (_profile({"max_host_pages": 40}, delay=1.0, concurrency=3), None),
    "many at a time": (_profile({}, delay=2.0, concurrency=2, total_concurrency=40), None),
    "a narrow line": (_profile({}, delay=1.0, concurrency=2, bandwidth=2_000), None),
    "some hours": (_profile({}, delay=1.0, hours=("08:00-08:02", "08:04-08:06", "08:08-24:00")), None),
    "a sample": (_profile({}, delay=1.0, concurrency=2), 10_000),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", CRAWLS)
def test_the_same_host_comes_next_as_by_a_look_at_every_host(tmp_path: Path, name: str, seed: int) -> None:
    profile, sample = CRAWLS[name]
    both = _Both(tmp_path, profile, sample, seed)
    for _ in range(_STEPS):
        while both.next():
            if len(both.sides[0].frontier.in_hand) > 3:
                break
        both.happens()
        both.passes()
        ours, expected = (side.frontier for side in both.sides)
        assert (len(ours), ours.waiting()) == (len(expected), expected.waiting())
        assert ours.only_doubts_are_left == expected.only_doubts_are_left
    assert len(both.asked) > 100
    assert all(both.met[what] > 0 for what in ("answer", "another try", "in doubt", "put back", "rests", "give up"))
    for side in both.sides:
        side.close()


def test_hosts_that_change_their_turn_a_thousand_times_leave_nothing_in_memory() -> None:
    turns = HostTurns()
    for moment in range(1_000):
        for host in _HOSTS:
            turns.stand(host, 1)
            turns.sleep(host, math.inf)
            turns.stand(host, 1)
            turns.rest(host, 10_000.0 + moment)
    assert len(turns) < 300
    assert turns.first() is None
    assert not turns.any_is_up
    assert turns.risen(10_998.0) == []
    assert turns.risen(10_999.0) == sorted(_HOSTS)
