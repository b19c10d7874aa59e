"""Coordinator: starts the shards of a crawl, hears them, shares out what the crawl may take, and ends them together.

No address passes through it: the owner of one reads it in the ledger of the shard that found it. What it knows it can
lose at any moment: a new one hears everything anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait

from portal_crawler.engine.crawl import OnProgress
from portal_crawler.engine.limits import Limits, Tally
from portal_crawler.engine.shard_report import Kind, ShardReport, ShardTask, Standing, Tells
from portal_crawler.errors import StateError
from portal_crawler.frontier.ownership import shard_name
from portal_crawler.shards.grants import Grants
from portal_crawler.shards.interrupts import Interrupts
from portal_crawler.shards.rest import at_rest
from portal_crawler.shards.shard_worker_process import ShardProcess
from portal_crawler.shards.wishes_disk import Wishes

FINISHED, INTERRUPTED = "finished", "interrupted"
# Seconds without a word from any shard until the coordinator looks about.
_LOOK = 0.2
# Deaths of a shard without a page in between until it is given up.
_DEATHS = 3


class Coordinator:
    """One run of the shards of a crawl.

    :param tasks: of each shard, in order of their numbers.
    :param limits: of the whole crawl.
    :param wishes: what is asked for from outside.
    :param say: told, in a sentence, what a person should know.
    """

    def __init__(
        self,
        tasks: Sequence[ShardTask],
        limits: Limits,
        wishes: Wishes,
        on_progress: OnProgress | None = None,
        say: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._tasks, self._limits, self._wishes = tasks, limits, wishes
        self._on_progress, self._say = on_progress, say
        self._grants = Grants(limits.pages, len(tasks)) if limits.pages is not None else None
        self._shards: dict[int, ShardProcess] = {}
        self._reports: list[ShardReport | None] = [None] * len(tasks)
        self._deaths = [0] * len(tasks)
        self._pages_at_death = [-1] * len(tasks)
        self._ending = ""
        self._is_last = False
        self._error: BaseException | None = None
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since this run began."""
        return time.monotonic() - self._begun

    def tally(self) -> Tally:
        """What all shards have done so far, by their latest words."""
        reports = [one for one in self._reports if one is not None]
        sums = (sum(getattr(one, name) for one in reports) for name in ("pages", "articles", "failed", "bytes"))
        return Tally(*sums)

    @property
    def before(self) -> int:
        """The pages of earlier runs."""
        return sum(one.before for one in self._reports if one is not None)

    def run(self) -> str:
        """Crawl until all shards have ended: "finished", "interrupted", "memory", or the limit that was reached.

        :raises PortalCrawlerError: what a shard said that a person must mend.
        :raises StateError: where a shard dies again and again.
        """
        with Interrupts() as interrupts:
            try:
                for task in self._tasks:
                    self._begin(task.number)
                while self._shards:
                    self._listen()
                    self._heed(interrupts)
                    if not self._ending:
                        self._look()
            finally:
                for shard in self._shards.values():
                    shard.close()
        if self._error is not None:
            raise self._error
        return self._ending

    # -- the processes

    def _begin(self, number: int) -> None:
        shard = self._shards[number] = ShardProcess(self._tasks[number])
        if self._grants is not None:
            self._grants.begun_again(number)
            if pages := self._grants.granted(number):
                shard.tell(Kind.GRANT, pages)
        if self._is_last:
            shard.tell(Kind.LAST)
        if self._ending:
            shard.tell(Kind.END)

    def _listen(self) -> None:
        links = {shard.link: shard for shard in self._shards.values()}
        for link in wait(list(links), _LOOK):
            shard = links[link]  # type: ignore[index]  # one of those that were waited for
            try:
                while self._shards.get(shard.number) is shard and shard.link.poll():
                    self._heard(shard, *shard.hear())
            except EOFError:
                self._died(shard)

    def _heard(self, shard: ShardProcess, kind: Tells, told: object) -> None:
        if isinstance(told, ShardReport):
            shard.report = self._reports[shard.number] = told
        elif kind is Tells.NOTICE:
            self._say(f"shard {shard_name(shard.number)}: {told}")
        elif kind is Tells.FAILED and isinstance(told, BaseException):
            self._fail(told)
        elif kind is Tells.ENDED:
            self._ended(shard, str(told))

    def _ended(self, shard: ShardProcess, reason: str) -> None:
        """A shard ended as it should; or by itself, and then all end with it."""
        self._shards.pop(shard.number).close()
        if not self._ending:
            self._end(reason if reason == "memory" else INTERRUPTED, Kind.STOP)

    def _died(self, shard: ShardProcess) -> None:
        """A shard is gone without a word: what it has committed is there, and another process goes on from it."""
        if self._shards.get(shard.number) is not shard:
            return
        ending = shard.ending()
        self._shards.pop(shard.number).close()
        if self._ending in (INTERRUPTED, "memory") or self._error is not None:
            return
        number, pages = shard.number, shard.report.pages if shard.report else self._pages_at_death[shard.number]
        self._deaths[number] = self._deaths[number] + 1 if pages <= self._pages_at_death[number] else 1
        self._pages_at_death[number], self._reports[number] = pages, None
        name = f"shard {shard_name(number)}"
        if self._deaths[number] >= _DEATHS:
            cure = f"see {shard.log}; the same command goes on from here"
            self._fail(StateError(name, f"died {_DEATHS} times without a page in between: {ending}", cure))
            return
        self._say(f"{name} died: {ending}; it is started again")
        self._begin(number)

    def _fail(self, error: BaseException) -> None:
        if self._error is None:
            self._error = error
            self._end(INTERRUPTED, Kind.STOP)

    def _end(self, ending: str, kind: Kind) -> None:
        self._ending = ending
        for shard in self._shards.values():
            shard.tell(kind)

    # -- what the whole crawl decides

    def _heed(self, interrupts: Interrupts) -> None:
        """Act on what comes from outside: Ctrl-C, and once more; a wish in the crawl's folder."""
        if interrupts.count > 1:
            self._ending = INTERRUPTED
            for shard in self._shards.values():
                shard.kill()
        elif self._ending in (INTERRUPTED, "memory"):
            return
        elif interrupts.count or self._wishes.to_stop([shard.number for shard in self._shards.values()]):
            self._say("stopping: what is under way is waited for; the same command goes on later")
            self._end(INTERRUPTED, Kind.STOP)

    def _look(self) -> None:
        if self._grants is not None:
            self._grants.heard(self._reports)
        tally = self.tally()
        if self._on_progress:
            queued = sum(one.queued for one in self._reports if one is not None)
            self._on_progress(tally.pages, queued, tally.articles, tally.failed, self.seconds, self.before)
        heard = [report for report in self._reports if report is not None]
        if len(heard) < len(self._reports):
            return
        if hit := self._limits.hit(tally, self.seconds):
            self._end(hit, Kind.END)
            return
        standing = at_rest(heard)
        if standing is Standing.IDLE:
            self._end(FINISHED, Kind.END)
        elif standing is Standing.DOUBTS and not self._is_last:
            self._is_last = True
            for shard in self._shards.values():
                shard.tell(Kind.LAST)
        elif self._grants is not None:
            self._grant(self._grants, heard)

    def _grant(self, grants: Grants, reports: Sequence[ShardReport]) -> None:
        for number, pages in grants.wanted(reports).items():
            shard = self._shards[number]
            order = shard.tell(Kind.GRANT, pages)
            if pages < grants.granted(number):
                grants.asked_back(number, order)
