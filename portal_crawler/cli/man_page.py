"""Man page: the commands as a page of section 1, in the macros of man(7). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc
from textwrap import wrap

import click

from portal_crawler.cli.examples import EXAMPLES
from portal_crawler.errors import ExitCode

_FILES = (
    ("data/sites/", "profiles: what a person knows of a portal, in TOML"),
    ("data/crawls/NAME/latest/", "the newest crawl of a profile: articles.jsonl, links.jsonl, archive/ and the rest"),
    ("schedule.toml", "the timetable of crawls that come again"),
)
_ENVIRONMENT = (
    ("NO_COLOR", "no colours in messages"),
    ("COLUMNS", "width of the help"),
)
_COMMON = frozenset({"verbose", "quiet", "json", "debug"})
# Of a line of text, in characters: mandoc's style.
_WIDTH = 72
# Characters that roff reads as something else than what they are.
_ESCAPES = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
_SPECIAL = re.compile(r"[\\'`^~-]")


def man_page(commands: Mapping[str, click.Command], version: str, meanings: Mapping[ExitCode, str]) -> str:
    """The page.

    :param commands: every command by its name, in the order in which help lists them.
    :param meanings: what each exit code says.
    """
    return "".join(f"{line}\n" for line in _page(commands, version, meanings))


def _page(commands: Mapping[str, click.Command], version: str, meanings: Mapping[ExitCode, str]) -> Iterator[str]:
    yield f'.TH PORTAL\\-CRAWLER 1 "" "portal\\-crawler {version}" "User Commands"'
    yield ".SH NAME"
    yield "portal\\-crawler \\- crawl a news portal into clean articles and a link graph"
    yield ".SH SYNOPSIS"
    yield ".B portal\\-crawler"
    yield ".I command"
    yield "[\\fIoption\\fR ...] [\\fIargument\\fR ...]"
    yield ".SH DESCRIPTION"
    yield from _text("It fetches a portal once, keeps the exact bytes, and reads them into articles and a link graph.")
    yield from (".PP", *_text("Data goes to stdout; messages and progress go to stderr."))
    yield ".SH OPTIONS OF EVERY COMMAND"
    for name, meaning in _of_every(commands):
        yield from _item(name, meaning)
    yield ".SH COMMANDS"
    for name, command in commands.items():
        yield from _command(name, command)
    yield ".SH EXIT STATUS"
    for code, meaning in meanings.items():
        yield from _item(str(int(code)), meaning)
    yield ".SH ENVIRONMENT"
    for name, meaning in _ENVIRONMENT:
        yield from _item(name, meaning)
    yield ".SH FILES"
    for name, meaning in _FILES:
        yield from _item(name, meaning)
    yield ".SH SEE ALSO"
    yield from _text("The guides and the reference in docs/: files, profile, settings, events, metrics, errors.")


def _of_every(commands: Mapping[str, click.Command]) -> Iterator[tuple[str, str]]:
    """The options that all commands have, as the first of them says."""
    command = next(iter(commands.values()))
    context = click.Context(command)
    for option in command.params:
        record = option.get_help_record(context) if option.name in _COMMON else None
        if record is not None:
            yield record
    yield "-h, --help", "Show the help of a command."


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS portal\\-crawler {roff(name)} {roff(usage)}".rstrip()
    yield from _text(*cleandoc(command.help or "").split("\n\n"))
    for option in command.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None and option.name not in _COMMON:
            yield from _item(*record)
    if name in EXAMPLES:
        yield from (".PP", "Examples:", ".PP", ".RS", ".nf", *map(roff, EXAMPLES[name]), ".fi", ".RE")
    if isinstance(command, click.Group):
        for part in command.list_commands(context):
            own = command.get_command(context, part)
            if own is not None:
                yield from _command(f"{name} {part}", own)


def _text(*paragraphs: str) -> Iterator[str]:
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ".PP"
        yield from map(roff, wrap(paragraph, _WIDTH, break_on_hyphens=False))


def _item(name: str, meaning: str) -> Iterator[str]:
    yield ".TP"
    yield f"\\fB{roff(name)}\\fR"
    yield from [roff(line) for line in wrap(" ".join(meaning.split()), _WIDTH, break_on_hyphens=False)] or ["\\&"]


def roff(text: str) -> str:
    r"""Text as roff takes it: nothing of it is a command.

    >>> roff(".net -o C:\\x"), roff("it's")
    ('\\&.net \\-o C:\\ex', 'it\\(aqs')
    """
    escaped = _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)
    return f"\\&{escaped}" if escaped.startswith(".") else escaped


def pages_of(group: click.Group, names: Iterable[str]) -> dict[str, click.Command]:
    """The commands of a group by name."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in names}
    return {name: command for name, command in found.items() if command is not None}
