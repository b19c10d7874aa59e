"""One crawl from the command line: its folder made, its progress shown, its end told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from portal_crawler.cli.crawl_summary import show_summary
from portal_crawler.cli.folders import crawl_facts, is_finished, make_folder, point_latest, shown
from portal_crawler.cli.progress import Progress, progress_view
from portal_crawler.cli.report_made import report_at_end
from portal_crawler.cli.terminal import Terminal
from portal_crawler.engine.limits import FROM_SEEDS, CrawlStart
from portal_crawler.errors import ExitCode, UsageError
from portal_crawler.report.metrics_disk import MetricsFile
from portal_crawler.shards.chosen_disk import holds_crawl
from portal_crawler.shards.figures import state_of
from portal_crawler.sites.profile import SiteProfile


@dataclass(frozen=True, slots=True)
class CrawlWish:
    """What a person asked for. ``start`` is what a new crawl goes on from or reads; ``report`` whether its report is
    made at its end, where the profile does not forbid it; ``metrics`` the file that tells Prometheus of it; ``jobs``
    the processes that fetch.
    """

    profile: SiteProfile
    folder: Path
    limit: int | None = None
    progress: str = "auto"
    settings: Mapping[str, str] = field(default_factory=dict)
    start: CrawlStart = FROM_SEEDS
    report: bool = True
    metrics: Path | None = None
    jobs: int = 1

    @property
    def is_resumed(self) -> bool:
        """Whether the folder holds a crawl already."""
        return holds_crawl(self.folder)


def plan(wish: CrawlWish, out: Terminal) -> None:
    """Say what the crawl would do: the effective profile on stdout, folder and starts on stderr.

    :raises UsageError: where the profile's scope refuses a start.
    """
    from portal_crawler.sites.profile_toml import dump_profile

    _must_take_its_starts(wish)
    profile = wish.profile
    starts = (*profile.seeds, *profile.feeds, *profile.sitemaps)
    if out.json:
        out.record({"folder": str(wish.folder), "profile": profile.model_dump(mode="json", by_alias=True)})
    else:
        out.data(dump_profile(profile).rstrip())
    out.say(f"would {'resume' if wish.is_resumed else 'crawl'} {', '.join(starts)} into {shown(wish.folder)}")
    if wish.start.since and not wish.is_resumed:
        out.say(f"on from {shown(wish.start.since)}: every address that it knew is asked whether it changed")
    if wish.start.source and not wish.is_resumed:
        out.say(f"answers come from {shown(wish.start.source)}; nothing is asked of the network")
    if wish.jobs > 1:
        out.say(f"{wish.jobs} processes fetch, each the hosts of its shard")
    pace = f"{profile.politeness.delay:g} s between requests to a host" if profile.politeness.delay else "no delay"
    robots = "obeyed" if profile.politeness.robots == "obey" else "ignored"
    out.say(f"hosts {', '.join(profile.scope.hosts)}; {pace}; robots.txt {robots}; nothing was fetched")


def _must_be_its_own(wish: CrawlWish) -> None:
    """A crawl goes on with its own profile (by its name: what stands in it may be mended), never with another one's."""
    owner = crawl_facts(wish.folder).get("profile") if wish.is_resumed else None
    if owner not in {None, wish.profile.name}:
        cure = f"choose another folder with --out, or crawl {owner} there"
        raise UsageError(shown(wish.folder), f"holds the crawl of another profile, {owner}", cure)


def _must_take_its_starts(wish: CrawlWish) -> None:
    """A start that the profile's own scope refuses is told before anything is written."""
    from portal_crawler.frontier.starts import check_starts

    if not wish.is_resumed:
        check_starts(wish.profile)


def crawl_into(wish: CrawlWish, out: Terminal, at_end: Callable[[], None] = lambda: None) -> ExitCode:
    """Run the crawl, tell its end, and give the exit code. ``at_end`` runs before the last line is printed.

    :raises UsageError: where the folder holds the crawl of another profile, or the profile's scope refuses a start.
    """
    folder = wish.folder
    _must_be_its_own(wish)
    _must_take_its_starts(wish)
    metrics = MetricsFile(wish.metrics, folder, out.say, state_of) if wish.metrics else None
    if wish.is_resumed and is_finished(folder):
        out.say(f"{shown(folder)}: this crawl is finished; nothing was done (--fresh starts anew beside it)")
        if metrics:
            metrics.write()
        code = ExitCode.GATE_FAILED if crawl_facts(folder).get("gates") else ExitCode.OK
        return show_summary(folder, out, at_end, code)
    make_folder(folder)
    # Heavy (Scrapy and Twisted), so behind everything that can refuse the command.
    from portal_crawler.engine.run import CrawlOptions
    from portal_crawler.shards.run import run_jobs

    point_latest(folder)
    limit = wish.limit or wish.profile.scope.max_pages
    out.event("begin", folder=str(folder), profile=wish.profile.name, resumed=wish.is_resumed, limit=limit)
    out.say(f"{'resuming' if wish.is_resumed else 'crawling'} {wish.profile.name} into {shown(folder)}{_origin(wish)}")
    with closing(progress_view(wish.progress, out, limit)) as view:

        def show(pages: int, queued: int, articles: int, failed: int, seconds: float, before: int) -> None:
            view.show(Progress(pages, queued, articles, failed, seconds, before))
            if metrics:
                metrics.update()

        options = CrawlOptions(wish.limit, wish.settings, show, wish.start, out.say)
        try:
            outcome = run_jobs(wish.profile, folder, wish.jobs, options)
        finally:
            if metrics:
                metrics.write()

    def ended() -> None:
        at_end()
        if wish.report and wish.profile.output.report and outcome.exit_code != ExitCode.INTERRUPTED:
            report_at_end(folder, out)

    counts = crawl_facts(folder).get("counts", {})
    end, reason = int(outcome.exit_code), outcome.finish_reason
    out.event("end", folder=str(folder), exit_code=end, finish_reason=reason, counts=counts)
    code = show_summary(folder, out, ended, outcome.exit_code, outcome.before)
    if out.json:
        ended()  # the object stands alone on stdout, and first: what is told now goes to stderr
    return code


def _origin(wish: CrawlWish) -> str:
    """What a new crawl goes on from or reads, in words."""
    if wish.is_resumed:
        return ""
    since, source = wish.start.since, wish.start.source
    by = f" by {wish.jobs} processes" if wish.jobs > 1 else ""
    return by + (f", on from {shown(since)}" if since else f", from the archive {shown(source)}" if source else "")
