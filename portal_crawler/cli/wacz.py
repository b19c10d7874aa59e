"""``portal-crawler wacz``: a crawl as one file, to hand over or to look at in a player."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options
from portal_crawler.errors import UsageError


@click.command(short_help="Pack a crawl's archive into one WACZ file.")
@click.argument("crawl", metavar="CRAWL")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write. [default: <profile>-<start>.wacz of the crawl]",
)
@click.option("--sign", metavar="KEY.pem", type=click.Path(path_type=Path), help="Private key to sign it with (ECDSA).")
@terminal_options
def wacz(crawl: str, output: Path | None, sign: Path | None) -> None:
    """Pack the archive of CRAWL with index, pages and profile into a package that ReplayWeb.page and pywb open.

    CRAWL is a crawl's folder, or a profile's name for its newest crawl. The same crawl gives the same bytes.
    """
    from portal_crawler.archive.wacz_layout import SUFFIX
    from portal_crawler.cli.folders import argument, crawl_folder, shown
    from portal_crawler.cli.terminal import number
    from portal_crawler.records.wacz_of_crawl import ended_crawl, pack_crawl

    door = terminal()
    if output is not None and output.suffix != SUFFIX:
        raise UsageError(str(output), f"is no name of a package: it must end in {SUFFIX}", "choose another with -o")
    ended = ended_crawl(crawl_folder(crawl))
    path = output or ended.default_package
    package = pack_crawl(ended, path, sign)
    size = path.stat().st_size
    if door.json:
        door.record({"wacz": str(path), "bytes": size, "digest": package.digest, "resources": package.resources})
    door.say(f"{number(len(ended.warcs))} WARC files, {number(size)} bytes, {'signed' if sign else 'not signed'}")
    door.result(shown(path), f"portal-crawler verify {argument(path)}")
