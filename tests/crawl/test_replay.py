"""Archives read again: ours into the very records of the crawl, those of other writers into records like them."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

_TEXT = "The bridge over the lower river was opened on Monday, after three years of work by two hundred people. " * 6
_STORY = (
    f"<html><head><title>The bridge is open</title></head><body><h1>The bridge is open</h1><p>{_TEXT}</p><p>{_TEXT}</p>"
)


def _portal_crawler(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", params=["gzip", "zstd", "none"])
def crawl(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    with serving("small") as address:
        site = demo_profile(address)
        output = site.output.model_copy(update={"compression": request.param, "warc_size": 700_000})
        save_profile(site.model_copy(update={"output": output}), folder / "demo.toml")
        done = _portal_crawler("crawl", folder / "demo.toml", "--out", folder / "crawl", "--progress", "none")
        assert done.returncode == 0, done.stderr
    return folder / "crawl"


def test_the_records_of_a_crawl_come_out_of_its_archive_byte_for_byte(crawl: Path, tmp_path: Path) -> None:
    done = _portal_crawler("replay", crawl, "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    for name in ("articles.jsonl", "links.jsonl", "pages.jsonl", "duplicates.jsonl"):
        records = (crawl / name).read_bytes()
        assert records.count(b"\n") > 20, name
        assert (tmp_path / "again" / name).read_bytes() == records, name


def test_what_a_harmed_archive_still_holds_is_read_and_the_harm_is_told(crawl: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(crawl, copy)
    page = next(json.loads(line) for line in (copy / "pages.jsonl").read_bytes().splitlines()[50:])
    harmed = copy / page["warc_file"]
    data = bytearray(harmed.read_bytes())
    data[page["warc_offset"] + 40 : page["warc_offset"] + 60] = bytes(20)
    harmed.write_bytes(data)
    done = _portal_crawler("replay", copy, "--out", tmp_path / "again", "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert [(one["file"], one["offset"]) for one in told["damage"]] == [(page["warc_file"], page["warc_offset"])]
    pages = {json.loads(line)["url"] for line in (crawl / "pages.jsonl").read_bytes().splitlines()}
    left = {json.loads(line)["url"] for line in (tmp_path / "again/pages.jsonl").read_bytes().splitlines()}
    # Without compression the harm hits a named field of the record, and the page behind it is whole.
    assert pages - left == (set() if harmed.suffix == ".warc" else {page["url"]})


def _written_by_warcio(path: Path) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body, status in (
            ("http://www.portal.test/robots.txt", "User-agent: *", "200 OK"),
            ("http://www.portal.test/news/1.htm", _STORY, "200 OK"),
            ("http://www.portal.test/news/2.htm", "gone", "404 Not Found"),
            ("http://www.portal.test/news/1.htm", _STORY.replace("Monday", "Tuesday"), "200 OK"),
        ):
            headers = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
            payload = io.BytesIO(body.encode())
            writer.write_record(writer.create_warc_record(url, "response", payload=payload, http_headers=headers))


# warcio leaves the temporary files of its digests to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_files_of_another_writer_become_records(tmp_path: Path) -> None:
    _written_by_warcio(tmp_path / "other.warc.gz")
    done = _portal_crawler("replay", tmp_path / "other.warc.gz", "--out", tmp_path / "records")
    assert done.returncode == 0, done.stderr
    pages = [json.loads(line) for line in (tmp_path / "records/pages.jsonl").read_bytes().splitlines()]
    assert [(page["url"], page["status"]) for page in pages] == [
        ("http://www.portal.test/news/1.htm", 200),
        ("http://www.portal.test/news/2.htm", 404),
    ]
    articles = [json.loads(line) for line in (tmp_path / "records/articles.jsonl").read_bytes().splitlines()]
    assert [article["title"] for article in articles] == ["The bridge is open"]
    assert "passed over 1: a robots.txt" in done.stderr
    assert "passed over 1: further captures of an address that was read already" in done.stderr


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_records_of_another_writer_hold_together_with_its_digests(tmp_path: Path) -> None:
    """warcio digests with SHA-1, the records tell SHA-256. Where all records are one member, they have one offset."""
    _written_by_warcio(tmp_path / "other.warc.gz")
    whole = gzip.compress(gzip.decompress((tmp_path / "other.warc.gz").read_bytes()))
    (tmp_path / "whole.warc.gz").write_bytes(whole)
    told = []
    for name in ("other", "whole"):
        _portal_crawler("replay", tmp_path / f"{name}.warc.gz", "--out", tmp_path / name)
        found = json.loads(_portal_crawler("verify", tmp_path / name, "--json").stdout)
        told.append([finding["problem"] for finding in found["findings"]])
    assert told[0] == []
    assert [problem.partition(":")[0] for problem in told[1]] == ["one member holds 4 records"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere.warc.gz", "--out", "x"], "nowhere.warc.gz: is not there; name a crawl's folder, WARC or WACZ files"),
        (["empty", "--out", "x"], "empty: has no WARC files in archive/; name a crawl's folder that keeps WARC files"),
        (["file.warc"], "replay: does not know where to put the records of WARC files; name it with --out DIR"),
        (["file.warc", "--out", "full"], "full: is there already and not empty; name a new folder with --out"),
    ],
)
def test_what_cannot_be_replayed_ends_in_one_line(
    arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/kept").touch()
    (tmp_path / "file.warc").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    done = _portal_crawler("replay", *arguments)
    assert done.returncode == 2
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
