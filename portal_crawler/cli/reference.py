"""The tables of ``docs/reference``, drawn from the code: ``python -m portal_crawler.cli.reference`` writes them anew.

A table stands between ``<!-- table NAME -->`` and ``<!-- end -->``; the text around it is written by hand.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from portal_crawler import errors
from portal_crawler.cli.main import COMMANDS, main
from portal_crawler.cli.reference_schedule import PARTS, VIEWS, field_rows, key_rows
from portal_crawler.cli.reference_settings import setting_rows
from portal_crawler.errors import ExitCode, PortalCrawlerError
from portal_crawler.records.schema import SCHEMAS, Schema
from portal_crawler.schedule.schedule_toml import schedule_schema
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_problems import model_at
from portal_crawler.sites.profile_toml import profile_schema
from portal_crawler.sites.toml_text import toml_value

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "reference"
SCHEMA_FILE = ROOT / "portal_crawler" / "sites" / "profile.schema.json"
SCHEDULE_SCHEMA = ROOT / "portal_crawler" / "schedule" / "schedule.schema.json"
_TABLE = re.compile(r"(<!-- table ([\w. -]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ENDINGS = {
    ExitCode.OK: ("done", ""),
    ExitCode.UNEXPECTED: ("an error that nobody foresaw", "run it again with `--debug`, and report what it prints"),
    ExitCode.USAGE: ("a wrong argument, profile, folder or input file", "the message names it and the cure"),
    ExitCode.DISK_FULL: ("the disk or quota is full", "free some space; the same command goes on"),
    ExitCode.SEEDS_UNREACHABLE: ("no seed could be fetched", "check the addresses, the network and the portal"),
    ExitCode.INTERRUPTED: ("interrupted by Ctrl-C or a signal", "the same command goes on where it stopped"),
    ExitCode.TOO_MANY_FAILED: ("more pages failed than the profile allows", "see what failed with `report`"),
    ExitCode.SIZE_LIMIT: ("the limit of bytes is reached", "raise `scope.max_bytes`; the same command goes on"),
    ExitCode.TIME_OR_PAGE_LIMIT: ("the limit of pages or time is reached", "raise it; the same command goes on"),
    ExitCode.STATE: ("the crawl's folder is damaged, or in use by another process", "the message says which"),
    ExitCode.ROBOTS_REFUSED: ("robots.txt refused every seed", "choose other seeds, or ask the portal"),
    ExitCode.GATE_FAILED: ("a gate of the profile is broken; the data is there", "see `[gates]` in the profile"),
    ExitCode.VERIFICATION_FAILED: ("`verify` or `check` found a difference", "the output names each"),
}


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def exit_codes() -> str:
    """Every exit code."""
    rows = [(str(int(code)), f"`{code.name}`", *_ENDINGS[code]) for code in ExitCode]
    return table(("code", "name", "meaning", "what to do"), rows)


def error_classes() -> str:
    """Every class of error that leaves the library."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PortalCrawlerError)]
    rows = [(f"`{kind.__name__}`", str(int(kind.exit_code)), (kind.__doc__ or "").partition("\n")[0]) for kind in kinds]
    return table(("class", "exit code", "when"), rows)


def record_fields(schema: Schema) -> str:
    """The fields of one JSON Lines file."""
    rows = [
        (f"`{field.name}`", field.type.replace("|", ", "), "yes" if field.nullable else "", field.meaning)
        for field in schema.fields
    ]
    return table(("field", "type", "may be null", "meaning"), rows)


def command_names() -> list[str]:
    """Every command as it is typed: ``crawl``, ``graph``, ``graph build``."""
    found = []
    for name in COMMANDS:
        own = command_of(name)
        found += [name, *(f"{name} {part}" for part in own.commands)] if isinstance(own, click.Group) else [name]
    return found


def command_of(name: str) -> click.Command:
    """The command of a name such as ``crawl`` or ``graph build``."""
    found: click.Command | None = main
    for part in name.split():
        found = found.get_command(click.Context(found), part) if isinstance(found, click.Group) else None
    if found is None:
        raise KeyError(name)
    return found


def command(name: str) -> str:
    """Usage, arguments and options of one command."""
    context = click.Context(main, info_name="portal-crawler")
    found = command_of(name)
    own = click.Context(found, info_name=name, parent=context)
    usage = " ".join(found.collect_usage_pieces(own))
    help_text = cleandoc(found.help or "")
    shown = f"    portal-crawler {name} {usage}\n\n{help_text}\n\n"
    options = [option for option in found.params if isinstance(option, click.Option)]
    if isinstance(found, click.Group):
        parts = [(f"`{part}`", one.short_help or "") for part, one in found.commands.items()]
        shown += table(("command", "meaning"), parts) + "\n\n"
    return shown + table(("option", "meaning"), [_option(option, own) for option in options])


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    record = option.get_help_record(context)
    names, text = record or (", ".join(option.opts), "")
    return f"`{names}`", text


def profile_keys(path: str) -> str:
    """The keys of one table of a profile; "" is the top level."""
    model = model_at(tuple(filter(None, path.split(".")))) if path else SiteProfile
    if model is None:
        raise KeyError(path)
    rows = []
    for name, info in model.model_fields.items():
        if (held := model_at((*filter(None, path.split(".")), name))) is not None:
            meaning = info.description or (held.__doc__ or "").partition("\n")[0]
            rows.append((f"`{info.alias or name}`", "table", "", meaning))
        else:
            words = _type_words(info.annotation)
            rows.append((f"`{info.alias or name}`", words, _default(info), info.description or ""))
    return table(("key", "value", "default", "meaning"), rows)


def _type_words(annotation: Any) -> str:
    """A key's type in words."""
    shown = str(annotation)
    for mark, words in _WORDS:
        if mark in shown:
            return words
    return "text"


# Part of a type's name -> words, the first that fits.
_WORDS = (
    ("tuple[typing.Literal['earliest'", "list of `earliest`, `longest`"),
    ("Literal['obey'", "`obey` or `ignore`"),
    ("Literal[1]", "1"),
    ("dict", "table of texts"),
    ("tuple", "list of texts"),
    ("date", "day"),
    ("float", "number"),
    ("bool", "true or false"),
    ("int", "whole number"),
)


def _default(info: Any) -> str:
    if info.is_required():
        return "needed"
    value = info.get_default(call_default_factory=True)
    return "" if value is None or isinstance(value, BaseModel) else f"`{toml_value(value)}`"


def _drawn(head: tuple[str, ...], rows: Callable[[Any], list[tuple[str, ...]]], of: Any) -> str:
    return table(head, rows(of))


def settings() -> str:
    """Every ``PORTAL_*`` setting."""
    return table(("setting", "default", "meaning"), setting_rows())


def tables() -> dict[str, Callable[[], str]]:
    """Name of a table -> what draws it."""
    drawn: dict[str, Callable[[], str]] = {"exit codes": exit_codes, "errors": error_classes, "settings": settings}
    drawn |= {f"command {name}": partial(command, name) for name in command_names()}
    drawn |= {file: partial(record_fields, schema) for file, schema in SCHEMAS.items()}
    keys = ("key", "value", "default", "meaning")
    drawn |= {name: partial(_drawn, keys, key_rows, part) for name, part in PARTS.items()}
    drawn |= {name: partial(_drawn, ("field", "type"), field_rows, view) for name, view in VIEWS.items()}
    parts = [name for name in SiteProfile.model_fields if model_at((name,)) is not None]
    drawn["profile"] = partial(profile_keys, "")
    drawn |= {f"profile {name}": partial(profile_keys, name) for name in (*parts, "fields.published")}
    return drawn


def renewed(text: str) -> str:
    """A page of the reference with its tables drawn anew."""
    known = tables()
    return _TABLE.sub(lambda found: f"{found[1]}\n{known[found[2]]()}\n{found[3]}", text)


def schema_text() -> str:
    """The profile's JSON Schema as its file holds it."""
    return schema_texts()[SCHEMA_FILE]


def schema_texts() -> dict[Path, str]:
    """The JSON Schemas of profiles and schedules as their files hold them."""
    schemas = {SCHEMA_FILE: profile_schema(), SCHEDULE_SCHEMA: schedule_schema()}
    return {file: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for file, schema in schemas.items()}


def write() -> None:
    """Write all tables and the schema anew."""
    for page in sorted(DOCS.glob("*.md")):
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
    for file, text in schema_texts().items():
        file.write_text(text, encoding="utf-8")
    print(f"{DOCS}: written anew", file=sys.stderr)


if __name__ == "__main__":
    write()
