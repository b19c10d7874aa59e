"""``portal-crawler build``: many archives read into one dataset, by several processes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal_crawler.cli.terminal import Terminal, number, progress_option, terminal, terminal_options

if TYPE_CHECKING:
    from portal_crawler.distributed.build_run import BuildOutcome

# Defects that are shown one by one.
_SHOWN = 10


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
    from contextlib import closing

    from portal_crawler.archive.hadoop_gateway import HadoopSettings
    from portal_crawler.cli.build_progress import BuildProgress
    from portal_crawler.cli.folders import beside, make_folder, shown
    from portal_crawler.cli.replay_sources import replay_profile
    from portal_crawler.cli.sources import template_from
    from portal_crawler.distributed.build import BuildRules
    from portal_crawler.distributed.build_run import build_into
    from portal_crawler.distributed.engine import SPARK, engine_of, settings_of
    from portal_crawler.distributed.named_archives import named_paths
    from portal_crawler.records.archive_sources import archives_of

    door = terminal()
    chosen = engine_of(engine, jobs or len(os.sched_getaffinity(0)), master, conf)
    hadoop = HadoopSettings.of_spark(settings_of(conf)) if engine == SPARK else None
    with named_paths(sources, hadoop) as paths, closing(BuildProgress(door, progress)) as view:
        archives_of(paths)  # which says what is wrong with one before a folder is made
        rules = BuildRules(replay_profile(paths, profile), template_from(template))
        folder = beside(out) if fresh and out.exists() else out
        make_folder(folder)
        try:
            outcome = build_into(folder, paths, rules, chosen, view)
        except KeyboardInterrupt:
            door.say(f"{shown(folder)} is not finished; the same command goes on where it stopped")
            raise
    if outcome.was_finished:
        door.say(f"{shown(folder)}: this build is finished; nothing was done (--fresh starts anew beside it)")
    _show(folder, outcome, door)


def _show(folder: Path, outcome: BuildOutcome, door: Terminal) -> None:
    """What the build came to."""
    from portal_crawler.cli.folders import shown

    result = outcome.result
    if door.json:
        door.record({"folder": str(folder), "finished_before": outcome.was_finished, **result})
    damage = result["damage"]
    for one in damage[:_SHOWN]:
        door.say(f"damaged: {one['file']}, byte {one['offset']}: {one['problem']}; the rest is read")
    if len(damage) > _SHOWN:
        door.say(f"and {number(len(damage) - _SHOWN)} more; all of them: {shown(folder / 'build.json')}")
    for reason, count in result["passed_over"].items():
        door.say(f"passed over {number(count)}: {reason}")
    if result["again"]:
        door.say(f"passed over {number(result['again'])}: further captures of an address that was read already")
    if not outcome.graph:
        door.say("no link graph: it needs the extra, pip install 'portal-crawler[graph]', then graph build")
    counts = (number(result[name]) for name in ("pages", "articles", "duplicates"))
    door.say("{} pages, {} articles, {} copies".format(*counts))
    following = f"graph rank {shown(folder)}" if outcome.graph else f"verify {shown(folder)}"
    door.result(shown(folder), f"portal-crawler {following}")
