"""``portal-crawler serve``: the dashboard in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options


@click.command(short_help="Show crawls in a browser: lists, search, live run, exports.")
@click.argument("places", metavar="[DIR|CRAWL]...", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; only this machine's own.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes any free.")
@click.option("--write", is_flag=True, help="Allow actions that change something (pause, stop, save a profile).")
@click.option("--lang", type=click.Choice(("en", "zh")), help="Language; without it, what the browser asks for.")
@terminal_options
def serve(places: tuple[str, ...], host: str, port: int, write: bool, lang: str | None) -> None:
    """Show the crawls below DIR (default data/crawls), or single ones, in a browser.

    The dashboard reads the crawls' files, running crawls included, and changes nothing.
    """
    from portal_crawler.web.extra import check_extra

    check_extra()
    from portal_crawler.cli.served_places import places_of
    from portal_crawler.web.app import make_app
    from portal_crawler.web.crawl_shelf import CrawlShelf
    from portal_crawler.web.desk import Desk
    from portal_crawler.web.server import listening
    from portal_crawler.web.server import serve as run

    out = terminal()
    found = places_of(places)
    desk = Desk(CrawlShelf(found), language=lang or "", writable=write, workspace=Path.cwd())
    with listening(host, port) as sock:
        url = f"http://{f'[{host}]' if ':' in host else host}:{sock.getsockname()[1]}/"
        if out.json:
            out.record({"url": url, "places": [str(place) for place in found]})
        run(make_app(desk), sock, lambda: out.result(url, "open it in a browser; Ctrl-C ends it"))
