"""``portal-crawler serve``: the dashboard in a browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options


@click.command(short_help="Show crawls in a browser: lists, search, live run, exports.")
@click.argument("places", metavar="[DIR|CRAWL]...", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; this is for this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes any free.")
@click.option(
    "--replay-port",
    type=click.IntRange(0, 65535),
    help="Port of the replay. [default: the one after --port, or any free]",
)
@click.option("--no-replay", is_flag=True, help="Show no crawled page as it was: no second port, no player.")
@click.option(
    "--page-scripts", is_flag=True, help="Let scripts of archived pages run in the replay; a hostile one can send data."
)
@click.option("--allow-host", multiple=True, metavar="HOST", help="Further name to be asked for by, such as a proxy's.")
@click.option("--write", is_flag=True, help="Allow actions that change something (pause, stop, save a profile).")
@click.option("--lang", type=click.Choice(("en", "zh")), help="Language; without it, what the browser asks for.")
@terminal_options
def serve(
    places: tuple[str, ...],
    host: str,
    port: int,
    replay_port: int | None,
    no_replay: bool,
    page_scripts: bool,
    allow_host: tuple[str, ...],
    write: bool,
    lang: str | None,
) -> None:
    """Show the crawls below DIR (default data/crawls), or single ones, in a browser.

    The dashboard reads the crawls' files, running crawls included, and changes nothing without --write. Crawled pages
    are shown from a second port, so that nothing of them meets the dashboard.
    """
    from portal_crawler.web.extra import check_extra

    check_extra()
    from portal_crawler.cli.served_places import places_of
    from portal_crawler.web.desk_servers import ServedDesk, serve_desk

    out = terminal()
    found = places_of(places)
    wish = ServedDesk(
        places=tuple(found),
        host=host,
        port=port,
        replay=not no_replay,
        replay_port=replay_port,
        page_scripts=page_scripts,
        allow_host=allow_host,
        write=write,
        language=lang or "",
        workspace=Path.cwd(),
    )

    def started(url: str, login: str, replay: str) -> None:
        if out.json:
            places = [str(place) for place in found]
            out.record({"url": url, "login": login or None, "replay": replay or None, "places": places})
        if login:
            out.say(f"to change something, log in: {login}")
        out.result(url, "open it in a browser; Ctrl-C ends it")

    with suppress(KeyboardInterrupt):  # Ctrl-C or a signal is how it ends, and nothing is left undone
        serve_desk(wish, started)
