"""Completed: what a shell offers where a command takes a crawl or a profile: names and folders, next to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

# As ``cli.sources`` and ``engine.folders`` have them, which import more than a key press should wait for.
SITES, CRAWLS = Path("data/sites"), Path("data/crawls")
_LATEST = "latest"


def with_completion(command: click.Command) -> click.Command:
    """The command, its arguments completed by what their names in the help say they take."""
    for parameter in command.params:
        shown = str(parameter.metavar or parameter.name or "").upper()
        if isinstance(parameter, click.Argument) and ("CRAWL" in shown or "PROFILE" in shown):
            parameter.type = _Named(crawls="CRAWL" in shown, profiles="PROFILE" in shown)
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            part = command.get_command(click.Context(command), name)
            if part is not None:
                with_completion(part)
    return command


class _Named(click.Path):
    """A path, or the name of a crawl's or a profile's."""

    def __init__(self, *, crawls: bool, profiles: bool) -> None:
        super().__init__()
        self._crawls, self._profiles = crawls, profiles

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Names that begin so, with what they are; and whatever files the shell finds."""
        found: list[CompletionItem] = []
        if self._profiles:
            found += [CompletionItem(name, help="profile") for name in profile_names(SITES, incomplete)]
        if self._crawls:
            found += [CompletionItem(name, help="crawl") for name in crawl_names(CRAWLS, incomplete)]
        files: list[Any] = super().shell_complete(ctx, param, incomplete)
        return found + files


def profile_names(sites: Path, incomplete: str) -> list[str]:
    """The names of profiles in a folder that begin so."""
    return sorted(path.stem for path in sites.glob("*.toml") if path.stem.startswith(incomplete))


def crawl_names(crawls: Path, incomplete: str) -> list[str]:
    """The names by which crawls can be named: a profile's for its newest, a folder's for any."""
    found = []
    for folder in sorted(crawls.glob("*/*/")):
        newest = folder.parent.name if folder.name == _LATEST else ""
        name = newest or str(folder)
        if name.startswith(incomplete) and (folder / "pages.jsonl").exists():
            found.append(name)
    return found
