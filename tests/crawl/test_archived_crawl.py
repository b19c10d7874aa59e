"""The archive of a real crawl, as other implementations read it, and what ``verify`` says when it is harmed."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile import Output
from portal_crawler.sites.profile_toml import save_profile

_BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl whose archive takes several files."""
    folder = tmp_path_factory.mktemp("archived")
    with serving("small") as address:
        profile = demo_profile(address).model_copy(
            update={"output": Output(warc_size=400_000), "operator": "A library"}
        )
        save_profile(profile, folder / "demo.toml")
        command = ["crawl", str(folder / "demo.toml"), "--out", str(folder / "crawl"), "--progress", "none"]
        subprocess.run([sys.executable, "-m", "portal_crawler", *command], check=True, capture_output=True)
    return folder / "crawl"


def _pages(crawl: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (crawl / "pages.jsonl").read_bytes().splitlines()]


def _files(crawl: Path) -> list[Path]:
    return sorted((crawl / "archive").iterdir())


def test_the_archive_has_files_of_the_size_asked_for_and_none_is_open(crawl: Path) -> None:
    files = _files(crawl)
    assert len(files) > 2
    assert all(path.name.endswith(".warc.gz") for path in files)
    assert all(path.stat().st_size >= 400_000 for path in files[:-1])


def test_warcio_finds_each_page_at_its_place(crawl: Path) -> None:
    pages = _pages(crawl)
    assert len(pages) > 300
    for page in pages:
        with (crawl / page["warc_file"]).open("rb") as file:
            file.seek(page["warc_offset"])
            record = next(ArchiveIterator(file))
            assert record.rec_type == "response"
            assert record.rec_headers.get_header("WARC-Record-ID") == page["warc_record_id"]
            assert record.rec_headers.get_header("WARC-Target-URI") == page["url"]
            assert record.rec_headers.get_header("WARC-Date") == page["fetched_at"]
            assert record.rec_headers.get_header("WARC-Payload-Digest") == page["payload_digest"]
            assert record.http_headers.get_statuscode() == str(page["status"])


def test_fastwarc_agrees_with_every_block_and_finds_the_records_of_an_exchange_together(crawl: Path) -> None:
    kinds: Counter[str] = Counter()
    for path in _files(crawl):
        with path.open("rb") as file:
            records = [
                (one.headers["WARC-Type"], one.verify_block_digest()) for one in FastIterator(file, parse_http=False)
            ]
        assert all(good for _, good in records)
        assert records[0][0] == "warcinfo"
        kinds.update(name for name, _ in records)
    assert kinds["response"] == kinds["request"] == kinds["metadata"]
    assert kinds["response"] > len(_pages(crawl))  # robots.txt and the answers that were tried again


def test_the_index_is_what_cdxj_indexer_makes(crawl: Path) -> None:
    names = [str(path) for path in _files(crawl)]
    made = subprocess.run([_BIN / "cdxj-indexer", "--sort", *names], check=True, capture_output=True).stdout
    assert (crawl / "indexes/index.cdxj").read_bytes() == made


def test_a_metadata_record_says_what_became_of_the_exchange(crawl: Path) -> None:
    outcomes: Counter[str] = Counter()
    links = 0
    for path in _files(crawl):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "metadata":
                    fields = record.content_stream().read().decode().splitlines()
                    outcomes.update(field for field in fields if field.startswith("outcome: "))
                    links += sum(field.startswith("outlink: ") for field in fields)
                elif record.rec_type == "warcinfo":
                    about = record.content_stream().read().decode()
                    assert "operator: A library\r\n" in about
                    assert "robots: obey\r\n" in about
    pages = _pages(crawl)
    assert outcomes["outcome: page"] == len(pages)
    assert outcomes["outcome: robots"] > 0
    assert links == sum(page["links"] for page in pages)


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(data)


def _drop_first_line(path: Path) -> None:
    path.write_bytes(path.read_bytes().partition(b"\n")[2])


def _other_status(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"status": "200"', b'"status": "404"', 1))


def _swap_payload(crawl: Path) -> None:
    """A page of the archive changed by somebody who knows gzip, but not the digests."""
    page = next(one for one in _pages(crawl) if one["kind"] == "article")
    path = crawl / page["warc_file"]
    data = path.read_bytes()
    start = page["warc_offset"]
    text = zlib.decompressobj(31).decompress(data[start:])
    end = data.index(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", start + 1)
    assert b"the" in text
    path.write_bytes(data[:start] + gzip.compress(text.replace(b"the", b"thx", 1), mtime=0) + data[end:])


@pytest.mark.parametrize(
    ("harm", "place"),
    [
        (lambda crawl: _flip(_files(crawl)[0], 200_000), "archive/"),
        (lambda crawl: _files(crawl)[1].write_bytes(_files(crawl)[1].read_bytes()[:-9]), "archive/"),
        (lambda crawl: _files(crawl)[1].unlink(), "pages.jsonl"),
        (lambda crawl: _drop_first_line(crawl / "indexes/index.cdxj"), "indexes/index.cdxj"),
        (lambda crawl: _other_status(crawl / "indexes/index.cdxj"), "indexes/index.cdxj"),
        (lambda crawl: _swap_payload(crawl), "archive/"),
    ],
    ids=["a byte", "cut off", "a file gone", "an index line", "what one says", "a payload"],
)
def test_verify_names_the_place_of_harm(crawl: Path, tmp_path: Path, harm: Callable[[Path], None], place: str) -> None:
    assert verify_crawl(crawl) == []
    copy = tmp_path / "copy"
    shutil.copytree(crawl, copy)
    harm(copy)
    (copy / "SHA256SUMS").unlink()  # the sums alone must not be what finds it
    found = [one for one in verify_crawl(copy) if one.file.startswith(place) and one.place]
    assert any("byte" in one.place or "line" in one.place for one in found), verify_crawl(copy)


def test_why_explains_a_page_of_the_crawl_from_its_archive(crawl: Path, tmp_path: Path) -> None:
    article = json.loads((crawl / "articles.jsonl").read_bytes().splitlines()[0])
    why = [sys.executable, "-m", "portal_crawler", "why", str(crawl), article["url"]]
    told = json.loads(subprocess.run([*why, "--json"], check=True, capture_output=True).stdout)
    body = "\n\n".join(block["text"] for block in told["reading"]["blocks"] if block["role"] == "body")
    assert told["reading"]["kind"] == "article"
    assert all(paragraph in body for paragraph in article["text"].split("\n\n")[:2])
    shown = subprocess.run(why, check=True, capture_output=True, text=True).stdout
    assert f"article    {article['id']}" in shown
    assert "  body  " in shown
    drawn = tmp_path / "drawn.html"
    subprocess.run([*why, "--html", str(drawn)], check=True, capture_output=True)
    assert article["title"] in drawn.read_text(encoding="utf-8")


def test_why_names_the_place_where_the_archive_is_harmed(crawl: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(crawl, copy)
    page = _pages(copy)[3]
    _flip(copy / page["warc_file"], page["warc_offset"])
    why = [sys.executable, "-m", "portal_crawler", "why", str(copy), page["url"]]
    done = subprocess.run(why, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"{page['warc_file']}, byte {page['warc_offset']}: " in done.stderr
    assert "portal-crawler verify" in done.stderr
