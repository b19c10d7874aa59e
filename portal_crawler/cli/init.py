"""``portal-crawler init``: a profile to edit, from an address."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options, typed
from portal_crawler.errors import UsageError

_COMMENTS = (
    "What portal-crawler knows of this portal. Every key has its effective value; change what is wrong.",
    "The keys: docs/reference/profile.md. Check the file with: portal-crawler crawl FILE --dry-run",
)


@click.command(short_help="Write a profile for an address, to edit.")
@click.argument("url", metavar="URL")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File of the profile. [default: data/sites/<host>.toml]"
)
@terminal_options
def init(url: str, output: Path | None) -> None:
    """Write a profile for the host of URL, with every key at its default. A file that is there is left alone."""
    from portal_crawler.cli.sources import SITES
    from portal_crawler.sites.profile_of_url import profile_of_url
    from portal_crawler.sites.profile_toml import save_profile

    profile = profile_of_url(url)
    path = output or SITES / f"{profile.name}.toml"
    if path.exists():
        raise UsageError(str(path), "is there already", "choose another file with -o, or edit that one")
    save_profile(profile, path, _COMMENTS)
    terminal().data(str(path)) if not terminal().json else terminal().record({"profile": str(path)})
    terminal().say(f"next: {typed(f'portal-crawler crawl {path}')}")
