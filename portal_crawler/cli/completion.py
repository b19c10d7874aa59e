"""``portal-crawler completion``: what a shell needs to complete commands, options, profiles and crawls."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from portal_crawler.cli.terminal import terminal, terminal_options

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_PORTAL_CRAWLER_COMPLETE"
_PLACES = {
    "bash": "~/.local/share/bash-completion/completions/portal-crawler",
    "zsh": "a folder of $fpath, such as ~/.zfunc/_portal-crawler",
    "fish": "~/.config/fish/completions/portal-crawler.fish",
}


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(SHELLS), metavar="bash|zsh|fish")
@terminal_options
def completion(shell: str) -> None:
    """Print the script that completes commands, options, the profiles in data/sites and the crawls in data/crawls."""
    out = terminal()
    script = script_of(shell)
    if out.json:
        out.record({"shell": shell, "script": script})
    else:
        out.data(script.rstrip())
    out.say(f"put it into {_PLACES[shell]}, and begin a new shell")


def script_of(shell: str) -> str:
    """The script of one of ``SHELLS``. It asks the program itself, so it is the same for every version."""
    kind = get_completion_class(shell)
    if kind is None:
        raise KeyError(shell)
    own = kind(click.Command("portal-crawler"), {}, "portal-crawler", VARIABLE)
    return own.source_template % own.source_vars()
