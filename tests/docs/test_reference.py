"""The documentation against the code: tables drawn from it, and every name that a page mentions."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from portal_crawler.cli import reference
from portal_crawler.cli.main import COMMANDS
from portal_crawler.cli.reference_schedule import PARTS
from portal_crawler.cli.reference_settings import setting_rows
from portal_crawler.errors import ExitCode
from portal_crawler.records.schema import SCHEMAS
from portal_crawler.schedule.schedule_toml import parse_schedule
from portal_crawler.sites.profile import Gates, SiteProfile
from portal_crawler.sites.profile_problems import every_key

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "data" / "README.md"])
REFERENCE = sorted(reference.DOCS.glob("*.md"))


@pytest.mark.parametrize("page", REFERENCE, ids=lambda page: page.name)
def test_the_tables_are_what_the_code_says(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == reference.renewed(text), "run: python -m portal_crawler.cli.reference"


def test_every_table_that_the_code_draws_stands_in_the_reference_once() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in REFERENCE)
    found = re.findall(r"<!-- table ([^>]+) -->", text)
    assert sorted(found) == sorted(reference.tables())


def test_the_schema_file_is_what_the_profile_says() -> None:
    assert reference.SCHEMA_FILE.read_text(encoding="utf-8") == reference.schema_text(), (
        "run: python -m portal_crawler.cli.reference"
    )


def test_the_schema_file_names_every_key_of_a_profile() -> None:
    schema = json.loads(reference.SCHEMA_FILE.read_text(encoding="utf-8"))
    named = set(schema["properties"]).union(*(part["properties"] for part in schema["$defs"].values()))
    assert {re.split(r"[.\[]", key)[-1] for key in every_key(SiteProfile)} <= named
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("commands.md", [f"portal-crawler {name}" for name in reference.command_names()]),
        ("profile.md", [f"`{key.split('.')[-1]}`" for key in every_key(SiteProfile)]),
        ("files.md", [f"`{field.name}`" for schema in SCHEMAS.values() for field in schema.fields]),
        ("exit-codes.md", [f"| {int(code)} | `{code.name}`" for code in ExitCode]),
        ("settings.md", [row[0] for row in setting_rows()]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_name_is_in_the_reference(page: str, names: list[str]) -> None:
    text = (reference.DOCS / page).read_text(encoding="utf-8")
    assert names
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_shows_exists_with_its_options(page: Path) -> None:
    import click

    from portal_crawler.cli.main import main

    context = click.Context(main, info_name="portal-crawler")
    shown = re.findall(r"portal-crawler ([a-z][a-z-]*)((?: [^\s`#]+)*)", _examples(page.read_text(encoding="utf-8")))
    for name, arguments in shown:
        command = main.get_command(context, name) if name in COMMANDS else None
        assert command is not None, f"{page}: there is no command {name}"
        if isinstance(command, click.Group) and (part := re.match(r" ([a-z]+)", arguments)):
            command = command.get_command(context, part[1])
            assert command is not None, f"{page}: {name} has no command {part[1]}"
        known = {flag for option in command.params for flag in option.opts} | {"--help", "-h"}
        flags = {word.partition("=")[0] for word in re.findall(r"(?<=\s)--?[a-z][a-z-]*", arguments)}
        assert flags <= known, f"{page}: {name} has no {flags - known}"


def _examples(text: str) -> str:
    """The code of a page: indented or fenced blocks, and what stands in backticks."""
    return "\n".join([*re.findall(r"^(?: {4,}).*$", text, re.MULTILINE), *re.findall(r"`([^`\n]+)`", text)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_another_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [one for one in targets if "://" not in one and not (page.parent / one).exists()]
    assert missing == []


def test_the_schema_of_schedules_is_what_the_code_says_and_names_every_key() -> None:
    text = reference.SCHEDULE_SCHEMA.read_text(encoding="utf-8")
    assert text == reference.schema_texts()[reference.SCHEDULE_SCHEMA], "run: python -m portal_crawler.cli.reference"
    parts = json.loads(text)["$defs"]
    for part in PARTS.values():
        assert set(parts[part.__name__]["properties"]) == set(part.model_fields)


def test_the_guide_of_schedules_shows_a_schedule_that_can_be_read() -> None:
    guide = (ROOT / "docs" / "guides" / "schedule-crawls.md").read_text(encoding="utf-8")
    first, gates = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert [job.name for job in parse_schedule(first, "guide").jobs] == ["portal-before-the-move", "portal-daily"]
    assert set(tomllib.loads(gates)["gates"]) == set(Gates.model_fields)
