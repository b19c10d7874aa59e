from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal_crawler import __version__
from portal_crawler.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The error of a command: exactly one line, and nothing on stdout."""
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0].removeprefix("portal-crawler: ")


def test_help_lists_every_command_and_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom portal_crawler.cli.main import run\n"
        "try: run(['--help'])\nexcept SystemExit as end: assert end.code == 0\n"
        "heavy = {'scrapy', 'twisted', 'lxml', 'pydantic', 'rich', 'sqlite3'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_without_a_word_the_help_is_shown(portal_crawler: Run) -> None:
    alone, asked = portal_crawler(), portal_crawler("--help")
    assert (alone.returncode, alone.stderr, alone.stdout) == (0, "", asked.stdout)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_command_whose_streams_are_closed_ends_as_any_other(closed: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for words, code in (("init desk", 0), ("verify nowhere", 2)):
        command = ["sh", "-c", f'"$0" -m portal_crawler {words} {closed}', sys.executable]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "desk/README.md").read_text().startswith("# Workspace")


def test_the_version_is_the_packages(portal_crawler: Run) -> None:
    assert portal_crawler("--version").stdout == f"portal-crawler {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("crwl",), "no such command 'crwl'. Did you mean 'crawl'?"),
        (("crawl",), "Missing argument 'PROFILE|URL'; see: portal-crawler crawl --help"),
        (
            ("crawl", "nothing.toml"),
            "nothing.toml: is neither a profile's file nor an address; "
            "make a profile with: portal-crawler probe http://…/",
        ),
        (
            ("crawl", "www.portal.test/x"),
            "www.portal.test/x: is neither a profile's file nor an address; "
            "an address begins with its scheme: http://www.portal.test/x",
        ),
        (
            ("crawl", "ftp://portal.test/"),
            "ftp://portal.test/: is not an address to crawl; give one such as http://www.example.org/news/",
        ),
        (
            ("crawl", "http://portal.test/", "-s", "DELAY"),
            "-s DELAY: is not a setting; write -s KEY=VALUE, such as -s DOWNLOAD_TIMEOUT=30",
        ),
        (
            ("crawl", "http://portal.test/", "--resume"),
            "data/crawls/portal.test: holds no unfinished crawl; "
            "leave out --resume to start one, or name its folder with --out",
        ),
        (
            ("crawl", "http://portal.test/", "--resume", "--fresh"),
            "--resume and --fresh: exclude each other; give one of them",
        ),
        (
            ("verify", "nowhere"),
            "nowhere: is not a crawl's folder; name a folder that holds ledger.sqlite; "
            "the newest crawl of a profile is data/crawls/<profile>/latest",
        ),
        (("extract", "none.html"), "none.html: there is no such file; check its path"),
        (
            ("extract", "http://portal.test/a"),
            "http://portal.test/a: is an address, not a file; save the page first: "
            "curl -o page.html http://portal.test/a",
        ),
    ],
)
def test_a_wrong_argument_is_one_line_with_the_cure_and_exit_code_2(
    portal_crawler: Run, arguments: tuple[str, ...], message: str
) -> None:
    done = portal_crawler(*arguments)
    assert (done.returncode, one_line(done)) == (2, message)


def test_a_misspelt_option_is_named_with_the_nearest_one(portal_crawler: Run) -> None:
    done = portal_crawler("crawl", "x", "--limti", "3")
    assert done.returncode == 2
    line = one_line(done)
    assert "--limti" in line
    assert "--limit" in line.replace("--limti", "")


def test_a_misspelt_key_is_named_with_its_line_and_the_nearest_key(portal_crawler: Run, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('name = "p"\nseeds = ["http://h.test/"]\n[scope]\nmax_pagse = 5\n')
    done = portal_crawler("crawl", "p.toml")
    assert done.returncode == 2
    assert (
        one_line(done)
        == "p.toml, line 4, key scope.max_pagse: is not a key of a profile; did you mean scope.max_pages?"
    )


def test_an_output_that_cannot_be_a_folder_is_one_line_with_the_cure(portal_crawler: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = portal_crawler("-q", "crawl", "http://portal.test/", "--out", "file/crawl")
    assert done.returncode == 2
    assert one_line(done) == (
        "file/crawl: cannot be written (Not a directory); choose another folder with --out, or mend its permissions"
    )


def test_debug_adds_the_traceback_before_the_line(portal_crawler: Run) -> None:
    done = portal_crawler("crawl", "ftp://h/", "--debug")
    assert done.stderr.startswith("Traceback")
    assert done.stderr.splitlines()[-1].startswith("portal-crawler: ftp://h/: is not an address to crawl")


def test_a_dry_run_prints_a_profile_that_can_be_crawled_and_writes_nothing(portal_crawler: Run, tmp_path: Path) -> None:
    done = portal_crawler("crawl", "http://www.portal.test/", "--dry-run")
    assert done.returncode == 0
    assert "would crawl http://www.portal.test/ into data/crawls/portal.test/" in done.stderr
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "p.toml").write_text(done.stdout)
    again = portal_crawler("crawl", "p.toml", "--dry-run")
    assert (again.returncode, again.stdout) == (0, done.stdout)


def test_init_writes_a_profile_and_leaves_one_that_is_there_alone(portal_crawler: Run) -> None:
    done = portal_crawler("init", "http://www.portal.test/english/")
    assert (done.returncode, done.stdout) == (0, "data/sites/portal.test.toml\n")
    named = portal_crawler("crawl", "portal.test", "--dry-run")
    assert named.returncode == 0
    again = portal_crawler("init", "http://www.portal.test/english/")
    assert (again.returncode, "is there already" in one_line(again)) == (2, True)


def test_a_name_near_to_a_profiles_is_suggested(portal_crawler: Run) -> None:
    portal_crawler("init", "http://www.portal.test/")
    done = portal_crawler("crawl", "portl.test")
    assert "did you mean data/sites/portal.test.toml?" in done.stderr


def test_doctor_finds_this_machine_ready(portal_crawler: Run) -> None:
    done = portal_crawler("doctor", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"]) == (0, True), found
    assert [check["name"] for check in found["checks"]][:3] == ["python", "packages", "extras"]
    assert "graph installed" in found["checks"][2]["found"]


def test_doctor_in_a_checkout_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hidden = "from importlib import metadata; known = metadata.requires; "
    hidden += "metadata.requires = lambda name: known('no-such-distribution')"
    script = f"{hidden}; from portal_crawler.cli.main import run; run(['doctor'])"
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done
    assert "extras      not known: this folder's program is run without being installed" in done.stdout


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_a_command_as_interrupted(name: str) -> None:
    script = f"""
import os, signal
import portal_crawler.cli.main as main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
main.main.main = lambda *_, **__: os.kill(os.getpid(), signal.{name}) or signal.pause()
main.run(["--version"])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, one_line(done)) == (11, "interrupted")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("place", ["weak reference", "finalizer"])
def test_a_signal_in_the_middle_of_what_cannot_raise_is_not_lost(name: str, place: str) -> None:
    program = f"""
import signal, time, weakref
from portal_crawler.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
def gone(_):
    signal.raise_signal(signal.{name})
    time.sleep(0)
class Kept: pass
class Ended:
    def __del__(self): gone(self)
def works(*_, **__):
    if {place!r} == "finalizer":
        Ended()
    else:
        kept = Kept()
        told = weakref.ref(kept, gone)
        del kept
    time.sleep(20)
main.main.main = works
main.run([])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=15, check=False)
    assert (done.returncode, one_line(done)) == (11, "interrupted")


def test_what_else_cannot_be_raised_is_told_as_ever() -> None:
    program = """
from portal_crawler.cli import main
class Ended:
    def __del__(self): raise ValueError("odd")
def works(*_, **__):
    Ended()
    return 0
main.main.main = works
main.run([])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=15, check=False)
    assert done.returncode == 0
    assert "ValueError: odd" in done.stderr


def test_an_interrupt_while_a_dataclass_is_made_ends_with_11_too(tmp_path: Path) -> None:
    (tmp_path / "begun.py").write_text(
        """
import portal_crawler.cli.main as main
main.main.main = lambda *_, **__: exec("raise KeyboardInterrupt")
main.run(["--version"])
"""
    )
    command = [sys.executable, "-m", "begun"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, one_line(done)) == (11, "interrupted")


@pytest.mark.parametrize("module", ["click", "dataclasses", "portal_crawler.cli.terminal", "portal_crawler.cli.crawl"])
def test_ctrl_c_while_a_command_is_loaded_ends_with_11_too(module: str, tmp_path: Path) -> None:
    script = f"""
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.modules.pop({module!r}, None)
from portal_crawler.__main__ import start
sys.argv = ["portal-crawler", "crawl", "nowhere.toml"]
start()
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (11, "", "\nportal-crawler: interrupted\n")


def test_a_signal_that_comes_when_all_is_done_does_not_change_the_exit_code() -> None:
    script = """
import atexit, os, signal
from portal_crawler.cli.main import run
for one in (signal.SIGINT, signal.SIGTERM):
    atexit.register(os.kill, os.getpid(), one)
run(["--version"])
"""
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=20).returncode == 0
