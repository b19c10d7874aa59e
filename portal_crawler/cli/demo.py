"""``portal-crawler demo``: a real crawl of a portal that this machine serves to itself."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import Terminal, bold, progress_option, report_option, terminal, terminal_options

# Titles of articles shown at the end.
_TITLES = 3


@click.command(short_help="Crawl the demo portal over loopback and show the dataset.")
@click.option(
    "--size",
    type=click.Choice(("small", "medium", "large")),
    default="small",
    show_default=True,
    help="Size of the portal.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the crawl. [default: data/crawls/demo-<size>/<start>]"
)
@click.option("--seed", type=int, default=2004, show_default=True, help="Seed of the portal's text.")
@click.option("--fresh", is_flag=True, help="Start anew beside a crawl that is there.")
@report_option
@progress_option
@terminal_options
def demo(size: str, out: Path | None, seed: int, fresh: bool, no_report: bool, progress: str) -> None:
    """Serve a news portal as it looked from 1999 to 2010 on loopback, crawl it, and say where the dataset lies."""
    from portal_crawler.cli.crawl_run import CrawlWish, crawl_into
    from portal_crawler.cli.folders import choose_folder
    from portal_crawler.demo.process import serving
    from portal_crawler.demo.profile import demo_profile

    door = terminal()
    door.say(f"serving the demo portal ({size}) on loopback; nothing leaves this machine")
    with serving(size, seed) as address:
        profile = demo_profile(address, size)
        folder = choose_folder(profile.name, out, fresh=fresh, resume=False)
        wish = CrawlWish(profile, folder, progress=progress, report=not no_report)
        code = crawl_into(wish, door, at_end=lambda: _show_titles(folder, door))
    raise SystemExit(int(code))


def _show_titles(folder: Path, out: Terminal) -> None:
    """A few articles, so that a newcomer sees what was won."""
    from portal_crawler.records.jsonl import read_lines

    path = folder / "articles.jsonl"
    if not path.exists() or out.verbosity < 0 or out.json:
        return
    records = [record for _, _, record in read_lines(path)]
    for record in records[:: max(1, len(records) // _TITLES)][:_TITLES]:
        by = ", ".join(record["authors"]) or record["source"] or record["site"]
        out.say(f"  {bold(record['title'])}  ({record['published'] or 'undated'}, {by}, {record['word_count']} words)")
