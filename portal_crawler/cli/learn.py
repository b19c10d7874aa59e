"""``portal-crawler learn``: the template of a portal, from the pages of its archives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal_crawler.cli.terminal import Terminal, terminal, terminal_options
from portal_crawler.errors import UsageError

if TYPE_CHECKING:
    from portal_crawler.sites.profile import SiteProfile
    from portal_crawler.template.tally import TemplateTally


@click.command(short_help="Learn what a portal's pages share, from archives of it.")
@click.argument(
    "sources", metavar="CRAWL|WARC|WACZ|TEMPLATE…", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option("--profile", metavar="PROFILE", help="Profile to read by. [default: the crawl's own]")
@terminal_options
def learn(sources: tuple[Path, ...], output: Path, profile: str | None) -> None:
    """Learn a portal's template: the texts that its story pages share, and the places where its stories stand.

    Give it to extract, replay and why with --template. Templates among the sources are merged in: what is learned of
    further crawls joins what was learned before.
    """
    from portal_crawler.cli.folders import archive_source, argument, shown
    from portal_crawler.cli.sources import profile_from
    from portal_crawler.cli.terminal import number
    from portal_crawler.records.jsonl import replace_file
    from portal_crawler.template.site_template import LEAST_PAGES
    from portal_crawler.template.tally import merged
    from portal_crawler.template.template_json import load_template, template_bytes

    door = terminal()
    site = profile_from(profile) if profile else None
    tallies = [
        load_template(source).tally if source.suffix == ".json" else _learned(Path(archive_source(source)), site, door)
        for source in sources
    ]
    tally = merged(tallies)
    known = {key: pages for key, pages in tally.layouts.items() if len(pages) >= LEAST_PAGES}
    if not known:
        cure = f"a layout needs {LEAST_PAGES} stories at least; give larger crawls"
        raise UsageError("learn", f"found no layout that {LEAST_PAGES} stories share", cure)
    replace_file(output, template_bytes(tally))
    if door.json:
        layouts = [{"path": next(iter(pages.values())).path, "pages": len(pages)} for pages in known.values()]
        door.record({"template": str(output), "layouts": layouts})
    for pages in sorted(known.values(), key=len, reverse=True):
        door.say(f"{number(len(pages))} stories in {next(iter(pages.values())).path}")
    door.result(shown(output), f"portal-crawler replay CRAWL --template {argument(output)}")


def _learned(source: Path, site: SiteProfile | None, door: Terminal) -> TemplateTally:
    """What the stories of one archive teach; its damage is told, and the rest is read."""
    from portal_crawler.archive.warc_members import Damage
    from portal_crawler.cli.archive_pages import archive_readings
    from portal_crawler.template.tally import TallyKeeper

    keeper = TallyKeeper()
    for one in archive_readings(source, None, site, None, learn=True):
        if isinstance(one, Damage):
            door.say(f"damaged: {one.file}, byte {one.offset}: {one.problem}; the rest is read")
        elif one.sketch is not None:
            fetched = one.capture.fetched_at
            keeper.add(one.sketch, fetched.date() if fetched else None)
    return keeper.tally()
