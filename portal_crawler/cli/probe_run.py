"""One probe from the command line: the sample made, the profile written, and what was and was not seen."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal_crawler.cli.folders import choose_folder, crawl_facts, make_folder, point_latest, shown
from portal_crawler.cli.progress import Progress, progress_view
from portal_crawler.cli.terminal import Terminal
from portal_crawler.engine.limits import CrawlStart
from portal_crawler.errors import ExitCode, UsageError
from portal_crawler.probe.draft import Draft, counts_by_kind, draft, fetched_in_words, missed_by_reason, missed_in_words
from portal_crawler.probe.evidence import Evidence
from portal_crawler.probe.evidence_disk import check_place, evidence_in, requests_in, write_profile
from portal_crawler.probe.sample_profile import sample_profile
from portal_crawler.sites.profile import SiteProfile


@dataclass(frozen=True, slots=True)
class ProbeWish:
    """What a person asked for: where to start, the file to write, requests at most, the evidence's folder."""

    start: SiteProfile
    path: Path
    limit: int
    out: Path | None = None
    progress: str = "auto"


def probe_into(wish: ProbeWish, door: Terminal) -> dict[str, Any]:
    """Make the sample, write the profile, tell what was found; the same as an object.

    :raises UsageError: where the folder holds a crawl already.
    :raises OutputError: where the profile cannot be written.
    :raises SeedsUnreachableError: where no seed gave a page.
    :raises RobotsRefusedError: where robots.txt forbids every seed.
    """
    check_place(wish.path)
    profile = sample_profile(wish.start)
    folder = choose_folder(profile.name, wish.out, fresh=True, resume=False) if wish.out is None else wish.out
    if (folder / "ledger.sqlite").exists():
        raise UsageError(shown(folder), "holds a crawl already", "name a new folder with --out")
    make_folder(folder)
    from portal_crawler.engine.run import CrawlOptions, run_crawl

    point_latest(folder)
    door.event("begin", folder=str(folder), profile=profile.name, resumed=False, limit=wish.limit)
    pace = f"{profile.politeness.delay:g} s apart" if profile.politeness.delay else "without a pause"
    door.say(f"probing {', '.join(wish.start.seeds)} with at most {wish.limit} requests, {pace}, into {shown(folder)}")
    with closing(progress_view(wish.progress, door, wish.limit)) as view:

        def show(pages: int, queued: int, articles: int, failed: int, seconds: float, before: int) -> None:
            view.show(Progress(pages, queued, articles, failed, seconds, before))

        start = CrawlStart(sample=wish.limit)
        outcome = run_crawl(profile, folder, CrawlOptions(None, {}, show, start, door.say))
    if outcome.exit_code is ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    evidence, requests = evidence_in(folder, wish.start), requests_in(folder)
    drafted = draft(evidence, shown(folder), datetime.now(UTC), requests)
    write_profile(wish.path, drafted.text)
    facts = crawl_facts(folder)
    reason, counts = facts.get("finish_reason"), facts.get("counts", {})
    door.event("end", folder=str(folder), exit_code=0, finish_reason=reason, counts=counts)
    _tell(drafted, evidence, requests, door)
    return {
        "profile": str(wish.path),
        "folder": str(folder),
        "requests": requests,
        "finish_reason": reason,
        "fetched": counts_by_kind(evidence),
        "missed": missed_by_reason(evidence),
        "found": [
            {"key": one.key, "value": one.value, "sure": one.sure and one.value is not None, "evidence": one.notes}
            for one in drafted.entries
        ],
    }


def _tell(drafted: Draft, evidence: Evidence, requests: int, door: Terminal) -> None:
    """What was seen, what was not, and what the profile says."""
    door.say()
    rows = [
        ("requests", f"{requests}: {fetched_in_words(evidence, requests)}"),
        ("not fetched", missed_in_words(evidence)),
    ]
    rows += [
        (one.key, _shown(one.value) + ("" if one.sure else "   (a guess, as a comment)"))
        for one in drafted.entries
        if one.value is not None and one.key not in ("name", "politeness.contact")
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        door.say(f"{name.ljust(width)}  {value}")
    troubles = [one for one in evidence.missed if one.reason not in ("offsite", "sample", "excluded", "trap")]
    for one in troubles[:5]:
        door.say(f"trouble: {one.url}: {one.reason}, {one.rule}")
    door.say()


def _shown(value: Any) -> str:
    """A value on one line, a long list by its beginning."""
    if isinstance(value, dict):
        return ", ".join(f"{key} = {one}" for key, one in value.items())
    if isinstance(value, list | tuple):
        few = "  ".join(map(str, value[:4]))
        return f"{few}  and {len(value) - 4} more" if len(value) > 4 else few
    return str(value)
