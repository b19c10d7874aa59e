"""``portal-crawler crawl``: a whole portal into a folder, resumed by the same command."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import progress_option, report_option, terminal, terminal_options
from portal_crawler.errors import UsageError
from portal_crawler.shards import MOST_JOBS


@click.command(short_help="Crawl a portal into a dataset; the same command resumes it.")
@click.argument("source", metavar="PROFILE|URL")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the crawl. [default: data/crawls/<profile>/<start>]"
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N pages, earlier runs included.")
@click.option("--resume", is_flag=True, help="Resume an unfinished crawl; an error where there is none.")
@click.option("--fresh", is_flag=True, help="Start anew beside a crawl that is there.")
@click.option(
    "--since",
    metavar="latest|CRAWL",
    help="Go on from an earlier crawl: every address that it knew is asked whether it changed.",
)
@click.option(
    "--from",
    "source_archive",
    metavar="CRAWL|WARC|WACZ",
    type=click.Path(path_type=Path),
    help="Crawl an archive instead of the network: same seeds, same following; what it lacks is listed as skipped.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    metavar="N",
    help="Fetch by N processes, each with its own hosts: for crawls of many hosts. [default: 1, or as it was begun]",
)
@report_option
@click.option("--dry-run", is_flag=True, help="Print the effective profile, say what would be done, fetch nothing.")
@progress_option
@click.option(
    "--metrics",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the crawl's metrics for Prometheus to FILE (name.prom) while it runs.",
)
@click.option(
    "-s", "settings", multiple=True, metavar="KEY=VALUE", help="Scrapy or PORTAL_* setting, as often as needed."
)
@terminal_options
def crawl(
    source: str,
    out: Path | None,
    limit: int | None,
    resume: bool,
    fresh: bool,
    since: str | None,
    source_archive: Path | None,
    jobs: int | None,
    no_report: bool,
    dry_run: bool,
    progress: str,
    metrics: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Crawl the portal of PROFILE (a TOML file, or a name in data/sites), or the host of URL.

    The same command again resumes a crawl that was interrupted, with nothing lost and nothing twice.
    """
    from portal_crawler.cli.crawl_run import CrawlWish, crawl_into, plan
    from portal_crawler.cli.folders import archive_source, choose_folder, earlier_crawl, shown
    from portal_crawler.cli.sources import is_url, profile_from
    from portal_crawler.engine.limits import CrawlStart
    from portal_crawler.engine.own_settings import refuse_wrong_numbers
    from portal_crawler.records.archive_sources import archives_of, refuse_growing
    from portal_crawler.shards.chosen_disk import chosen_jobs

    if resume and fresh:
        raise UsageError("--resume and --fresh", "exclude each other", "give one of them")
    if since and source_archive:
        raise UsageError("--since and --from", "exclude each other", "give one of them")
    _refuse_with_jobs(jobs or 1, source_archive)
    pairs = dict(_pair(one) for one in settings)
    refuse_wrong_numbers(pairs)
    profile = profile_from(source, to_crawl=True)
    if source_archive:
        source_archive = Path(archive_source(source_archive))
        refuse_growing((source_archive,))
        archives_of((source_archive,))  # which says what is wrong with it before a folder is made
    start = CrawlStart(earlier_crawl(profile.name, since) if since else None, source_archive)
    folder = choose_folder(profile.name, out, fresh=fresh, resume=resume, ended=bool(since))
    processes = chosen_jobs(folder, profile, jobs)
    _refuse_with_jobs(processes, source_archive)
    wish = CrawlWish(
        profile,
        folder,
        jobs=processes,
        limit=limit,
        progress=progress,
        settings=pairs,
        start=start,
        report=not no_report,
        metrics=metrics,
    )
    if dry_run:
        plan(wish, terminal())
        return
    if is_url(source) and not wish.is_resumed:
        kept = shown(folder / "profile.toml")
        terminal().say(
            f"profile made from the address: {kept}; to look at the portal first: portal-crawler probe {source}"
        )
    raise SystemExit(int(crawl_into(wish, terminal())))


def _refuse_with_jobs(jobs: int, source_archive: Path | None) -> None:
    if jobs > 1 and source_archive:
        raise UsageError("--jobs and --from", "exclude each other", "leave out --jobs: many archives are read by build")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.isidentifier():
        raise UsageError(f"-s {text}", "is not a setting", "write -s KEY=VALUE, such as -s DOWNLOAD_TIMEOUT=30")
    return key, value
