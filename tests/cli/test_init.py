"""``portal-crawler init``: what a workspace holds, and that nothing of one's own is ever overwritten."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal_crawler.cli.init import init
from portal_crawler.cli.main import COMMANDS
from portal_crawler.cli.workspace_files import FILES
from portal_crawler.sites.profile_toml import load_profile

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def content(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_workspace_is_made_and_a_second_time_nothing_is_touched(portal_crawler: Run, tmp_path: Path) -> None:
    done = portal_crawler("init", "desk")
    assert (done.returncode, done.stdout) == (0, "desk\n")
    assert content(tmp_path / "desk") == FILES
    assert [line for line in done.stderr.splitlines() if line.startswith("made  desk/")] == [
        f"made  desk/{name}" for name in FILES
    ]
    assert "next: cd desk && " in done.stderr.splitlines()[-1]
    mine = {**FILES, "README.md": "mine", "data/sites/a.toml": "# mine"}
    (tmp_path / "desk" / "README.md").write_text("mine")
    (tmp_path / "desk" / "data/sites/a.toml").write_text("# mine")
    (tmp_path / "desk" / "schedule.toml").unlink()
    again = portal_crawler("init", "desk", "--json")
    assert json.loads(again.stdout)["made"] == ["schedule.toml"]
    assert content(tmp_path / "desk") == mine


def test_git_takes_neither_crawls_nor_the_secrets_of_notifications(portal_crawler: Run, tmp_path: Path) -> None:
    portal_crawler("init", ".")
    made = ["data/crawls/a/articles.jsonl", "data/schedule.sqlite", "data/takedowns.jsonl.lock", "schedule.env"]
    for name in made:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert set(listed.stdout.splitlines()) == set(FILES)


def test_a_workspace_can_be_made_where_one_stands(portal_crawler: Run, tmp_path: Path) -> None:
    done = portal_crawler("init", ".")
    assert done.returncode == 0
    assert "cd " not in done.stderr.splitlines()[-1]
    assert (tmp_path / "schedule.toml").exists()


def test_the_next_command_can_be_typed_where_it_leads(
    portal_crawler: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = portal_crawler("init", "my desk/at home")
    assert "next: cd 'my desk/at home' && " in done.stderr.splitlines()[-1]
    program = tmp_path / ".venv" / "bin" / "portal-crawler"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(init, ["desk"]).stderr.splitlines()[-1]
    assert told == f"next: cd desk && {program} probe http://www.example.org/news/"


def test_a_layout_can_be_added_to_a_profile_that_was_made(portal_crawler: Run, tmp_path: Path) -> None:
    assert portal_crawler("init", "http://www.portal.test/", "-o", "p.toml").returncode == 0
    with (tmp_path / "p.toml").open("a") as file:
        file.write("\n[[layout]]\nbody = ['td.text']\n")
    assert load_profile(tmp_path / "p.toml").layout[0].body == ("td.text",)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("init", "file"), "file: is a file; name another folder, or move that file away"),
        (
            ("init", "example.org"),
            "an address begins with its scheme: http://example.org; a new folder of that",
        ),
        (("init", "desk", "-o", "p.toml"), "-o: names the file of a profile; give it with an address"),
    ],
)
def test_what_cannot_be_meant_is_one_line_with_the_cure(
    portal_crawler: Run, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").touch()
    done = portal_crawler(*arguments)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_where_a_file_stands_is_told_before_anything_is_made(portal_crawler: Run, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "data").touch()
    done = portal_crawler("init", "desk")
    assert (done.returncode, "desk/data: is a file" in done.stderr) == (2, True)
    assert content(tmp_path / "desk") == {"data": ""}


def test_the_schedules_examples_are_toml_when_their_marks_are_taken_out() -> None:
    text = FILES["schedule.toml"]
    assert tomllib.loads(text) == {"schema": 1}
    lines = [re.sub(r"^# (?=\[|\w+ = )", "", line) for line in text.splitlines()]
    data = tomllib.loads("\n".join(lines))
    assert set(data) == {"schema", "defaults", "job", "group"}
    assert data["job"]["example"]["group"] in data["group"]


def test_the_files_name_commands_that_there_are() -> None:
    named = {name for text in FILES.values() for name in re.findall(r"portal-crawler ([a-z]+(?:-[a-z]+)*)", text)}
    named -= {"schedule"}  # which stands in its own file
    assert named
    assert named <= set(COMMANDS)
