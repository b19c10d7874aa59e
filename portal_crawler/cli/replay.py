"""``portal-crawler replay``: archives read again into records, by several processes, without a network."""

from __future__ import annotations

import os
from pathlib import Path

import click

from portal_crawler.cli.terminal import progress_option, terminal_options


@click.command(short_help="Read WARC or WACZ files again into records, without a network; the same command resumes it.")
@click.argument("sources", metavar="CRAWL|WARC|WACZ…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the records. [default: generations/<time> of the crawl]"
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read. [default: one for each processor]"
)
@click.option("--profile", metavar="PROFILE", help="Profile to read by. [default: the crawl's own]")
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the portal's pages taught. [default: the crawl's own template.json]",
)
@click.option("--fresh", is_flag=True, help="Start anew beside a replay that is there.")
@progress_option
@terminal_options
def replay(
    sources: tuple[Path, ...],
    out: Path | None,
    jobs: int | None,
    profile: str | None,
    template: Path | None,
    fresh: bool,
    progress: str,
) -> None:
    """Read the archive of CRAWL, or WARC and WACZ files of any writer, into the same records that a crawl makes.

    The records go into a folder of their own, a new generation beside the old. Damage is told with file and offset,
    and the rest is read. The records are the same for any number of processes, and however often the replay was
    stopped: the same command goes on where it was.
    """
    from datetime import UTC, datetime

    from portal_crawler.cli.build_run import run_build
    from portal_crawler.cli.folders import archive_sources
    from portal_crawler.cli.replay_sources import replay_folder, replay_profile, replay_template
    from portal_crawler.distributed.build import BuildRules, plan_of
    from portal_crawler.distributed.build_run import sources_of
    from portal_crawler.distributed.engine import local_engine

    sources = tuple(map(Path, archive_sources(sources)))
    found = sources_of(sources)  # which says what is wrong with one before a folder is made
    rules = BuildRules(replay_profile(sources, profile), replay_template(sources, template), replay=True)
    folder = replay_folder(sources, out, plan_of(found, rules), datetime.now(UTC), fresh=fresh)
    run_build(folder, sources, rules, local_engine(jobs or len(os.sched_getaffinity(0))), progress)
