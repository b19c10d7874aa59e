"""A crawl learns what its pages share, and reads again what it had read before it knew."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page
from tests.served_portal import HOST
from tests.template.test_template import NOTICE, story

PATHS = tuple(f"/news/{number}.htm" for number in range(1, 9))


def run(*arguments: str | Path, code: int = 0) -> str:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def portal() -> Iterator[ChangingPortal]:
    with changing_portal() as served:
        # The notice holds a link: its role follows that of the text it stands in.
        notice = NOTICE.replace("the editors", '<a href="/visit.htm">the editors</a>')
        served.pages = {path: Page(story(number, notice=notice)) for number, path in enumerate(PATHS, start=1)}
        served.pages["/"] = Page(hub_page(*PATHS))
        yield served


@pytest.fixture
def crawl(portal: ChangingPortal, tmp_path: Path) -> Path:
    save_profile(portal.profile(), tmp_path / "site.toml")
    run("crawl", tmp_path / "site.toml", "--out", tmp_path / "crawl", "-q")
    return tmp_path / "crawl"


def test_early_pages_are_read_again_by_what_the_later_ones_taught(crawl: Path, tmp_path: Path) -> None:
    articles = lines(crawl / "articles.jsonl")
    assert len(articles) == len(PATHS)
    identifier = json.loads((crawl / "template.json").read_bytes())["id"]
    for article in articles:
        assert NOTICE not in article["text"]
        assert article["text"].count("nobody at the") == 6
        assert article["extractor"]["template_id"] == identifier
    links = [line for line in lines(crawl / "links.jsonl") if line["target_url"] == f"{HOST}/visit.htm"]
    assert {(link["role"], link["editorial"]) for link in links} == {("other", False)}
    assert len(links) == len(PATHS)
    digests = {page["url"]: page["text_digest"] for page in lines(crawl / "pages.jsonl")}
    assert {article["url"]: article["text_digest"] for article in articles}.items() <= digests.items()
    run("verify", crawl)
    run("replay", crawl, "--out", tmp_path / "again", "-q")
    for name in ("articles.jsonl", "links.jsonl", "pages.jsonl", "duplicates.jsonl"):
        assert (tmp_path / "again" / name).read_bytes() == (crawl / name).read_bytes(), name
    assert "stands on 7 of 7 other pages of this layout" in run("why", crawl, f"{HOST}{PATHS[0]}")


def test_a_package_brings_its_template_along(crawl: Path, tmp_path: Path) -> None:
    run("wacz", crawl, "-o", tmp_path / "crawl.wacz", "-q")
    run("replay", tmp_path / "crawl.wacz", "--out", tmp_path / "again", "-q")
    assert (tmp_path / "again/articles.jsonl").read_bytes() == (crawl / "articles.jsonl").read_bytes()
    run("crawl", tmp_path / "site.toml", "--from", tmp_path / "crawl.wacz", "--out", tmp_path / "from", "-q")
    texts = {article["url"]: article["text"] for article in lines(crawl / "articles.jsonl")}
    assert {article["url"]: article["text"] for article in lines(tmp_path / "from/articles.jsonl")} == texts


def test_a_later_crawl_knows_what_the_earlier_one_learned(portal: ChangingPortal, crawl: Path, tmp_path: Path) -> None:
    for number, path in enumerate(PATHS[:2], start=1):
        portal.pages[path] = Page(story(number + 20))
    run("crawl", tmp_path / "site.toml", "--since", crawl, "--out", tmp_path / "second", "-q")
    verdicts = {article["url"]: article["verdict"] for article in lines(tmp_path / "second/articles.jsonl")}
    assert {url for url, verdict in verdicts.items() if verdict == "revised"} == {f"{HOST}{path}" for path in PATHS[:2]}
    assert all(NOTICE not in article["text"] for article in lines(tmp_path / "second/articles.jsonl"))
    template = json.loads((tmp_path / "second/template.json").read_bytes())
    assert template["learned_from"]["pages"] == len(PATHS) + 2


_DYING = """
import os, signal, sys
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.records import second_reading
from portal_crawler.cli.main import run

step = sys.argv.pop(1)

def dying(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if step == "before":
    second_reading.replace_file = dying
elif step == "between":
    second_reading.finish_replacing = dying
else:
    Ledger.replaced = dying
run(sys.argv[1:])
"""


_OF_LINKS = ("source_url", "position", "role", "ordinal", "editorial", "confidence")


@pytest.mark.parametrize("step", ["before", "between", "after"])
def test_a_kill_at_any_step_leaves_the_first_reading_or_the_second(
    portal: ChangingPortal, crawl: Path, tmp_path: Path, step: str
) -> None:
    killed = tmp_path / "killed"
    command = [sys.executable, "-c", _DYING, step, "crawl", str(tmp_path / "site.toml"), "--out", str(killed), "-q"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    assert not (killed / "SHA256SUMS").exists()
    run("crawl", tmp_path / "site.toml", "--out", killed, "-q")
    run("verify", killed)
    texts = [{one["url"]: one["text"] for one in lines(folder / "articles.jsonl")} for folder in (crawl, killed)]
    assert texts[0] == texts[1]
    roles = [
        sorted(tuple(one[name] for name in _OF_LINKS) for one in lines(folder / "links.jsonl"))
        for folder in (crawl, killed)
    ]
    assert roles[0] == roles[1]
