"""``portal-crawler replay``: archives read again into records, without a network."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options

# Defects that are shown one by one.
_SHOWN = 10


@click.command(short_help="Read WARC or WACZ files again into records, without a network.")
@click.argument("sources", metavar="CRAWL|WARC|WACZ…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the records. [default: generations/<time> of the crawl]"
)
@click.option("--profile", metavar="PROFILE", help="Profile to read by. [default: the crawl's own]")
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the portal's pages taught. [default: the crawl's own template.json]",
)
@terminal_options
def replay(sources: tuple[Path, ...], out: Path | None, profile: str | None, template: Path | None) -> None:
    """Read the archive of CRAWL, or WARC and WACZ files of any writer, into the same records that a crawl makes.

    The records go into a folder of their own, a new generation beside the old. Damage is told with file and offset,
    and the rest is read.
    """
    from datetime import UTC, datetime

    from portal_crawler.cli.folders import make_folder, shown
    from portal_crawler.cli.replay_sources import generation_folder, replay_profile, replay_template
    from portal_crawler.cli.terminal import number
    from portal_crawler.engine.replay_run import ReplayRules, ReplaySources, replay_into
    from portal_crawler.records.archive_sources import archives_of, earlier_archives

    door, now = terminal(), datetime.now(UTC)
    archives = archives_of(sources)
    earlier = [archive for source in sources if source.is_dir() for archive in earlier_archives(source)]
    site = replay_profile(sources, profile)
    known = replay_template(sources, template)
    folder = generation_folder(sources, out, now)
    make_folder(folder)
    outcome = replay_into(folder, ReplaySources(tuple(archives), tuple(earlier)), ReplayRules(site, known), now)
    if door.json:
        damage = [{"file": one.file, "offset": one.offset, "problem": one.problem} for one in outcome.damage]
        counts = {"pages": outcome.pages, "articles": outcome.articles, "duplicates": outcome.duplicates}
        door.record({"folder": str(folder), **counts, "again": outcome.again, "damage": damage})
    for one in outcome.damage[:_SHOWN]:
        door.say(f"damaged: {one.file}, byte {one.offset}: {one.problem}; the rest is read")
    if len(outcome.damage) > _SHOWN:
        door.say(f"and {number(len(outcome.damage) - _SHOWN)} more; all of them: --json")
    for reason, count in sorted(outcome.passed_over.items()):
        door.say(f"passed over {number(count)}: {reason}")
    if outcome.again:
        door.say(f"passed over {number(outcome.again)}: further captures of an address that was read already")
    door.say(f"{number(outcome.pages)} pages, {number(outcome.articles)} articles, {number(outcome.duplicates)} copies")
    door.say(f"{shown(folder)}")
