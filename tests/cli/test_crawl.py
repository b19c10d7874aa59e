"""Crawls by the real command, over loopback."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.dedup.near_stories import stories
from tests.served_portal import Files, served_files

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[2]
STORIES = 12
_EXCLUDES_ITS_SEED = r"""
schema = 1
name = "p"
seeds = ["http://www.portal.test/", "http://www.portal.test/search?q=1"]
[scope]
hosts = ["www.portal.test"]
exclude = ['/search\?']
"""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[str]:
    """A small portal: an index and stories, at a free port."""
    site = tmp_path / "site"
    site.mkdir()
    links = "".join(f'<li><a href="story{n}.htm">Story {n}</a></li>' for n in range(STORIES))
    (site / "index.htm").write_text(f"<title>Home</title><ul>{links}</ul>")
    (site / "robots.txt").write_text("User-agent: *\nDisallow: /secret/\n")
    for n, paragraphs in enumerate(stories(STORIES)):
        told = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        page = f"<title>{n}</title><h1>The ferry, day {n}</h1>{told}<p><a href=index.htm>Home</a>"
        (site / f"story{n}.htm").write_text(page)
    with served_files(site) as address:
        yield f"http://{address}/index.htm"


@pytest.fixture
def profile(portal: str, portal_crawler: Run, tmp_path: Path) -> Path:
    """A profile of the portal, without delay."""
    path = tmp_path / "p.toml"
    assert portal_crawler("init", portal, "-o", str(path)).returncode == 0
    path.write_text(path.read_text().replace("delay = 1.0", "delay = 0.0"))
    return path


def test_a_crawl_ends_with_a_funnel_the_folder_and_the_next_command(
    portal_crawler: Run, profile: Path, tmp_path: Path
) -> None:
    done = portal_crawler("crawl", "p.toml")
    assert (done.returncode, done.stdout) == (0, "")
    lines = done.stderr.splitlines()
    assert any(line.split() == ["unique", str(STORIES)] for line in lines), done.stderr
    folder, _, following = lines[-1].partition("   next: ")
    program, *arguments = shlex.split(following)
    assert (Path(program).name, arguments) == ("portal-crawler", ["verify", folder])
    assert portal_crawler(*arguments).returncode == 0
    assert len((tmp_path / folder / "articles.jsonl").read_text().splitlines()) == STORIES
    newest = tmp_path / "data" / "crawls" / "127.0.0.1-" / ".."
    assert [path.name for path in newest.parent.parent.iterdir()] == [Path(folder).parent.name]


def test_a_seed_that_sends_the_crawl_to_another_host_is_told_with_where_it_leads(
    portal_crawler: Run, portal: str
) -> None:
    elsewhere = portal.replace("127.0.0.1", "127.0.0.2")

    class Moved(Files):
        def do_GET(self) -> None:  # noqa: N802 - the name is the library's
            self.send_response(301)
            self.send_header("Location", elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with served_files(ROOT, Moved) as address:
        done = portal_crawler("crawl", f"http://{address}/")
    assert f"http://{address}/ leads nowhere: it redirects to {elsewhere}: " in done.stderr


@pytest.mark.parametrize("more", [(), ("--out", "c"), ("--out", "c", "--jobs", "2"), ("--dry-run",)])
def test_a_seed_that_the_profile_itself_excludes_is_named_with_the_rule_and_nothing_is_written(
    portal_crawler: Run, tmp_path: Path, more: tuple[str, ...]
) -> None:
    (tmp_path / "p.toml").write_text(_EXCLUDES_ITS_SEED)
    done = portal_crawler("crawl", "p.toml", *more)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert (
        "http://www.portal.test/search?q=1: is outside of the crawl's own scope ([scope] exclude /search" in done.stderr
    )
    assert [path.name for path in tmp_path.iterdir()] == ["p.toml"]


def test_a_limit_ends_with_15_and_the_same_command_with_a_higher_one_goes_on(
    portal_crawler: Run, profile: Path, tmp_path: Path
) -> None:
    first = portal_crawler("crawl", "p.toml", "--out", "c", "--limit", "4")
    assert first.returncode == 15
    assert "ended at the limit of pages or time" in first.stderr
    assert first.stderr.splitlines()[-1] == "c   next: the same command"
    then = portal_crawler("crawl", "p.toml", "--out", "c", "--json")
    assert then.returncode == 0
    summary = json.loads(then.stdout)
    assert (summary["counts"]["unique"], summary["finish_reason"], summary["exit_code"]) == (STORIES, "finished", 0)


def test_a_finished_crawl_is_left_alone_and_fresh_goes_beside_it(
    portal_crawler: Run, profile: Path, tmp_path: Path
) -> None:
    assert portal_crawler("crawl", "p.toml", "--out", "c").returncode == 0
    before = (tmp_path / "c" / "crawl.json").read_bytes()
    again = portal_crawler("crawl", "p.toml", "--out", "c")
    assert (again.returncode, "this crawl is finished; nothing was done" in again.stderr) == (0, True)
    assert (tmp_path / "c" / "crawl.json").read_bytes() == before
    assert portal_crawler("crawl", "p.toml", "--out", "c", "--fresh").returncode == 0
    assert len(list(tmp_path.glob("c-*/articles.jsonl"))) == 1


def test_a_folder_with_another_profiles_crawl_is_refused_and_left_as_it_is(
    portal_crawler: Run, profile: Path, tmp_path: Path
) -> None:
    assert portal_crawler("crawl", "p.toml", "--out", "c", "--limit", "4").returncode == 15
    before = {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()}
    other = portal_crawler("crawl", "http://www.example.org/", "--out", "c")
    owner = json.loads(before["crawl.json"])["profile"]
    assert other.returncode == 2
    assert f"c: holds the crawl of another profile, {owner}; choose another folder with --out" in other.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()} == before


def test_ctrl_c_ends_with_11_and_the_same_command_finishes(portal_crawler: Run, profile: Path, tmp_path: Path) -> None:
    profile.write_text(profile.read_text().replace("delay = 0.0", "delay = 0.2"))
    command = [sys.executable, "-m", "portal_crawler", "crawl", "p.toml", "--out", "c"]
    crawl = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}, text=True)
    pages, wait_until = tmp_path / "c" / "pages.jsonl", time.monotonic() + 60
    while time.monotonic() < wait_until and not (pages.exists() and pages.stat().st_size):
        time.sleep(0.05)
    crawl.send_signal(signal.SIGINT)
    _, messages = crawl.communicate(timeout=60)
    assert crawl.returncode == 11, messages
    assert "interrupted" in messages
    assert messages.splitlines()[-1] == "c   next: the same command"
    done = portal_crawler("crawl", "p.toml", "--out", "c", "-s", "DOWNLOAD_DELAY=0", "--json")
    assert (done.returncode, json.loads(done.stdout)["counts"]["unique"]) == (0, STORIES)
    assert portal_crawler("verify", "c").returncode == 0


@pytest.mark.parametrize("gap", [0.02, 0.05, 0.1])
def test_a_second_ctrl_c_never_ends_a_crawl_as_finished(
    portal_crawler: Run, profile: Path, tmp_path: Path, gap: float
) -> None:
    profile.write_text(profile.read_text().replace("delay = 0.0", "delay = 0.2"))
    command = [sys.executable, "-m", "portal_crawler", "crawl", "p.toml", "--out", "c"]
    crawl = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}, text=True)
    pages, wait_until = tmp_path / "c" / "pages.jsonl", time.monotonic() + 60
    while time.monotonic() < wait_until and not (pages.exists() and pages.stat().st_size):
        time.sleep(0.05)
    crawl.send_signal(signal.SIGINT)
    time.sleep(gap)
    crawl.send_signal(signal.SIGINT)
    _, messages = crawl.communicate(timeout=60)
    assert crawl.returncode == 11, messages
    done = portal_crawler("crawl", "p.toml", "--out", "c", "-s", "DOWNLOAD_DELAY=0", "--json")
    assert (done.returncode, json.loads(done.stdout)["counts"]["unique"]) == (0, STORIES)
    assert portal_crawler("verify", "c").returncode == 0


@pytest.mark.parametrize("wrong", ["DOWNLOAD_DELAY=x", "DOWNLOADER_MIDDLEWARES=x", "LOG_LEVEL=LOUD"])
def test_a_setting_with_which_scrapy_does_not_start_is_named_and_the_crawl_goes_on_without_it(
    portal_crawler: Run, profile: Path, wrong: str
) -> None:
    done = portal_crawler("crawl", profile.name, "--out", "c", "-s", wrong)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"portal-crawler: -s {wrong}: Scrapy does not start (")
    done = portal_crawler("crawl", profile.name, "--out", "c", "--json")
    assert (done.returncode, json.loads(done.stdout)["counts"]["unique"]) == (0, STORIES)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("PORTAL_READING_SECONDS=x", "is not a number; write a number of seconds"),
        ("PORTAL_READING_SECONDS=nan", "is not a number; write a number of seconds"),
        ("PORTAL_READING_SECONDS=", "is not a number; write a number of seconds"),
        ("PORTAL_READING_MEMORY=-3", "is less than 0; write a number of megabytes"),
        ("PORTAL_READING_WORKERS=1.5", "is not a whole number; write a number of processes"),
    ],
)
def test_a_wrong_number_in_a_setting_is_one_line_and_nothing_is_asked_or_written(
    portal_crawler: Run, tmp_path: Path, wrong: str, told: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        before = sorted(tmp_path.rglob("*"))
        done = portal_crawler("crawl", address, "--out", "c", "-s", wrong)
        with pytest.raises(TimeoutError):
            server.accept()
    cure = f"such as -s {wrong.partition('=')[0]}="
    assert done.returncode == 2
    assert done.stderr.startswith(f"portal-crawler: {wrong}: {told}, {cure}")
    assert (len(done.stderr.splitlines()), done.stdout) == (1, "")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_seed_that_nobody_answers_is_one_line_and_exit_code_9(portal_crawler: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (tmp_path / "p.toml").write_text(
        f'name = "p"\nseeds = ["http://127.0.0.1:{port}/"]\n[scope]\nallow_private = ["127.0.0.1:{port}"]\n'
        "[politeness]\ndelay = 0.0\nretries = 0\n"
    )
    done = portal_crawler("-q", "crawl", "p.toml")
    assert done.returncode == 9, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert f"http://127.0.0.1:{port}/: gave no answer" in done.stderr
    assert done.stderr.splitlines()[-1].count("gave no answer") == 1


def test_a_portal_whose_robots_txt_refuses_the_seed_is_exit_code_18(
    portal_crawler: Run, profile: Path, tmp_path: Path
) -> None:
    (tmp_path / "site" / "robots.txt").write_text("User-agent: *\nDisallow: /\n")
    done = portal_crawler("-q", "crawl", "p.toml")
    assert done.returncode == 18, done.stderr
    assert "robots.txt forbids every start" in done.stderr


def test_a_broken_gate_is_exit_code_20_and_the_data_is_there(
    portal_crawler: Run, profile: Path, tmp_path: Path
) -> None:
    profile.write_text(profile.read_text().replace("[gates]", "[gates]\nmin_articles = 100"))
    done = portal_crawler("crawl", "p.toml", "--out", "c")
    assert done.returncode == 20
    assert "a gate of the profile is broken" in done.stderr
    assert len((tmp_path / "c" / "articles.jsonl").read_text().splitlines()) == STORIES


def test_why_and_why_not_and_report_speak_of_that_crawl(
    portal_crawler: Run, profile: Path, portal: str, tmp_path: Path
) -> None:
    assert portal_crawler("crawl", "p.toml", "--out", "c").returncode == 0
    told = portal_crawler("why", "c", portal.replace("index", "story3")).stdout
    assert "is a folder; add the page's address: portal-crawler why c http://…" in portal_crawler("why", "c").stderr
    (tmp_path / "data" / "crawls" / "one").mkdir(parents=True)
    (tmp_path / "data" / "crawls" / "one" / "latest").symlink_to(tmp_path / "c")
    assert "one: is the name of crawls; add the page's address" in portal_crawler("why", "one").stderr
    assert "The ferry, day 3" in told
    assert portal_crawler("why-not", "c", portal).stdout.startswith("judged: link_page")
    report = portal_crawler("report", "c", "--json")
    assert json.loads(report.stdout)["counts"]["unique"] == STORIES


class InTrouble(Files):
    """Answers 503 to robots.txt."""

    def do_GET(self) -> None:  # noqa: N802 - the name is the library's
        if self.path == "/robots.txt":
            self.send_error(503)
        else:
            super().do_GET()


def test_a_server_in_trouble_is_asked_for_robots_txt_again(portal_crawler: Run, tmp_path: Path) -> None:
    with served_files(tmp_path, InTrouble) as address:
        done = portal_crawler("crawl", f"http://{address}/index.htm", "--out", "c", "-s", "DOWNLOAD_DELAY=0")
    assert done.returncode == 18
    with closing(sqlite3.connect(tmp_path / "c" / "ledger.sqlite")) as ledger:
        assert "robots.txt answered 503, asked 4 times" in ledger.execute("SELECT rule FROM frontier").fetchone()[0]


def test_plain_scrapy_writes_nothing_of_a_profile_that_leaves_out_its_own_seed(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(_EXCLUDES_ITS_SEED)
    command = ["scrapy", "crawl", "portal", "-a", f"profile={tmp_path / 'p.toml'}", "-a", f"out={tmp_path / 'c'}"]
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "search?q=1: is outside of the crawl's own scope ([scope] exclude /search" in done.stderr
    assert not (tmp_path / "c").exists()
