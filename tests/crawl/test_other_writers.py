"""WARC files of other programs become records: wget's of a real crawl, and one made by hand with defects.

warcio's are in ``test_replay.py``.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import Page, changing_portal, hub_page, story_page
from tests.served_portal import HOST

WGET = shutil.which("wget")
PATHS = tuple(f"/news/{number}.htm" for number in range(1, 5))


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.skipif(WGET is None, reason="wget is not on this machine: it writes the file that is read")
def test_a_crawl_by_wget_is_read_like_ours(tmp_path: Path) -> None:
    with changing_portal() as portal:
        portal.pages = {path: Page(story_page(number)) for number, path in enumerate(PATHS, start=1)}
        portal.pages["/"] = Page(hub_page(*PATHS))
        save_profile(portal.profile(), tmp_path / "site.toml")
        run("crawl", tmp_path / "site.toml", "--out", tmp_path / "ours", "-q")
        told = ["--quiet", "--recursive", "--no-directories", "--delete-after", f"--warc-file={tmp_path / 'wget'}"]
        done = subprocess.run(
            [str(WGET), *told, "-e", f"http_proxy={portal.address}", f"{HOST}/"], check=False, cwd=tmp_path
        )
        assert done.returncode in (0, 8)  # 8: some answer was an error (robots.txt is a 404)
    run("replay", tmp_path / "wget.warc.gz", "--out", tmp_path / "theirs", "--profile", tmp_path / "site.toml", "-q")
    texts = [
        {one["url"]: one["text"] for one in lines(tmp_path / name / "articles.jsonl")} for name in ("ours", "theirs")
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) == len(PATHS)


def _record(kind: str, url: str, block: bytes, length: int | None = None, more: str = "") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <{url}>\r\nWARC-Date: 2009-03-19T12:00:00Z\r\n"
        f"WARC-Record-ID: <{uuid.uuid5(uuid.NAMESPACE_URL, kind + url).urn}>\r\n{more}"
        f"Content-Type: application/http; msgtype={kind}\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _answer(body: str) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def test_a_file_made_by_hand_with_defects_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    urls = [HOST + path for path in PATHS]
    good, wrong_digest, wrong_length, last = (_answer(story_page(number)) for number in range(4))
    members = [
        _record("response", urls[0], good),
        _record("response", urls[1], wrong_digest, more="WARC-Payload-Digest: sha1:" + "A" * 32 + "\r\n"),
        _record("response", urls[2], wrong_length, length=len(wrong_length) + 900),
        b"WARC/1.0\r\nWARC-Type response without a colon\r\n\r\n",
        _record("response", urls[3], last),
        _record("revisit", urls[0], b"HTTP/1.1 304 Not Modified\r\n\r\n", more=_REVISIT.format(url=urls[0])),
    ]
    packed = b"".join(gzip.compress(member, mtime=0) for member in members)
    torn = gzip.compress(_record("response", f"{HOST}/torn.htm", last), mtime=0)[:-60]
    (tmp_path / "hand.warc.gz").write_bytes(packed + torn)
    done = run("replay", tmp_path / "hand.warc.gz", "--out", tmp_path / "records", "--json")
    told = json.loads(done.stdout)
    assert [page["url"] for page in lines(tmp_path / "records/pages.jsonl")] == [urls[0], urls[1], urls[3]]
    assert told["again"] == 1  # the revisit, which is of a page that was read already
    offsets = [sum(len(gzip.compress(member, mtime=0)) for member in members[:number]) for number in (2, 3, 6)]
    assert [one["offset"] for one in told["damage"]] == offsets
    assert told["damage"][0]["problem"].startswith("Content-Length says")
    assert "the WARC header has no valid Content-Length" in told["damage"][1]["problem"]


_REVISIT = (
    "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/server-not-modified\r\n"
    "WARC-Refers-To-Target-URI: {url}\r\nWARC-Refers-To-Date: 2009-03-19T12:00:00Z\r\n"
)
