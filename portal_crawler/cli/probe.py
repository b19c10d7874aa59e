"""``portal-crawler probe``: a profile drafted from a few polite requests."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import progress_option, terminal, terminal_options, typed


@click.command(short_help="Draft a profile of a portal from a few polite requests.")
@click.argument("source", metavar="URL|PROFILE")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File of the profile. [default: data/sites/<host>.toml]"
)
@click.option(
    "--limit",
    type=click.IntRange(min=4, max=300),
    default=30,
    show_default=True,
    metavar="N",
    help="Send at most N requests, those for robots.txt included.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder that keeps the evidence. [default: data/crawls/probe-<name>/<start>]",
)
@progress_option
@terminal_options
def probe(source: str, output: Path | None, limit: int, out: Path | None, progress: str) -> None:
    """Look at the portal of URL and write a profile of it, each key with the evidence for it, ready to be crawled.

    Looks at a few pages of each form: sections, stories, feeds, the site map, other hosts of the portal. robots.txt is
    obeyed, with a pause between two requests. With a PROFILE, its network, limits and manners are kept.
    """
    from portal_crawler.cli.folders import argument
    from portal_crawler.cli.probe_run import ProbeWish, probe_into
    from portal_crawler.cli.sources import SITES, profile_from
    from portal_crawler.errors import UsageError

    start = profile_from(source, to_crawl=True)
    path = output or SITES / f"{start.name}.toml"
    if path.exists():
        raise UsageError(str(path), "is there already", "choose another file with -o, or edit that one")
    door = terminal()
    found = probe_into(ProbeWish(start, path, limit, out, progress), door)
    if door.json:
        door.record(found)
    else:
        door.data(str(path))
    door.say(f"next: {typed(f'portal-crawler crawl {argument(path)}')}")
