"""``portal-crawler init``: a workspace in a folder, or a profile to edit, from an address."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options, typed
from portal_crawler.errors import UsageError

_COMMENTS = (
    "What portal-crawler knows of this portal. Every key has its effective value; change what is wrong.",
    "The keys: docs/reference/profile.md. Check the file with: portal-crawler crawl FILE --dry-run",
)


@click.command(short_help="Make a workspace, or a profile for an address.")
@click.argument("place", metavar="DIR|URL")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File of the profile, with URL. [default: data/sites/<host>.toml]",
)
@terminal_options
def init(place: str, output: Path | None) -> None:
    """Make a workspace in DIR: places for profiles, saved pages and crawls, a schedule, and a job for CI.

    With a URL, write a profile for its host, with every key at its default; probe looks at the portal first, and
    writes what it found. A file that is there is left alone.
    """
    from portal_crawler.cli.sources import address_cure, is_url

    if is_url(place):
        _write_profile(place, output)
        return
    if output is not None:
        raise UsageError("-o", "names the file of a profile", "give it with an address: portal-crawler init http://…/")
    if not Path(place).exists() and (cure := address_cure(place)):
        raise UsageError(place, "is no folder, and no address", f"{cure}; a new folder of that name is ./{place}")
    _make_workspace(Path(place))


def _write_profile(url: str, output: Path | None) -> None:
    from portal_crawler.cli.folders import argument
    from portal_crawler.cli.sources import SITES
    from portal_crawler.sites.profile_of_url import profile_of_url
    from portal_crawler.sites.profile_toml import save_profile

    profile = profile_of_url(url)
    path = output or SITES / f"{profile.name}.toml"
    if path.exists():
        raise UsageError(str(path), "is there already", "choose another file with -o, or edit that one")
    save_profile(profile, path, _COMMENTS)
    terminal().data(str(path)) if not terminal().json else terminal().record({"profile": str(path)})
    terminal().say(f"next: {typed(f'portal-crawler crawl {argument(path)}')}")


def _make_workspace(folder: Path) -> None:
    from portal_crawler.cli.folders import argument
    from portal_crawler.cli.workspace import make_workspace

    out, done = terminal(), make_workspace(folder)
    if out.json:
        out.record({"folder": str(folder), "made": done.made, "left": done.left})
    for name in done.made:
        out.say(f"made  {folder / name}")
    for name in done.left:
        out.say(f"left  {folder / name}  (it is there)")
    if not out.json:
        out.data(str(folder))
    here = folder.resolve() == Path.cwd()
    change = "" if here else f"cd {argument(str(folder))} && "
    command = typed("portal-crawler probe http://www.example.org/news/", None if here else folder)
    out.say(f"next: {change}{command}")
