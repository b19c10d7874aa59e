"""``portal-crawler build``: many archives read into one dataset, by several processes."""

from __future__ import annotations

import os
from pathlib import Path

import click

from portal_crawler.cli.terminal import progress_option, terminal_options


@click.command(short_help="Read many WARC or WACZ files into one dataset; the same command resumes it.")
@click.argument("sources", metavar="CRAWL|WARC|WACZ…", nargs=-1, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the dataset.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read. [default: one for each processor]"
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Who reads: processes of this machine, or a cluster of Apache Spark (extra spark).",
)
@click.option(
    "--master",
    metavar="URL",
    help="The cluster: local[N], spark://HOST:PORT, k8s://URL or yarn. [default: local[N], N being --jobs]",
)
@click.option("--conf", metavar="KEY=VALUE", multiple=True, help="A setting of Spark's; may be given again.")
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
    sources: tuple[str, ...],
    out: Path,
    jobs: int | None,
    engine: str,
    master: str | None,
    conf: tuple[str, ...],
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
    from portal_crawler.archive.hadoop_gateway import HadoopSettings
    from portal_crawler.cli.build_run import run_build
    from portal_crawler.cli.folders import archive_sources, beside
    from portal_crawler.cli.replay_sources import replay_profile
    from portal_crawler.cli.sources import template_from
    from portal_crawler.distributed.build import BuildRules
    from portal_crawler.distributed.build_json import is_built
    from portal_crawler.distributed.engine import SPARK, engine_of, settings_of
    from portal_crawler.distributed.named_archives import named_paths
    from portal_crawler.distributed.spark_context import master_address
    from portal_crawler.records.archive_sources import archives_of, refuse_growing

    chosen = engine_of(engine, jobs or len(os.sched_getaffinity(0)), master, conf)
    hadoop = HadoopSettings.of_spark(settings_of(conf)) if engine == SPARK else None
    with named_paths(archive_sources(sources), hadoop) as paths:
        refuse_growing(paths)
        archives_of(paths)  # which says what is wrong with one before a folder is made
        rules = BuildRules(replay_profile(paths, profile), template_from(template))
        folder = beside(out) if fresh and out.exists() else out
        if engine == SPARK and master and not is_built(folder):
            master_address(master)  # which says that nobody answers there before a folder is made
        run_build(folder, paths, rules, chosen, progress)
