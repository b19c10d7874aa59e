from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from portal_crawler.reading import PageReading
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.manifest_json import CrawlFacts, drop_sums, write_crawl, write_sums
from portal_crawler.records.skip_record import skip_record
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile_toml import save_profile
from tests.crawl_ledger import write_ledger
from tests.story_readings import FETCHED, PROFILE, TEXT, WWW, Lengths, hub, key, redirect, story, write

OFFSITE = "http://other.test/"
QUEUED = f"{WWW}/later.htm"


def some_pages() -> list[PageReading]:
    pages = [hub(f"{WWW}/", [OFFSITE, QUEUED])]
    for number in range(50400, 50412):
        text = f"{TEXT}\n\nStory {number} tells of {number * 7} things."
        url = f"{WWW}/a/{number}.htm"
        pages.append(story(url, text, title=f"Story {number}", links=[f"{WWW}/", OFFSITE]))
        pages.append(story(f"http://portal.test/a/{number}.htm", text, title=f"Story {number}"))
    pages.append(redirect(f"{WWW}/old.htm", f"{WWW}/a/50400.htm"))
    return pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, some_pages())
    skipped = JsonlFile(tmp_path / "skipped.jsonl")
    skipped.append(skip_record(OFFSITE, "offsite", datetime(2026, 1, 2, tzinfo=UTC), url_key=key(OFFSITE), depth=1))
    skipped.close()
    save_profile(PROFILE, tmp_path / "profile.toml")
    assemble_dataset(tmp_path, PROFILE, Lengths())
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    write_crawl(tmp_path, CrawlFacts(("crawl", "demo"), "demo", "sha256:0", PROFILE.seeds, now, now, "finished"))
    write_ledger(tmp_path, [OFFSITE], [QUEUED])
    write_sums(tmp_path)
    return tmp_path


def shown(folder: Path) -> str:
    return "\n".join(map(str, verify_crawl(folder)))


def test_a_good_crawl_has_no_findings(folder: Path) -> None:
    assert verify_crawl(folder) == []


def test_an_unfinished_crawl_has_no_findings_but_its_missing_facts(tmp_path: Path) -> None:
    write(tmp_path, some_pages())
    JsonlFile(tmp_path / "skipped.jsonl").close()
    write_ledger(tmp_path, [OFFSITE], [QUEUED])
    found = verify_crawl(tmp_path)
    assert [(finding.file, finding.problem) for finding in found if finding.file != "ledger.sqlite"] == [
        ("crawl.json", "is missing")
    ]


def test_a_removed_article_is_named_by_line(folder: Path) -> None:
    path = folder / "articles.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    url = orjson.loads(lines[4])["url"]
    path.write_bytes(b"".join(lines[:4] + lines[5:]))
    text = shown(folder)
    assert f"articles.jsonl, line 5: the line of {url} is missing here" in text
    assert f"the article page {url} has no line in articles.jsonl or duplicates.jsonl" in text
    assert "bytes long" in text
    assert "SHA-256" in text
    assert len(verify_crawl(folder)) <= 6


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"rice", b"rise", "text_digest is not that of the text"),
        (b'"title":"Story', b'"title":"Glory', "title of http://www.portal.test/a/50403.htm is not what its page gave"),
        (b'"url_key":"test,portal', b'"url_key":"test,pontal', "id is not that of url_key"),
        (b'"status":200', b'"status":"00', "is not JSON"),
        (b'"verdict":"new"', b'"verdict":"now"', "verdict is 'now', not new|revised"),
        (b'"lead"', b'"load"', "lead is missing"),
        (b"ministers", b"mini\x00ters", "is not JSON"),
        (b"ministers", b"min\xe2\x80\xa8ers", "raw U+2028"),
        (b"ministers", b"minis\xcc\x81rs", "not in NFC"),
    ],
)
def test_a_changed_byte_is_named_by_line(old: bytes, new: bytes, told: str, folder: Path) -> None:
    path = folder / "articles.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    assert old in lines[3]
    lines[3] = lines[3].replace(old, new, 1)
    path.write_bytes(b"".join(lines))
    found = verify_crawl(folder)
    assert any(finding.place == "line 4" and told in finding.problem for finding in found), shown(folder)
    assert any("SHA-256" in finding.problem for finding in found)


@pytest.mark.parametrize("name", ["articles.jsonl", "duplicates.jsonl", "links.jsonl", "pages.jsonl", "skipped.jsonl"])
def test_any_changed_byte_of_any_file_is_found(name: str, folder: Path) -> None:
    path = folder / name
    content = path.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 40)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert any(finding.file == name for finding in verify_crawl(folder)), f"byte {place}"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"{WWW}/a/50405.htm", "pages.jsonl, line 12: http://www.portal.test/a/50405.htm has no row in the frontier"),
        (QUEUED, "links.jsonl, line 2: its target test,portal,www)/later.htm was discovered here, but is neither"),
        (OFFSITE, "skipped.jsonl, line 1: http://other.test/ has no row in the frontier"),
    ],
)
def test_a_row_removed_from_the_ledger_is_named(url: str, told: str, folder: Path) -> None:
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    with ledger:
        assert ledger.execute("DELETE FROM frontier WHERE url = ?", (url,)).rowcount == 1
    ledger.close()
    assert told in shown(folder)


def append(name: str, content: bytes) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.write(content)

    return act


def garbled(name: str, start: int) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        with (folder / name).open("r+b") as file:
            file.seek(start)
            file.write(b"\xff" * 8192)

    return act


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (append("links.jsonl", b'{"half'), "links.jsonl, line 28: the last line is cut off"),
        (lambda folder: (folder / "pages.jsonl").unlink(), "pages.jsonl: is missing"),
        (lambda folder: (folder / "ledger.sqlite").unlink(), "ledger.sqlite: is missing"),
        (lambda folder: (folder / "work/stories.jsonl").unlink(), "work/stories.jsonl: is missing"),
        (append("work/stories.jsonl", b"{}\n"), "work/stories.jsonl"),
        (lambda folder: (folder / "ledger.sqlite").write_bytes(b"no database at all"), "ledger.sqlite: is damaged"),
        (garbled("ledger.sqlite", 4096), "ledger.sqlite: is damaged"),
        (lambda folder: (folder / "crawl.json").write_bytes(b'{"half'), "crawl.json: is not JSON"),
        (lambda folder: (folder / "crawl.json").write_text("[]"), "crawl.json: is not a JSON object"),
        (lambda folder: (folder / "crawl.json").write_text('{"since": 5}'), "crawl.json, key since: is 5, which it"),
        (lambda folder: (folder / "crawl.json").write_text('{"from": {}}'), "crawl.json, key from: is {}, which it"),
        (lambda folder: (folder / "profile.toml").write_text('name = "de'), "profile.toml: is not TOML"),
        (lambda folder: (folder / "profile.toml").write_bytes(b"\xff"), "profile.toml: cannot be read"),
        (lambda folder: (folder / "takedown.json").write_bytes(b"x"), "takedown.json: is damaged"),
        (append("profile.toml", b"\n# changed\n"), "profile.toml: its SHA-256 is not that of SHA256SUMS"),
    ],
)
def test_other_harm_is_named(harm: Callable[[Path], None], told: str, folder: Path) -> None:
    harm(folder)
    assert told in shown(folder)


def test_a_torn_profile_of_an_unfinished_crawl_is_named(folder: Path) -> None:
    drop_sums(folder)
    write_crawl(folder, CrawlFacts(("crawl", "demo"), "demo", "sha256:0", PROFILE.seeds, FETCHED))
    (folder / "profile.toml").write_text('name = "de')
    assert shown(folder).startswith("profile.toml: is not TOML")


def test_a_wrong_state_in_the_ledger_is_named(folder: Path) -> None:
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    with ledger:
        ledger.execute("UPDATE frontier SET state = 'done' WHERE url = ?", (QUEUED,))
        ledger.execute("UPDATE frontier SET state = 'queued' WHERE url = ?", (f"{WWW}/",))
    ledger.close()
    text = shown(folder)
    assert f"{QUEUED} is done, but has no line in pages.jsonl" in text
    assert "frontier row 28" in text
    assert f"{WWW}/ was fetched, but its row in the frontier of ledger.sqlite says otherwise" in text


@pytest.mark.parametrize("name", ["articles.jsonl", "crawl.json", "profile.toml", "work/stories.jsonl"])
def test_a_file_whose_line_of_the_sums_is_gone_is_named(folder: Path, name: str) -> None:
    sums = folder / "SHA256SUMS"
    sums.write_text(
        "".join(line for line in sums.read_text().splitlines(keepends=True) if not line.endswith(f"{name}\n"))
    )
    assert shown(folder).startswith(
        f"{name}: is not in SHA256SUMS: it was added since the crawl's end, or its line was"
    )
    assert len(verify_crawl(folder)) == 1


@pytest.mark.parametrize(
    ("change", "line"),
    [(lambda text: text + b"x\n", 10), (lambda text: text[:-1], 9), (lambda text: b"\xff" + text, 1)],
)
def test_a_torn_line_of_the_sums_is_named(folder: Path, change: Callable[[bytes], bytes], line: int) -> None:
    sums = folder / "SHA256SUMS"
    sums.write_bytes(change(sums.read_bytes()))
    assert f"SHA256SUMS, line {line}: is no line as sha256sum writes it; restore the file from a copy" in shown(folder)


def test_a_file_that_somebody_put_beside_the_crawl_is_nobodys_business(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    assert verify_crawl(folder) == []


def test_missing_sums_are_named_unless_the_crawl_goes_on(folder: Path) -> None:
    drop_sums(folder)
    assert shown(folder).startswith("SHA256SUMS: is missing")
    write_crawl(folder, CrawlFacts(("crawl", "demo"), "demo", "sha256:0", PROFILE.seeds, FETCHED))
    assert verify_crawl(folder) == []
