"""One crawl from the command line: its folder made, its progress shown, its end told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from portal_crawler.cli.crawl_summary import show_summary
from portal_crawler.cli.folders import crawl_facts, is_finished, make_folder, point_latest, shown
from portal_crawler.cli.progress import Progress, progress_view
from portal_crawler.cli.terminal import Terminal
from portal_crawler.engine.limits import FROM_SEEDS, CrawlStart
from portal_crawler.errors import ExitCode, UsageError
from portal_crawler.sites.profile import SiteProfile


@dataclass(frozen=True, slots=True)
class CrawlWish:
    """What a person asked for. ``start`` is what a new crawl goes on from or reads."""

    profile: SiteProfile
    folder: Path
    limit: int | None = None
    progress: str = "auto"
    settings: Mapping[str, str] = field(default_factory=dict)
    start: CrawlStart = FROM_SEEDS

    @property
    def is_resumed(self) -> bool:
        """Whether the folder holds a crawl already."""
        return (self.folder / "ledger.sqlite").exists()


def plan(wish: CrawlWish, out: Terminal) -> None:
    """Say what the crawl would do: the effective profile on stdout, folder and starts on stderr."""
    from portal_crawler.sites.profile_toml import dump_profile

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
    pace = f"{profile.politeness.delay:g} s between requests to a host" if profile.politeness.delay else "no delay"
    robots = "obeyed" if profile.politeness.robots == "obey" else "ignored"
    out.say(f"hosts {', '.join(profile.scope.hosts)}; {pace}; robots.txt {robots}; nothing was fetched")


def _must_be_its_own(wish: CrawlWish) -> None:
    """A crawl goes on with its own profile (by its name: what stands in it may be mended), never with another one's."""
    owner = crawl_facts(wish.folder).get("profile") if wish.is_resumed else None
    if owner not in {None, wish.profile.name}:
        cure = f"choose another folder with --out, or crawl {owner} there"
        raise UsageError(shown(wish.folder), f"holds the crawl of another profile, {owner}", cure)


def crawl_into(wish: CrawlWish, out: Terminal, at_end: Callable[[], None] = lambda: None) -> ExitCode:
    """Run the crawl, tell its end, and give the exit code. ``at_end`` runs before the last line is printed.

    :raises UsageError: where the folder holds the crawl of another profile.
    """
    folder = wish.folder
    _must_be_its_own(wish)
    if wish.is_resumed and is_finished(folder):
        out.say(f"{shown(folder)}: this crawl is finished; nothing was done (--fresh starts anew beside it)")
        code = ExitCode.GATE_FAILED if crawl_facts(folder).get("gates") else ExitCode.OK
        return show_summary(folder, out, at_end, code)
    make_folder(folder)
    # Heavy (Scrapy and Twisted), so behind everything that can refuse the command.
    from portal_crawler.engine.run import CrawlOptions, run_crawl

    point_latest(folder)
    out.say(f"{'resuming' if wish.is_resumed else 'crawling'} {wish.profile.name} into {shown(folder)}{_origin(wish)}")
    with closing(progress_view(wish.progress, out, wish.limit or wish.profile.scope.max_pages)) as view:

        def show(pages: int, queued: int, articles: int, failed: int, seconds: float, before: int) -> None:
            view.show(Progress(pages, queued, articles, failed, seconds, before))

        outcome = run_crawl(wish.profile, folder, CrawlOptions(wish.limit, wish.settings, show, wish.start, out.say))
    return show_summary(folder, out, at_end, outcome.exit_code, outcome.before)


def _origin(wish: CrawlWish) -> str:
    """What a new crawl goes on from or reads, in words."""
    if wish.is_resumed:
        return ""
    since, source = wish.start.since, wish.start.source
    return f", on from {shown(since)}" if since else f", from the archive {shown(source)}" if source else ""
