"""Crawl: one crawl's state while it runs. Which address comes next, what an answer means, and when to commit.

Knows no Scrapy: the scheduler, the middlewares and the commit pipeline are its shell.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import HttpResponse
from portal_crawler.capture import Capture
from portal_crawler.disk import make_folder
from portal_crawler.engine.archive_options import archive_options
from portal_crawler.engine.failure_reason import failure_reason, tries_after
from portal_crawler.engine.known_keys import KnownKeys
from portal_crawler.engine.limits import FROM_SEEDS, CrawlStart, Limits, Tally, backoff
from portal_crawler.engine.outputs import OutputRegistry
from portal_crawler.engine.redirect_watch import RedirectWatch
from portal_crawler.engine.skip_log import SkipLog
from portal_crawler.engine.stopping import stopping
from portal_crawler.engine.visit_log import VisitLog
from portal_crawler.frontier.follow import REDIRECT, follow, in_a_row, told
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow, Ledger
from portal_crawler.frontier.lost_page import lost_page
from portal_crawler.frontier.scope import Refusal, ScopeRule
from portal_crawler.frontier.starts import known_again, seeds
from portal_crawler.frontier.visits_sqlite import relative_folder
from portal_crawler.reading import PageReading
from portal_crawler.records.archive_sources import collection_of
from portal_crawler.records.capture_fields import Outcome, aside_fields
from portal_crawler.records.replace_jsonl import finish_replacing
from portal_crawler.records.sinks import SKIPPED
from portal_crawler.records.skip_record import Bin
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import UrlRules
from portal_crawler.verdict import VerdictKind

# The commit's rhythm: what a kill can cost, against what an fsync costs.
_COMMIT_SECONDS = 0.2
_COMMIT_PAGES = 200
# Addresses claimed at once: one statement for many pages, and little in memory.
_CLAIM = 64
# Addresses of an earlier crawl that are queued together.
_HEAP = 1_000

# pages, queued, articles, failed, seconds, pages of earlier runs
OnProgress = Callable[[int, int, int, int, float, int], None]


class Crawl:
    """The open crawl of a folder, which is made where it is missing.

    ``limit_hit`` names the limit that ended it ("pages", "bytes", "seconds") or is "", ``error`` is what stopped it,
    ``at_error`` what is to be done then. ``ended`` is Scrapy's word for its end, ``at_end`` what is to be done then.
    After an error nothing more is committed. ``before`` counts the pages of earlier runs.

    ``source`` holds the archive that answers in place of the network, or is ``None``.
    """

    def __init__(
        self,
        profile: SiteProfile,
        folder: Path,
        limits: Limits | None = None,
        on_progress: OnProgress | None = None,
        start: CrawlStart = FROM_SEEDS,
    ) -> None:
        self.profile, self.folder = profile, folder
        make_folder(folder)
        self.ledger = Ledger(folder)
        if lengths := self.ledger.replacing:  # killed while the settled files took their place
            self.ledger.finalize(lengths)  # the killed process may have written it without a sync
            finish_replacing(folder, lengths)
            self.ledger.replaced()
        if self.ledger.meta("started") is None:
            self.ledger.set_meta("started", datetime.now(UTC).isoformat())
        self.started = datetime.fromisoformat(self.ledger.meta("started") or "")
        if start.source is not None and self.ledger.meta("seeded") is None:
            self.ledger.set_meta("from", relative_folder(start.source, folder))
        self.source = collection_of(folder / self.reads) if self.reads else None
        archived = profile.output.warc and self.source is None
        options = archive_options(profile, self.started) if archived else None
        self.outputs = OutputRegistry(folder, profile, self.ledger, options)
        scope = profile.scope
        self.limits = limits or Limits(scope.max_pages, scope.max_bytes, scope.max_seconds)
        self.limit_hit = ""
        self.error: BaseException | None = None
        self.ended = ""
        self.at_end: Callable[[], object] = lambda: None
        self.at_error: Callable[[], object] = lambda: None
        self.tally = Tally()
        self.wake: Callable[[float], None] = lambda _: None
        self._on_progress = on_progress
        self._scope = ScopeRule(profile)
        self._rules = UrlRules(frozenset(profile.urls.drop_params))
        self._started = time.monotonic()
        self._known = KnownKeys(self.ledger)
        self._redirects = RedirectWatch(self.ledger, profile.limits.redirects)
        self._waiting: dict[str, deque[FrontierRow]] = {}
        self._active: Counter[str] = Counter()
        self._in_hand: dict[str, FrontierRow] = {}
        self._since_commit, self._last_commit = 0, self._started
        self._begin(start.since)
        # Of known addresses one at a time: what a page newly leads to comes before them.
        self._claim = 1 if self.since else _CLAIM
        self.visits = VisitLog(
            self.ledger.visits, folder, again=bool(self.since), archived=archived, most=profile.limits.unpacked_bytes
        )

    def _begin(self, since: Path | None) -> None:
        states = self.ledger.counts()
        if not states.get("done") and states.get("failed"):
            # Nothing answered the last time: the same command is there to try the starts again.
            self.ledger.retry_failed()
            states = self.ledger.counts()
        self._queued: Counter[str] = Counter(self.ledger.queued_by_host())
        self.tally.pages = self.before = states.get("done", 0)
        self.tally.failed = states.get("failed", 0)
        self.tally.articles = int(self.ledger.meta("articles") or 0)
        self.tally.bytes = int(self.ledger.meta("bytes") or 0)
        self._skips = SkipLog(self.outputs.jsonl(SKIPPED))
        if self.ledger.meta("seeded") is None:
            self._seed(since)

    def _seed(self, since: Path | None) -> None:
        """Fill the frontier, in one commit."""
        first = seeds(self.profile, self._scope, self._rules)
        self._add(first)
        self.ledger.set_meta("seeded", "1")
        if since is None:
            self.commit()
            return
        folder = relative_folder(since, self.folder)
        self.ledger.set_meta("since", folder)
        with self.ledger.visits.taken_over(since / LEDGER, folder) as known:
            seeded = frozenset(one.url_key for one in first)
            again = known_again(known, self._scope, self.profile.revisit, time.time(), seeded)
            while heap := list(islice(again, _HEAP)):
                self._add(heap)
            self.commit()

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
        if self._is_over() or self.error is not None:
            return None
        most, in_all = self.profile.politeness.concurrency, self.profile.politeness.total_concurrency
        if len(self._in_hand) >= in_all:  # answers that wait to be read count too: a kill costs all of them
            return None
        for host in list(self._queued | Counter({host: 1 for host, rows in self._waiting.items() if rows})):
            if self._active[host] >= most:
                continue
            rows = self._waiting.setdefault(host, deque())
            if not rows and self._queued[host]:
                rows.extend(self.ledger.claim(host, self._claim, time.time()))
                self._queued[host] -= len(rows)
            if rows:
                row = rows.popleft()
                self._active[host] += 1
                self._in_hand[row.url_key] = row
                return row
        return None

    def has_more(self) -> bool:
        """Whether anything is left to fetch, now or later."""
        if self._is_over() or self.error is not None:
            return False
        return any(self._queued.values()) or any(self._waiting.values())

    def _is_over(self) -> bool:
        limits, tally = self.limits, self.tally
        if limits.pages is not None and tally.pages + len(self._in_hand) >= limits.pages:
            if tally.pages >= limits.pages:
                self.limit_hit = "pages"
            return True
        if limits.bytes is not None and tally.bytes >= limits.bytes:
            self.limit_hit = "bytes"
        elif limits.seconds is not None and time.monotonic() - self._started >= limits.seconds:
            self.limit_hit = "seconds"
        return bool(self.limit_hit)

    # -- what an answer means

    def answered(self, key: str, capture: Capture, exchange: Exchange, message: HttpResponse) -> Capture | None:
        """An address gave an answer: its exchange is written into the archive together with its page.

        :returns: the capture with what it repeats of the crawl before; ``None`` where it is asked for once more.
        """
        compared = self.visits.compared(key, capture, exchange, message)
        if compared is None:
            self.again(key, 0.0, "unchanged since the crawl before, whose archive no longer holds it", exchange)
        elif self.outputs.archive:
            self.outputs.archive.hold(key, exchange, message, compared.revisit)
        return compared

    def conditions(self, key: str) -> dict[str, str]:
        """The request headers that ask an address whether it changed since the crawl before."""
        return self.visits.conditions(key)

    @stopping
    def page_done(self, reading: PageReading) -> None:
        """A page's lines are in the outputs: note it, queue what it leads to, commit if it is time."""
        capture = reading.capture
        row = self._release(reading.url_key)
        if row is None:
            return
        self.ledger.done(row.id, capture.status, capture.payload_digest, capture.warc)
        fresh, found = self._known.fresh(reading.links), list[Discovery]()
        if fresh:
            found = follow(fresh, self._scope, capture.url, row.depth, row.hops, self.profile.limits.redirects)
            self._add(found)
        self._add(told(self._known.fresh(reading.bad_links), capture.url, row.depth, row.hops))
        if lost := lost_page(reading) or self._redirects.lost(reading):
            self._skips.tell(row, lost, Bin.FETCHED)
        self.visits.done(reading, sum(one.reason is None for one in found))
        tally = self.tally
        tally.pages += 1
        tally.bytes += len(capture.body)
        if reading.is_article and (reading.verdict is None or reading.verdict.kind is not VerdictKind.SAME):
            tally.articles += 1
        self._staged()

    @stopping
    def no_answer(self, key: str, reason: str, exchange: Exchange | None = None) -> None:
        """An address gave no (whole) answer: queue it once more, or give it up."""
        row = self._in_hand.get(key)
        if row is None:
            return
        truncated = exchange.truncated if exchange else None
        word = failure_reason(reason, truncated)
        if row.tries < tries_after(truncated, self.profile.politeness.retries):
            self.again(key, backoff(row.tries), reason, exchange)
            return
        self._release(key)
        self.set_aside(exchange, Outcome.FAILED, reason, row.via)
        self.ledger.failed(row.id, reason)
        self.tally.failed += 1
        self._skips.tell(row, Refusal(word, reason), Bin.FAILED)
        self._staged()

    def may_retry(self, key: str) -> bool:
        """Whether an address has tries left."""
        row = self._in_hand.get(key) if self.source is None else None
        return row is not None and row.tries < self.profile.politeness.retries

    @stopping
    def again(self, key: str, delay: float, reason: str, exchange: Exchange | None = None) -> None:
        """Fetch an address in hand once more, in ``delay`` seconds."""
        row = self._release(key)
        if row is not None:
            self.set_aside(exchange, Outcome.RETRIED, reason, row.via)
            self.ledger.again(row.id, time.time() + delay, reason)
            self._queued[row.host] += 1
            self.wake(delay)
            self._staged()

    @stopping
    def moved(self, key: str, url: str, exchange: Exchange) -> bool:
        """Ask for an address in hand as ``url``, another spelling of it; ``False`` where that may not be."""
        row = self._in_hand.get(key)
        most = self.profile.limits.redirects
        if row is None or in_a_row(row.hops) >= most or self._scope.refusal(url, key, row.depth):
            return False
        self._release(key)
        self.set_aside(exchange, Outcome.RETRIED, f"it redirects to {url}", row.via)
        self.ledger.moved(row.id, url, row.hops + REDIRECT)
        self._queued[row.host] += 1
        self.wake(0.0)
        self._staged()
        return True

    @stopping
    def refused(self, key: str, reason: str, rule: str) -> None:
        """An address in hand may not be fetched (robots.txt, an address policy)."""
        row = self._release(key)
        if row is None:
            return
        self.ledger.skip(row.id, reason, rule)
        self._skips.tell(row, Refusal(reason, rule), Bin.SKIPPED)
        self._staged()

    @stopping
    def set_aside(self, exchange: Exchange | None, outcome: Outcome, reason: str = "", via: str | None = None) -> None:
        """Archive an exchange that becomes no page."""
        if exchange is not None and self.outputs.archive:
            self.outputs.archive.add(exchange, aside_fields(exchange, outcome, reason, via))

    def _release(self, key: str) -> FrontierRow | None:
        row = self._in_hand.pop(key, None)
        if row is not None:
            self._active[row.host] -= 1
        return row

    def _add(self, found: list[Discovery]) -> None:
        self.ledger.add(found)
        refused = []
        for one in found:
            if one.reason is None:
                self._queued[one.host] += 1
            else:
                refused.append(one)
        if refused:
            self._skips.write(refused)

    @stopping
    def robots_of(self, place: str) -> dict[str, Any]:
        """What is known of the robots.txt of a scheme and host; empty where nothing is."""
        return self.ledger.host_facts(place)

    @stopping
    def note_robots(self, place: str, facts: dict[str, Any]) -> None:
        """Keep what a robots.txt said."""
        self.ledger.set_host_facts(place, facts)

    # -- the commit

    def _staged(self) -> None:
        self._since_commit += 1
        if self.error is not None:
            return
        if self._since_commit >= _COMMIT_PAGES or time.monotonic() - self._last_commit >= _COMMIT_SECONDS:
            self.commit()

    @stopping
    def commit(self) -> None:
        """Outputs to the disk, then one transaction."""
        lengths = self.outputs.sync()
        self.ledger.set_meta("articles", str(self.tally.articles))
        self.ledger.set_meta("bytes", str(self.tally.bytes))
        self.ledger.commit(lengths)
        self._since_commit, self._last_commit = 0, time.monotonic()
        if self._on_progress:
            queued = self._queued.total() + sum(map(len, self._waiting.values())) + len(self._in_hand)
            tally = self.tally
            self._on_progress(tally.pages, queued, tally.articles, tally.failed, self.seconds, self.before)

    @property
    def seconds(self) -> float:
        """Seconds since this run began."""
        return time.monotonic() - self._started

    def fail(self, error: BaseException) -> None:
        """What a person must mend has happened, or a defect shown: nothing more is committed, and the crawl ends."""
        if self.error is None:
            self.error = error
            self.at_error()

    def close(self) -> None:
        """Close files and ledger; what is not committed is undone."""
        try:
            self.outputs.close()
        finally:
            self.ledger.close()
            if self.source is not None:
                self.source.close()
