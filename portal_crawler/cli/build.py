"""``portal-crawler build``: many archives read into one dataset, by several processes."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import progress_option, terminal_options


@click.command(short_help="Read many WARC or WACZ files into one dataset; the same command resumes it.")
@click.argument("sources", metavar="CRAWL|WARC|WACZ…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the dataset.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read. [default: one for each processor]"
)
@click.option("--profile", metavar="PROFILE", help="Profile to read by. [default: that of the first crawl]")
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What the portal's pages taught. [default: what the pages of these archives teach]",
)
@click.option("--fresh", is_flag=True, help="Start anew beside a build that is there.")
@progress_option
@terminal_options
def build(
    sources: tuple[Path, ...],
    out: Path,
    jobs: int | None,
    profile: str | None,
    template: Path | None,
    fresh: bool,
    progress: str,
) -> None:
    """Read the archives of crawls, WARC and WACZ files of any writer, into one dataset with its link graph.

    Of several captures of an address the first one counts, in the order in which the archives are named. The dataset
    is the same for any number of processes, and however often the build was stopped: the same command goes on where it
    was.
    """
    from portal_crawler.cli.build_run import run_build
    from portal_crawler.cli.folders import beside
    from portal_crawler.cli.replay_sources import replay_profile
    from portal_crawler.cli.sources import template_from
    from portal_crawler.distributed.build import BuildRules
    from portal_crawler.records.archive_sources import archives_of

    archives_of(sources)  # which says what is wrong with one before a folder is made
    rules = BuildRules(replay_profile(sources, profile), template_from(template))
    run_build(beside(out) if fresh and out.exists() else out, sources, rules, jobs, progress)
