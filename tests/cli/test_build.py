"""The command ``build``: killed at any point, stopped, refused, finished."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.built_folders import DYING, content, crawled, dying_at, environment, run


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled(tmp_path_factory.mktemp("crawl"))


@pytest.fixture(scope="module")
def whole(crawl: Path) -> dict[str, bytes]:
    run(crawl.parent, "build", "crawl", "--out", "whole", "--jobs", "2", "-q")
    return content(crawl.parent / "whole")


def _sums(folder: Path) -> list[str]:
    return [line for line in (folder / "SHA256SUMS").read_text().splitlines() if not line.endswith("crawl.json")]


def test_a_build_says_what_it_came_to_and_holds_together(crawl: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    done = run(tmp_path, "build", str(crawl), "--out", "built", "--jobs", "1")
    assert done.stdout == ""
    assert "10 pages, 8 articles, 0 copies" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("built   next: ")
    assert content(tmp_path / "built") == whole
    assert _sums(tmp_path / "built") == _sums(crawl.parent / "whole")
    assert not (tmp_path / "built/shards").exists()
    assert "holds together" in run(tmp_path, "verify", "built").stderr
    assert (tmp_path / "built/articles.jsonl").read_bytes() == (crawl / "articles.jsonl").read_bytes()


@pytest.mark.parametrize("command", ["build", "replay"])
def test_an_archive_that_is_named_twice_is_read_once(crawl: Path, tmp_path: Path, command: str) -> None:
    """As ``data/crawls/NAME/*`` names the newest crawl: by its name, and by ``latest``."""
    (tmp_path / "1").symlink_to(crawl)
    (tmp_path / "latest").symlink_to("1")
    done = run(tmp_path, command, "1", "latest", "--out", "built", "--jobs", "1")
    assert "latest is 1, which is named already; it is read once" in done.stderr
    assert "further captures" not in done.stderr
    once = run(tmp_path, command, "1", "--out", "once", "--jobs", "1", "--json")
    assert content(tmp_path / "built") == content(tmp_path / "once")
    assert len(json.loads((tmp_path / "built/crawl.json").read_text())["from"]) == 1
    assert json.loads(once.stdout)["again"] == 0


def test_a_finished_build_says_so_and_does_nothing(crawl: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    first = json.loads(run(tmp_path, "build", str(crawl), "--out", "built", "--json", "-q").stdout)
    facts = (tmp_path / "built/crawl.json").read_bytes()
    again = run(tmp_path, "build", str(crawl), "--out", "built", "--json")
    assert "this build is finished; nothing was done (--fresh starts anew beside it)" in again.stderr
    assert json.loads(again.stdout) == {**first, "finished_before": True}
    assert (tmp_path / "built/crawl.json").read_bytes() == facts
    run(tmp_path, "build", str(crawl), "--out", "built", "--fresh", "-q")
    (beside,) = tmp_path.glob("built-*")
    assert content(beside) == whole


@pytest.mark.parametrize(
    "points",
    [
        [
            ("captured", 0),
            ("done", 0),
            ("done", 4),
            ("captured", 3),
            ("replace_file", 0),
            ("join", 0),
            ("write_crawl", 0),
        ],
        [("done", 7), ("join", 2), ("end_build", 0), ("write_crawl", 0), ("write_sums", 0), ("_tidy", 0)],
    ],
    ids=["early", "late"],
)
def test_a_build_that_was_killed_goes_on_and_comes_to_the_same(
    crawl: Path, whole: dict[str, bytes], tmp_path: Path, points: list[tuple[str, int]]
) -> None:
    for point, count in points:
        code = dying_at(tmp_path, point, count, "build", str(crawl), "--out", "built", "--jobs", "2")
        assert code == -signal.SIGKILL, point
    done = run(tmp_path, "build", str(crawl), "--out", "built", "--jobs", "1")
    assert "made anew" not in done.stderr
    assert content(tmp_path / "built") == whole


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_was_stopped_says_so_and_ends_with_11(
    crawl: Path, whole: dict[str, bytes], tmp_path: Path, signal_: signal.Signals
) -> None:
    arguments = ("build", str(crawl), "--out", "built", "--jobs", "2")
    assert dying_at(tmp_path, "captured", 2, *arguments, with_=signal_) == 11
    assert content(tmp_path / "built").keys() >= {"build.json"}
    done = run(tmp_path, *arguments)
    assert "are done already" in done.stderr
    assert content(tmp_path / "built") == whole


def test_a_full_disk_ends_with_3_and_the_same_command_goes_on(
    crawl: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    arguments = ("build", str(crawl), "--out", "built", "--jobs", "2")
    done = subprocess.run(
        [sys.executable, "-m", "portal_crawler", *arguments],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000)),
    )
    assert done.returncode == 3, done.stderr
    assert "the disk is full; free some space and run the same command again" in done.stderr
    run(tmp_path, *arguments)
    assert content(tmp_path / "built") == whole


def test_a_folder_of_something_else_is_left_alone(crawl: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/kept").touch()
    (tmp_path / "other.toml").write_text('schema = 1\nname = "other"\nseeds = ["http://www.portal.test/"]\n')
    dying_at(tmp_path, "done", 1, "build", str(crawl), "--out", "built", "--jobs", "1")
    warcs = [str(path) for path in sorted((crawl / "archive").glob("*.warc.gz"))]
    for arguments, said in (
        ((str(crawl), "--out", "full"), "full: is there already and holds kept; name another --out, or start anew"),
        ((str(crawl), "--out", "built", "--profile", "other.toml"), "built: holds the build by another profile; name"),
        ((*warcs, "--profile", str(crawl), "--out", "built"), "built: holds the build of other archives, without"),
        ((*warcs, "--out", "built"), "built: holds the build of other archives, without"),  # nor of that profile
        (("nowhere.warc.gz", "--out", "x"), "nowhere.warc.gz: is not there; name a crawl's folder, WARC or WACZ files"),
        ((str(crawl), "--out", "x", "--template", "no.json"), "no.json: "),
        ((str(crawl),), "Missing option '--out'"),
    ):
        done = run(tmp_path, "build", *arguments, code=2)
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    assert not (tmp_path / "x").exists()


def test_two_builds_in_one_folder_keep_out_of_each_other(crawl: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", DYING, "done", "0", "build", str(crawl), "--out", "built", "--jobs", "1"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment() | {"WITH": str(int(signal.SIGSTOP))}, start_new_session=True
    ) as first:
        os.waitpid(first.pid, os.WUNTRACED)
        done = run(tmp_path, "build", str(crawl), "--out", "built", code=17)
        assert f"built: another build is running there (process {first.pid}); wait for its end" in done.stderr
        first.kill()
