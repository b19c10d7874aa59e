"""The man page: drawn from the commands, and readable by what shows man pages."""

from __future__ import annotations

import shutil
import subprocess

import click
import pytest

from portal_crawler.cli.examples import EXAMPLES
from portal_crawler.cli.main import COMMANDS, main
from portal_crawler.cli.man_page import man_page
from portal_crawler.cli.reference import MAN_FILE, command_names, man_text
from portal_crawler.errors import ExitCode


def test_the_file_is_what_the_commands_say() -> None:
    assert MAN_FILE.read_text(encoding="utf-8") == man_text(), "run: python -m portal_crawler.cli.reference"


def test_every_command_and_exit_code_is_on_the_page() -> None:
    text = man_text().replace("\\-", "-")
    assert [name for name in command_names() if f".SS portal-crawler {name} " not in text] == []
    assert [code for code in ExitCode if f"\n\\fB{int(code)}\\fR\n" not in text] == []


def test_nothing_that_a_help_text_says_becomes_a_request_of_roff() -> None:
    @click.command(help=".so /etc/passwd\n\n'sh ls\n\nC:\\new")
    @click.option("--x", help=".ab")
    def odd(x: str) -> None: ...

    text = man_page({"odd": odd}, "1", {})
    assert not any(line.startswith((".so", "'sh", ".ab")) for line in text.splitlines())
    assert "C:\\enew" in text


@pytest.mark.parametrize(
    "judge",
    [["groff", "-man", "-ww", "-z", "-Tutf8", "-k"], ["mandoc", "-T", "lint", "-W", "error"]],
    ids=lambda a: a[0],
)
def test_what_shows_man_pages_has_nothing_to_say_against_it(judge: list[str]) -> None:
    if shutil.which(judge[0]) is None:
        pytest.skip(f"{judge[0]} is not installed")
    done = subprocess.run([*judge, str(MAN_FILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_command_has_an_example_that_its_help_shows() -> None:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        assert EXAMPLES[name][0] in command.get_help(click.Context(command)), name


def test_every_example_can_be_parsed() -> None:
    for name in COMMANDS:
        for line in EXAMPLES[name]:
            words = line.replace("|", ">").partition(" > ")[0].split()[1:]
            command: click.Command = main
            while words and isinstance(command, click.Group) and not words[0].startswith("-"):
                found = command.get_command(click.Context(command), words.pop(0))
                assert found is not None, line
                command = found
            assert command.make_context(line, words) is not None
