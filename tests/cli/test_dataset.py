"""``portal-crawler dataset`` as a person types it: results, refusals, kills, a full disk."""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.article_lines import article, sentences, write_crawl
from tests.cli.conftest import ROOT, Run

MANY = [article(f"page-{number}", sentences(number, 60)) for number in range(250)]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def _command(crawl: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "portal_crawler", "dataset", str(crawl), "--to", "jsonl", "-o", str(out), *more]


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_result_is_named_with_what_is_in_it_and_what_is_not(portal_crawler: Run, tmp_path: Path) -> None:
    write_crawl(tmp_path / "c", [*MANY[:20], article("zh", sentences(999), language="zh")])
    done = portal_crawler("dataset", "c", "--to", "csv", "--language", "en", "--date", "2026-10")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "records       20" in done.stderr
    assert "  language     1" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("c/dataset (version 1.0.0)   next: less c/dataset/README.md")
    again = portal_crawler("dataset", "c", "--to", "csv", "--language", "en", "--date", "2026-10", "--json")
    told = json.loads(again.stdout)
    assert (told["version"], told["date"], told["changed"]) == ("1.0.0", "2026-10-01", False)
    assert "nothing is different: version 1.0.0 stays as it is" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "--to", "csv"], "nowhere: is not a crawl's folder"),
        (["c", "--to", "xls"], "'xls' is not one of"),
        (["c", "--to", "csv", "--since", "May"], "--since: 'May' is no day; write 2005"),
        (["c", "--to", "csv", "--splits", "80,20"], "--splits: '80,20' is not three shares"),
        (["c", "--to", "csv", "--language", "fr"], "no article is taken (language 1); loosen the selection"),
        (["c", "d", "--to", "csv"], "got several crawls; name a folder for their dataset with -o"),
        (["c", "--to", "csv", "-o", "c"], "c: holds something else than dataset.json"),
        (["c", "--to", "gexf", "--archive"], "--archive: is for bags, and --to is gexf"),
    ],
)
def test_wrong_input_is_one_line_with_its_cure(
    portal_crawler: Run, tmp_path: Path, arguments: list[str], told: str
) -> None:
    for day, name in enumerate("cd", start=1):
        write_crawl(tmp_path / name, [MANY[0]], day)
    done = portal_crawler("dataset", *arguments)
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[-1]


def test_the_next_command_can_be_typed_as_it_stands_whatever_the_folders_name(
    portal_crawler: Run, tmp_path: Path
) -> None:
    write_crawl(tmp_path / "c", MANY[:20])
    done = portal_crawler("dataset", "c", "--to", "csv", "-o", "it's my data")
    assert done.returncode == 0, done.stderr
    program, path = shlex.split(done.stderr.splitlines()[-1].partition("next: ")[2])
    assert program == "less"
    assert (tmp_path / path).is_file()


def test_source_date_epoch_dates_it(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [MANY[0]])
    environment = ENVIRONMENT | {"SOURCE_DATE_EPOCH": "1097798400"}
    subprocess.run(_command(crawl, tmp_path / "d", "-q"), check=True, env=environment, timeout=60)
    assert json.loads((tmp_path / "d" / "dataset.json").read_text())["date"] == "2004-10-15"


@pytest.mark.parametrize(("kind", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 11)])
def test_a_kill_leaves_the_older_version_and_the_next_run_ends_it(
    tmp_path: Path, kind: signal.Signals, code: int
) -> None:
    crawl, out = write_crawl(tmp_path / "c", MANY[:5]), tmp_path / "d"
    subprocess.run(_command(crawl, out, "-q"), check=True, env=ENVIRONMENT, timeout=60)
    before = _content(out)
    write_crawl(crawl, MANY)
    child = subprocess.Popen(_command(crawl, out, "-q"), env=ENVIRONMENT)
    fresh, end = tmp_path / ".d.new", time.monotonic() + 60
    while not fresh.exists() and child.poll() is None and time.monotonic() < end:
        time.sleep(0.001)
    child.send_signal(kind)
    assert child.wait(60) == code
    assert fresh.exists() == (kind is signal.SIGKILL)
    assert _content(out) == before
    subprocess.run(_command(crawl, out, "-q"), check=True, env=ENVIRONMENT, timeout=60)
    assert json.loads((out / "dataset.json").read_text())["version"] == "1.1.0"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "d"]


def test_a_full_disk_is_told_and_leaves_the_older_version(tmp_path: Path) -> None:
    crawl, out = write_crawl(tmp_path / "c", MANY[:5]), tmp_path / "d"
    subprocess.run(_command(crawl, out, "-q"), check=True, env=ENVIRONMENT, timeout=60)
    before = _content(out)
    write_crawl(crawl, MANY)
    done = subprocess.run(
        _command(crawl, out),
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
        timeout=60,
        # No file may grow beyond it, as on a disk that is full.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert done.returncode == 3
    assert b"the disk is full; free some space and run the same command again" in done.stderr
    assert _content(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "d"]
