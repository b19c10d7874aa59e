"""``portal-crawler man``: the man page."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options


@click.command(short_help="Print the man page, or write it to a file.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there.")
@terminal_options
def man(output: Path | None) -> None:
    """Print the man page of all commands, in roff: read it with man -l, or put it where man looks for pages."""
    from portal_crawler.cli.folders import argument
    from portal_crawler.cli.reference import man_text
    from portal_crawler.disk import writing

    out = terminal()
    text = man_text()
    if output is None:
        out.record({"page": text}) if out.json else out.data(text.rstrip())
        return
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    out.record({"file": str(output)}) if out.json else out.data(str(output))
    out.say(f"next: man -l {argument(str(output))}")
