"""Terminal: the one place that prints. Data goes to stdout; messages, progress and results go to stderr."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from portal_crawler.cli.standard_streams import json_for
from portal_crawler.cli.visible import visible, visible_json, visible_message


@dataclass(slots=True)
class Terminal:
    """How a command speaks. ``verbosity`` is -1 (quiet), 0, 1 (verbose); ``json`` asks for objects instead of text on
    stdout, ``events`` for objects (``cli.events``) instead of lines on stderr.
    """

    verbosity: int = 0
    json: bool = False
    debug: bool = False
    events: bool = False

    def say(self, text: str = "") -> None:
        """A message for people."""
        if self.events:
            if text.strip():
                self.event("message", text=click.unstyle(text))
        elif self.verbosity >= 0:
            click.echo(visible_message(text), err=True, color=_colours(sys.stderr))

    def detail(self, text: str) -> None:
        """A message for people who asked for more."""
        if self.verbosity > 0:
            self.say(text)

    def event(self, name: str, **fields: Any) -> None:
        """Something happened: a line for programs, where they are listened to."""
        if self.events and self.verbosity >= 0:
            from portal_crawler.cli.events import event

            line = json_text(event(name, datetime.now(UTC), **fields))
            click.echo(json_for(sys.stderr, line), err=True)

    def fail(self, text: str, exit_code: int) -> None:
        """The error that ends the command, quiet or not."""
        if self.events:
            self.verbosity = max(self.verbosity, 0)
            self.event("error", text=text, exit_code=exit_code)
        else:
            click.echo(visible_message(f"portal-crawler: {text}"), err=True)

    def data(self, text: str) -> None:
        """Text that is the command's output: what a file or a pipe gets is as it is."""
        click.echo(visible(text) if sys.stdout.isatty() else text, color=_colours(sys.stdout))

    def record(self, value: Any) -> None:
        """A JSON object that is the command's output, on one line."""
        click.echo(json_for(sys.stdout, json_text(value)))

    def table(self, rows: list[tuple[str, ...]]) -> None:
        """Rows of cells for people, in columns; numbers are aligned to the right."""
        for line in columns(rows):
            self.say(line)

    def result(self, path: object, next_command: str) -> None:
        """The last line: where the result lies, and the next useful command."""
        self.say(f"{path}   next: {typed(next_command)}")


def typed(command: str, folder: Path | None = None) -> str:
    """A command of this program as it can be typed here: with its path, where the shell would not find it.

    :param folder: where it is typed, if that is another folder than this one.
    """
    name, space, rest = command.partition(" ")
    program = Path(sys.executable).with_name(name)
    if name != "portal-crawler" or shutil.which(name) or not program.exists():
        return command
    here = Path.cwd() if folder is None else folder.resolve()
    shown = program.relative_to(here) if program.is_relative_to(here) else program
    return f"{shlex.quote(str(shown))}{space}{rest}"


def json_text(value: Any) -> str:
    """A JSON object as the data files have it: UTF-8, one line."""
    import orjson

    try:
        line = orjson.dumps(value, default=str)
    except orjson.JSONEncodeError:  # a lone surrogate, as file names that are no UTF-8 have them
        from portal_crawler.records.clean import clean_value

        line = orjson.dumps(clean_value(value), default=str)
    return visible_json(line.decode())


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as lines with aligned columns.

    >>> columns([("articles", "3"), ("links", "12")])
    ['articles   3', 'links     12']
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)] if rows else []
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width)
            if cell.strip().replace(",", "").replace(".", "").rstrip("%").isdigit()
            else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def number(value: float) -> str:
    """A count with thousands parted: 12,345."""
    return f"{value:,.0f}"


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "page"), counted(1200, "page")
    ('1 page', '1,200 pages')
    """
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """A duration for people.

    >>> duration(7.4), duration(75), duration(3700)
    ('7.4 s', '1 min 15 s', '1 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def bold(text: str) -> str:
    """The text in bold, where the terminal shows it."""
    return click.style(text, bold=True)


def is_terminal() -> bool:
    """Whether messages go to a person's terminal."""
    return sys.stderr.isatty()


def _colours(stream: Any) -> bool:
    """Colours on a terminal only, and never against the reader's will (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _set_events(context: click.Context, _: click.Parameter, value: str) -> str:
    context.find_root().ensure_object(Terminal).events = value == "json"
    return value


progress_option = click.option(
    "--progress",
    callback=_set_events,
    type=click.Choice(("auto", "plain", "json", "none")),
    default="auto",
    show_default=True,
    help="Bar on a terminal, lines elsewhere (auto); lines; a JSON object a line for all that stderr says; nothing.",
)
"""The option of every command that takes long; what ``progress_view`` takes."""

report_option = click.option(
    "--no-report",
    is_flag=True,
    envvar="PORTAL_CRAWLER_NO_REPORT",
    show_envvar=True,
    help="Make no report at the crawl's end.",
)
"""The option of every command that crawls."""


def terminal_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command has; the command gets its ``Terminal`` by ``terminal()``."""
    for option in (
        click.option("--debug", is_flag=True, expose_value=False, callback=_set, help="Add the traceback to an error."),
        click.option(
            "--json", is_flag=True, expose_value=False, callback=_set, help="Objects instead of text, on stdout."
        ),
        click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_set, help="Errors and data only."),
        click.option("-v", "--verbose", is_flag=True, expose_value=False, callback=_set, help="Say more."),
    ):
        command = option(command)
    return command


def terminal() -> Terminal:
    """The terminal of the running command."""
    return click.get_current_context().find_root().ensure_object(Terminal)


def _set(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if not value:
        return
    out = context.find_root().ensure_object(Terminal)
    if parameter.name == "quiet":
        out.verbosity = -1
    elif parameter.name == "verbose":
        out.verbosity = 1
    else:
        setattr(out, str(parameter.name), True)
