"""Finish: how a crawl begins and ends in its folder, whichever command runs it."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from portal_crawler.engine.crawl import Crawl
from portal_crawler.engine.failure_reason import SILENT
from portal_crawler.engine.headroom import give_back
from portal_crawler.errors import ExitCode, RobotsRefusedError, SeedsUnreachableError
from portal_crawler.frontier.soft_404 import ABSENT
from portal_crawler.frontier.starts import starts_of
from portal_crawler.records.absent_pages import Apologies
from portal_crawler.records.archive_sources import archive_names, collection_of
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.manifest_json import CrawlFacts, drop_sums, read_crawl, write_crawl, write_sums
from portal_crawler.records.replace_jsonl import NEW, finish_replacing
from portal_crawler.records.second_reading import Kept, read_again
from portal_crawler.records.sinks import TEMPLATE
from portal_crawler.report.gates import broken_gates, yield_of
from portal_crawler.report.summary import from_crawl
from portal_crawler.sites.profile_toml import dump_profile, profile_digest
from portal_crawler.template.tally import TemplateTally
from portal_crawler.template.template_json import load_template

_LIMIT_CODES = {
    "pages": ExitCode.TIME_OR_PAGE_LIMIT,
    "seconds": ExitCode.TIME_OR_PAGE_LIMIT,
    "bytes": ExitCode.SIZE_LIMIT,
    "memory": ExitCode.INTERRUPTED,
}


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """How a crawl ended: the exit code, the reason as ``crawl.json`` has it, and the pages of earlier runs."""

    exit_code: ExitCode
    finish_reason: str
    before: int = 0


def begin_crawl(crawl: Crawl) -> CrawlFacts:
    """Freeze the profile, and say that the crawl runs."""
    replace_file(crawl.folder / "profile.toml", dump_profile(crawl.profile).encode())
    drop_sums(crawl.folder)
    facts = CrawlFacts(
        command=tuple(sys.argv),
        profile=crawl.profile.name,
        profile_hash=profile_digest(crawl.profile),
        seeds=starts_of(crawl.profile),
        started=crawl.started,
        since=crawl.since,
        reads=crawl.reads,
        jobs=int((read_crawl(crawl.folder) or {}).get("jobs", 1)),  # shards that became this folder
    )
    write_crawl(crawl.folder, facts)
    return facts


def finish_crawl(crawl: Crawl, facts: CrawlFacts, fetched: float | None = None) -> CrawlOutcome:
    """Settle the dataset of a crawl that has ended, close it, and write what it came to.

    :param fetched: seconds that the fetching took, where it was not this process that fetched.
    :raises SeedsUnreachableError: where no start gave an answer.
    :raises RobotsRefusedError: where robots.txt forbids every start.
    """
    fetching = crawl.seconds if fetched is None else fetched
    begun = time.monotonic()
    try:
        _raise_what_stopped(crawl)
        outcome = _outcome(crawl)
        if outcome.exit_code is not ExitCode.INTERRUPTED:
            crawl.outputs.close()
            crawl.rest()
            give_back()
            _read_again(crawl)
            give_back()
            since = crawl.folder / crawl.since if crawl.since else None
            settled = assemble_dataset(crawl.folder, crawl.profile, crawl.ledger, since)
            facts = replace(facts, mirrors=settled.mirrors)
            crawl.ledger.visits.set_stories(settled.joined)
            crawl.ledger.commit()
            _finish_archive(crawl)
    finally:
        crawl.close()
    timings = {"fetching": round(fetching, 3), "settling": round(time.monotonic() - begun, 3)}
    return _end(crawl, facts, outcome, timings)


def _read_again(crawl: Crawl) -> None:
    """Read by what the crawl's own pages taught, where the bytes of its pages are kept."""
    source = crawl.folder / crawl.reads if crawl.reads else crawl.folder
    if not crawl.reads and (crawl.outputs.archive is None or not archive_names(crawl.folder)):
        return  # none are kept: by the profile's wish, or since nothing was asked for
    known = crawl.folder / crawl.since / TEMPLATE if crawl.since else None
    earlier = load_template(known).tally if known is not None and known.exists() else TemplateTally()
    with collection_of(source) as captures:
        kept = Kept(captures, crawl.profile.limits.unpacked_bytes, crawl.readers.read_all)
        apologies = Apologies.of(crawl.ledger.all_host_facts(ABSENT))
        changed = read_again(crawl.folder, crawl.profile, kept, earlier, crawl.ledger, apologies)
    crawl.readers.close()
    crawl.ledger.visits.set_stories(changed)
    crawl.ledger.commit()


def _finish_archive(crawl: Crawl) -> None:
    """The archive's files get their names, and the index its order."""
    if crawl.outputs.archive is None:
        return
    lengths = crawl.outputs.archive.finish(NEW)
    crawl.ledger.finalize(lengths)
    finish_replacing(crawl.folder, lengths)
    crawl.ledger.replaced()


def _raise_what_stopped(crawl: Crawl) -> None:
    if isinstance(crawl.error, sqlite3.DatabaseError):
        raise crawl.ledger.trouble(crawl.error) from crawl.error
    if crawl.error is not None:
        raise crawl.error
    if not crawl.tally.pages:
        raise_lost_starts(crawl.ledger.seed_states())


def raise_lost_starts(seeds: Sequence[tuple[str, str, str]]) -> None:
    """Say why a crawl has no page, where its starts are the reason.

    :param seeds: (URL, state, reason) of each start.
    :raises SeedsUnreachableError: where no start gave an answer.
    :raises RobotsRefusedError: where robots.txt forbids every start.
    """
    if seeds and all(state == "failed" for _, state, _ in seeds):
        url, _, reason = seeds[0]
        cure = "check the address and the network, then run the same command again"
        said = reason.removeprefix("the host ") if reason.startswith(SILENT) else f"gave no answer ({reason})"
        raise SeedsUnreachableError(url, said, cure)
    if seeds and all(state == "skipped" and reason == "not_archived" for _, state, reason in seeds):
        raise SeedsUnreachableError(seeds[0][0], "is not in the archive", "name an archive of this portal with --from")
    if seeds and all(state == "skipped" and reason == "robots" for _, state, reason in seeds):
        cure = "ask the portal's operator, or set [politeness] robots and statement in the profile"
        raise RobotsRefusedError(seeds[0][0], "robots.txt forbids every start of the profile", cure)


def _outcome(crawl: Crawl) -> CrawlOutcome:
    # A second Ctrl-C stops the reactor before Scrapy has a word for the end.
    if crawl.ended in {"", "shutdown"}:
        return CrawlOutcome(ExitCode.INTERRUPTED, "interrupted", crawl.before)
    states = crawl.ledger.counts()
    # Addresses that were claimed but not sent are in flight until the ledger is opened again.
    if crawl.allowance.hit and (states.get("queued") or states.get("in_flight")):
        return CrawlOutcome(_LIMIT_CODES[crawl.allowance.hit], f"limit of {crawl.allowance.hit}", crawl.before)
    return CrawlOutcome(ExitCode.OK, "finished", crawl.before)


def _end(crawl: Crawl, facts: CrawlFacts, outcome: CrawlOutcome, timings: dict[str, float]) -> CrawlOutcome:
    """Write what the crawl came to, and hold it against the profile's gates."""
    folder = crawl.folder
    summary = from_crawl(folder)
    end = datetime.now(UTC)
    facts = replace(facts, finished=end, finish_reason=outcome.finish_reason, counts=summary.counts(), timings=timings)
    gates = crawl.profile.gates
    broken = broken_gates(gates, yield_of(folder, gates, summary)) if outcome.exit_code is ExitCode.OK else ()
    write_crawl(folder, replace(facts, gates=tuple(asdict(one) for one in broken)))
    if outcome.exit_code is ExitCode.INTERRUPTED:
        return outcome
    write_sums(folder)
    return replace(outcome, exit_code=ExitCode.GATE_FAILED) if broken else outcome
