"""What pages and servers wrote, on its way to a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest

from portal_crawler.cli.terminal import bold, json_text
from portal_crawler.cli.visible import visible, visible_json, visible_message

HOSTILE = "Red \x1b[31;5malert\x1b]0;owned\x07 \x9b2J\x7f\r over \u202egpj.exe\u2066 \ud800"


def test_controls_and_overrides_are_shown_as_escapes_and_text_stays() -> None:
    shown = visible(HOSTILE)
    assert shown == (
        "Red \\u001b[31;5malert\\u001b]0;owned\\u0007 \\u009b2J\\u007f\\u000d over \\u202egpj.exe\\u2066 \\ud800"
    )
    text = "Tab\tand line\nend, العربية, עברית, 中文, e\u0301 \u200f\u200d👩‍🚀"
    assert visible(text) == text


def test_the_programs_own_styles_stay() -> None:
    for line in (bold("changed"), click.style("body", fg="green"), click.style("note", dim=True)):
        assert visible(line) == line
    assert visible("\x1b[8mhidden") == "\\u001b[8mhidden"


def test_a_message_has_no_endless_line() -> None:
    lines = visible_message(f"short\n{'A long title ' * 24_000}").split("\n")
    assert lines[0] == "short"
    assert len(lines[1]) < 2_100
    assert lines[1].endswith("… (312000 characters)")


def test_json_says_the_same_without_what_misleads() -> None:
    value = {"a": "x\x1b\x7f\x9b\u202e\u2066\u2028é", "path": Path("/tmp/x")}
    line = json_text(value)
    assert not set(line) & set("\x1b\x7f\x9b\u202e\u2066\u2028")
    assert json.loads(line) == {"a": value["a"], "path": "/tmp/x"}
    assert json.loads(json_text({"name": "a\udcff"})) == {"name": "a"}
    assert json_text({"n": float("nan"), "i": float("inf")}) == '{"n":null,"i":null}'
    assert visible_json('{"a": "\x7f"}') == '{"a": "\\u007f"}'


@pytest.mark.parametrize("json_wanted", [False, True])
def test_an_error_that_quotes_what_was_given_changes_no_terminal(json_wanted: bool) -> None:
    name = "no\x1b]0;owned\x07\u202e.toml"
    arguments = [*(["--json"] if json_wanted else []), "crawl", name]
    done = subprocess.run(
        [sys.executable, "-m", "portal_crawler", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "\\u001b]0;owned\\u0007\\u202e" in done.stderr
    assert not set(done.stderr) & set("\x1b\x07\u202e")


def test_data_is_as_it_is_in_a_file_and_visible_on_a_terminal(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<title>Report \u202egpj.exe</title><h1>Report \u202egpj.exe</h1><p>A text of the page, long enough." * 4
    )
    command = [sys.executable, "-m", "portal_crawler", "extract", str(page), "--format", "text"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    main, other = pty.openpty()
    subprocess.run(command, stdout=other, stderr=subprocess.DEVNULL, check=True)
    os.close(other)
    shown = os.read(main, 65_536).decode()
    os.close(main)
    assert "\u202egpj" in piped
    assert "\\u202egpj" in shown
    assert "\u202e" not in shown
