"""Crawl: one crawl's state while it runs. Which address comes next, what an answer means, and when to commit.

Knows no Scrapy: the scheduler, the middlewares and the commit pipeline are its shell.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import HttpResponse
from portal_crawler.capture import Capture
from portal_crawler.engine.absent_answers import is_probe
from portal_crawler.engine.allowance import Allowance
from portal_crawler.engine.archive_options import archive_options
from portal_crawler.engine.commits import Commits
from portal_crawler.engine.crawl_frontier import CrawlFrontier
from portal_crawler.engine.failure_reason import NETWORK, SILENT, failure_reason, tries_after
from portal_crawler.engine.limits import FROM_SEEDS, CrawlStart, Limits
from portal_crawler.engine.notices import Notices
from portal_crawler.engine.opening import opened_ledger, tally_of
from portal_crawler.engine.outputs import OutputRegistry
from portal_crawler.engine.pacing import Pacing
from portal_crawler.engine.reading_workers import ReadingWorkers
from portal_crawler.engine.share import WHOLE, Share
from portal_crawler.engine.skip_log import SkipLog
from portal_crawler.engine.stopping import stopping
from portal_crawler.engine.visit_log import VisitLog
from portal_crawler.engine.wider_scope import take_up_left_out
from portal_crawler.engine.withdrawal import same_bytes, same_story
from portal_crawler.frontier.ledger_sqlite import FrontierRow
from portal_crawler.frontier.scope import TAKEDOWN, Refusal
from portal_crawler.frontier.visits_sqlite import relative_folder
from portal_crawler.reading import PageReading
from portal_crawler.records.archive_sources import collection_of
from portal_crawler.records.capture_fields import Outcome, aside_fields
from portal_crawler.records.sinks import SKIPPED
from portal_crawler.records.takedown_journal_json import refuse_unfinished
from portal_crawler.records.tombstones_jsonl import withdrawn_for
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.verdict import VerdictKind

# Seconds until a disk without room is looked at again.
_LOOK_AGAIN = 2.0

# pages, queued, articles, failed, seconds, pages of earlier runs
OnProgress = Callable[[int, int, int, int, float, int], None]


class Crawl:
    """The open crawl of a folder, which is made where it is missing.

    ``allowance`` says whether it may go on, ``error`` is what stopped it, ``at_error`` what is to be done then.
    ``ended`` is Scrapy's word for its end, ``at_end`` what is to be done then.
    After an error nothing more is committed. ``before`` counts the pages of earlier runs. While ``paused`` nothing more
    is asked for.

    ``source`` holds the archive that answers in place of the network, or is ``None``. ``share`` is the part of the
    crawl that this process has. ``taken_up`` counts the addresses that an earlier scope had left out, ``new_starts``
    those that the profile names since the crawl last ran.
    """

    def __init__(
        self,
        profile: SiteProfile,
        folder: Path,
        limits: Limits | None = None,
        on_progress: OnProgress | None = None,
        start: CrawlStart = FROM_SEEDS,
        share: Share = WHOLE,
    ) -> None:
        self.profile, self.folder, self.share = profile, folder, share
        self.ledger = opened_ledger(folder)
        self.started = datetime.fromisoformat(self.ledger.meta("started") or "")
        if start.source is not None and self.ledger.meta("seeded") is None:
            self.ledger.set_meta("from", relative_folder(start.source, folder))
        self.source = collection_of(folder / self.reads) if self.reads else None
        archived = profile.output.warc and self.source is None
        options = archive_options(profile, self.started, share.mark) if archived else None
        self.taken_up, self.new_starts = take_up_left_out(folder, profile, self.ledger, share), 0
        self.outputs = OutputRegistry(folder, profile, self.ledger, options)
        self.allowance = Allowance(folder, profile, limits, start.sample)
        self.error: BaseException | None = None
        self.ended = ""
        self.paused = False
        self.at_end: Callable[[], object] = lambda: None
        self.at_error: Callable[[], object] = lambda: None
        self.readers = ReadingWorkers(profile)
        self.wake: Callable[[float], None] = lambda _: None
        self.notices = Notices()
        self._on_progress = on_progress
        self._started = time.monotonic()
        self._commits = Commits(self.ledger, self.outputs)
        self.pacing = Pacing(self.ledger, profile.politeness, sparing=self.source is None)
        self._sampling = self.allowance.sampling
        self._begin(start.since)
        self.visits = VisitLog(
            self.ledger.visits, folder, again=bool(self.since), archived=archived, most=profile.limits.unpacked_bytes
        )

    def _begin(self, since: Path | None) -> None:
        self.tally = tally_of(self.ledger, retry=self.share.retries)
        self.before = self.tally.pages
        again = since is not None or self.since is not None
        skips = SkipLog(self.outputs.jsonl(SKIPPED))
        if since is not None:
            refuse_unfinished(since)
        self._withdrawn = withdrawn_for(self.folder, *([since] if since else []))
        self._frontier = CrawlFrontier(
            *(self.profile, self.ledger, skips, self.pacing, self._sampling),
            again=again,
            withdrawn=self._withdrawn,
            share=self.share,
        )
        if self.ledger.meta("seeded") is None:
            self._frontier.begin(since, self.folder, self.commit)
        else:
            self.new_starts = self._frontier.go_on(self.commit)

    @property
    def since(self) -> str | None:
        """The folder of the crawl before, relative to this crawl's own."""
        return self.ledger.meta("since")

    @property
    def reads(self) -> str | None:
        """The path of the archive that answers in place of the network, relative to the crawl's folder."""
        return self.ledger.meta("from")

    # -- what comes next

    @stopping
    def next_row(self) -> FrontierRow | None:
        """The next address to fetch, now in hand; ``None`` while none may be fetched."""
        if self.paused or self._is_over() or self.error is not None:
            return None
        if self.allowance.waits_for_room(self.notices):
            self.wake(_LOOK_AGAIN)
            return None
        row, soonest = self._frontier.next(self.tally.pages + self.tally.failed)
        if row is None and soonest is None and self._gives_up_doubts():
            for _ in self._frontier.give_up_doubts():  # no more of it may be tried
                self._staged()
            row, soonest = self._frontier.next(self.tally.pages + self.tally.failed)
        if row is not None:
            if self.pacing.meets(row.host):
                self.commit()  # after a kill it must be known that this host was asked
            self.pacing.sends(row.host)
            self._sampling.spent += 1
        elif soonest is not None:
            self.wake(soonest)
        return row

    def has_more(self) -> bool:
        """Whether anything is left to fetch, now or later."""
        if self._is_over() or self.error is not None:
            return False
        return self._frontier.waiting() > 0

    def _gives_up_doubts(self) -> bool:
        return self._frontier.only_doubts_are_left

    def _is_over(self) -> bool:
        return self.allowance.is_over(self.tally, self.seconds, len(self._frontier.in_hand))

    # -- what an answer means

    def answered(self, key: str, capture: Capture, exchange: Exchange, message: HttpResponse) -> Capture | None:
        """An address gave an answer: its exchange is written into the archive together with its page.

        :returns: the capture with what it repeats of the crawl before; ``None`` where it is asked for once more, or
            holds the very bytes of a page that was taken down.
        """
        if self._withdrew(key, same_bytes(self._withdrawn, capture)):
            return None
        compared = self.visits.compared(key, capture, exchange, message)
        if compared is None:
            self.again(key, 0.0, "unchanged since the crawl before, whose archive no longer holds it", exchange)
        elif self.outputs.archive:
            self.outputs.archive.hold(key, exchange, message, compared.revisit)
        return compared

    @stopping
    def judged(self, reading: PageReading) -> PageReading | None:
        """A reading with what is known of its host's answers; ``None`` where the address was asked for only to learn
        that, and is no page.
        """
        row = self._frontier.in_hand.get(reading.url_key)
        if self._withdrew(reading.url_key, same_story(self._withdrawn, reading)):
            return None
        judged = reading if row is None else self._frontier.judged(row, reading)
        if row is not None and judged is None:
            self._forget(row)
            self._staged()
        return judged

    def _withdrew(self, key: str, rule: str) -> bool:
        """Keep nothing of an answer that was taken down by ``rule``, unless it was asked for as a probe; whether so."""
        row = self._frontier.in_hand.get(key) if rule else None
        if row is None or is_probe(row):
            return False
        self._frontier.release(key)
        self.visits.let_go(key)
        if self.outputs.archive:
            self.outputs.archive.let_go(key)
        self._frontier.refuse(row, Refusal(TAKEDOWN, rule))
        self.wake(0.0)
        self._staged()
        return True

    def _forget(self, row: FrontierRow) -> None:
        """A probe was answered, or is not to be sent."""
        self._frontier.release(row.url_key)
        self.visits.let_go(row.url_key)
        self.ledger.drop(row.id)
        self.wake(0.0)
        if self.outputs.archive:
            self.set_aside(self.outputs.archive.let_go(row.url_key), Outcome.PROBE, via=row.via)

    @stopping
    def page_done(self, reading: PageReading) -> None:
        """A page's lines are in the outputs: note it, queue what it leads to, commit if it is time."""
        capture = reading.capture
        row = self._frontier.release(reading.url_key)
        if row is None:
            return
        self.ledger.done(row.id, capture.status, capture.payload_digest, capture.warc)
        found = self._frontier.page(row, reading)
        self.notices.end(row.host, f"{row.host} answers again")
        self.visits.done(reading, found)
        tally = self.tally
        tally.pages += 1
        tally.bytes += len(capture.body)
        if reading.is_article and (reading.verdict is None or reading.verdict.kind is not VerdictKind.SAME):
            tally.articles += 1
        self._staged()

    @stopping
    def no_answer(self, key: str, reason: str, exchange: Exchange | None = None, word: str = "") -> None:
        """An address gave no (whole) answer: queue it once more, or give it up.

        :param word: what ``skipped.jsonl`` calls it then, where the reason does not say it.
        """
        row = self._frontier.in_hand.get(key)
        if row is None:
            return
        truncated = exchange.truncated if exchange else None
        word = word or failure_reason(reason, truncated)
        if self.pacing.is_given_up(row.host):
            self.again(key, 0.0, reason, exchange)
            self._give_up(row.host, reason, word)
            return
        if row.tries < tries_after(truncated, self.profile.politeness.retries):
            self.again(key, self.pacing.backoff(row.tries), reason, exchange)
            return
        self.set_aside(exchange, Outcome.FAILED, reason, row.via)
        if is_probe(row):
            self._forget(row)
            return
        self._frontier.release(key)
        self.visits.let_go(key)
        self._frontier.fail(row, Refusal(word, reason))
        self.tally.failed += 1
        self._staged()

    def may_retry(self, key: str) -> bool:
        """Whether an address has tries left."""
        row = self._frontier.in_hand.get(key) if self.source is None else None
        return row is not None and row.tries < self.profile.politeness.retries

    @stopping
    def again(self, key: str, delay: float, reason: str, exchange: Exchange | None = None) -> None:
        """Fetch an address in hand once more, in ``delay`` seconds."""
        row = self._frontier.release(key)
        if row is not None:
            self.set_aside(exchange, Outcome.RETRIED, reason, row.via)
            self._frontier.queue_again(row, delay, reason)
            self.wake(delay)
            self._staged()

    @stopping
    def put_back(self, key: str) -> None:
        """An address in hand was not asked for after all: its host is to be left alone for a while, or may be out."""
        row = self._frontier.release(key, asked=False)
        if row is None:
            return
        self._sampling.spent -= 1
        self._frontier.put_back(row)
        wait = self.pacing.ready_in(row.host)
        if self.pacing.is_given_up(row.host):
            self._give_up(row.host, "", NETWORK)
        elif self.pacing.is_in_doubt(row.host):
            silent = f"{row.host} gives no answer; it is asked again until it has been silent for"
            self.notices.begin(row.host, f"{silent} {self.profile.politeness.patience:g} s ([politeness] patience)")
        self.wake(wait)

    def _give_up(self, host: str, reason: str, word: str) -> None:
        """A host has been silent for too long: so have all its addresses."""
        why = f"{SILENT} {self.pacing.silence(host):.0f} s" + (f" ({reason})" if reason else "")
        count = self._frontier.fail_host(host, Refusal(word, why))
        self.tally.failed += count
        addresses = "its address is" if count == 1 else f"its {count} addresses are"
        self.notices.say(f"{host} is given up: {why}; {addresses} not asked for")
        self._staged()

    @stopping
    def moved(self, key: str, url: str, exchange: Exchange) -> bool:
        """Ask for an address in hand as ``url``, another spelling of it; ``False`` where that may not be."""
        row = self._frontier.in_hand.get(key)
        if row is None or not self._frontier.move(row, url):
            return False
        self.set_aside(exchange, Outcome.RETRIED, f"it redirects to {url}", row.via)
        self.wake(0.0)
        self._staged()
        return True

    @stopping
    def refused(self, key: str, reason: str, rule: str) -> None:
        """An address in hand may not be fetched (robots.txt, an address policy)."""
        row = self._frontier.release(key, asked=False)
        if row is None:
            return
        self._sampling.spent -= 1
        self.visits.let_go(key)
        if is_probe(row):
            self._forget(row)
            return
        self._frontier.refuse(row, Refusal(reason, rule))
        self.wake(0.0)  # nothing else may be left than what is in doubt
        self._staged()

    @stopping
    def set_aside(self, exchange: Exchange | None, outcome: Outcome, reason: str = "", via: str | None = None) -> None:
        """Archive an exchange that becomes no page."""
        if outcome is Outcome.ROBOTS:
            self._sampling.spent += 1
        if exchange is not None and self.outputs.archive:
            self.outputs.archive.add(exchange, aside_fields(exchange, outcome, reason, via))

    @stopping
    def robots_of(self, place: str) -> dict[str, Any]:
        """What is known of the robots.txt of a scheme and host; empty where nothing is."""
        return self.ledger.host_facts(place)

    @stopping
    def note_robots(self, place: str, facts: dict[str, Any]) -> None:
        """Keep what a robots.txt said, at once: after a kill it must be known how its host is to be asked."""
        self.ledger.set_host_facts(place, facts)
        self.commit()

    # -- the commit

    def _staged(self) -> None:
        if self._commits.step() and self.error is None:
            self.commit()

    @stopping
    def commit(self) -> None:
        """All that was done so far reaches the disk; after an error nothing does, not even a late robots.txt."""
        if self.error is not None:
            return
        self._commits.commit(self.tally)
        if self._on_progress:
            tally = self.tally
            self._on_progress(tally.pages, len(self._frontier), tally.articles, tally.failed, self.seconds, self.before)

    def commit_what_came(self) -> None:
        """While nothing more is asked for, answers still come: none of them waits for a later one to be committed."""
        if self._commits.waits:
            self.commit()

    @property
    def seconds(self) -> float:
        """Seconds since this run began."""
        return time.monotonic() - self._started

    def rest(self) -> None:
        """Nothing more is asked for: let go what is remembered of addresses, whose room the settling takes."""
        del self._frontier

    def fail(self, error: BaseException) -> None:
        """What a person must mend has happened, or a defect shown: nothing more is committed, and the crawl ends."""
        if self.error is None:
            self.error = error
            self.at_error()

    def close(self) -> None:
        """Close files and ledger, and end the readers; what is not committed is undone."""
        self.readers.close()
        try:
            self.outputs.close()
        finally:
            self.ledger.close()
            if self.source is not None:
                self.source.close()
