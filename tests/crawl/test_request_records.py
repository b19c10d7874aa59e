"""The request records of an archive are what the servers received, byte for byte, and nothing else was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from tests.changing_portal import story_page
from tests.crawled_forms import answer, crawled
from tests.wire_server import Form, WireServer, serving_forms

# Targets as pages of the time write them; each ends in the name of its form.
_TARGETS = ("/a|b/odd", "/caf\u00e9/beyond", "/%e4%BD%a0/escaped", "/plain?x=1&y=[2]^`{}", "/wordy?q=two words")
_FORMS = {
    "": answer(
        "<meta charset=utf-8>" + "".join(f'<p><a href="{target}">{target}</a></p>' for target in _TARGETS),
        *("Set-Cookie: one=1; Path=/", "Set-Cookie: two=2; Path=/plain", 'ETag: "home"'),
    ),
    "odd": answer(story_page(1, "Odd"), 'ETag: "odd"', "Last-Modified: Sat, 03 May 2008 10:00:00 GMT"),
    "beyond": answer(story_page(2, "Beyond"), "Last-Modified: Sat, 03 May 2008 10:00:00 GMT"),
    "escaped": answer(story_page(3, "Escaped"), "Location: /nowhere", status="500 Internal Server Error"),
    "plain": answer(story_page(4, "Plain"), "Set-Cookie: one=changed; Path=/"),
    "wordy": b"not HTTP at all\r\n\r\n",
}


@pytest.fixture
def server() -> Iterator[WireServer]:
    ends = {"wordy": "close"}
    with serving_forms([Form(name, (data,), end=ends.get(name, "keep")) for name, data in _FORMS.items()]) as made:
        yield made


def _archived(folder: Path) -> list[tuple[str, bytes]]:
    """(target URI, block) of each request record."""
    found: list[tuple[str, bytes]] = []
    for path in sorted(folder.glob("archive/*.warc.gz")):
        with path.open("rb") as file:
            records = ArchiveIterator(file, record_types=WarcRecordType.request, parse_http=False)
            found += [(record.headers["WARC-Target-URI"], record.reader.read()) for record in records]
    return found


def _agree(folder: Path, server: WireServer) -> list[bytes]:
    """Hold the records against what the server received since it was last asked; the requests."""
    received = [request for _, request, _ in server.passed.exchanges]
    server.passed.exchanges.clear()
    archived = _archived(folder)
    assert sorted(block for _, block in archived) == sorted(received)
    for address, block in archived:
        method, target, version = block.partition(b"\r\n")[0].decode("ascii").split(" ")
        origin = urlsplit(address).netloc
        # Of a URI some characters must be escaped that a browser sends as they are.
        assert unquote(address) == unquote(f"http://{origin}{target}")
        assert (method, version, block.count(b"\r\nHost: ")) == ("GET", "HTTP/1.1", 1)
        assert f"\r\nHost: {origin}\r\n".encode() in block
        assert block.endswith(b"\r\n\r\n")
    return received


def test_request_records_are_what_the_servers_received(server: WireServer, tmp_path: Path) -> None:
    place = f"127.0.0.1:{server.port}"
    (tmp_path / "first").mkdir()
    first = crawled(place, tmp_path / "first", {"politeness": {"retries": 1}, "network": {"cookies": True}})
    assert first.code == 0, first.said
    requests = _agree(first.folder, server)
    by_name = {request.split(b" ", 2)[1].partition(b"?")[0].rpartition(b"/")[2]: request for request in requests}
    assert set(by_name) == {name.encode() for name in _FORMS} | {b"robots.txt"}
    assert sum(b"/wordy?" in request for request in requests) == 2  # a try that failed is in the archive too
    assert b"\r\nCookie: one=1\r\n" in by_name[b"odd"]
    assert b"\r\nCookie: two=2; one=1\r\n" in by_name[b"plain"]
    assert b"Cookie: " not in by_name[b""]
    assert not any(b"If-None-Match" in request or b"If-Modified-Since" in request for request in requests)

    (tmp_path / "second").mkdir()
    again = crawled(place, tmp_path / "second", {"revisit": {"min_interval": 0}}, "--since", str(first.folder))
    assert again.code == 0, again.said
    requests = _agree(again.folder, server)
    by_name = {request.split(b" ", 2)[1].partition(b"?")[0].rpartition(b"/")[2]: request for request in requests}
    assert b'\r\nIf-None-Match: "odd"\r\n' in by_name[b"odd"]
    assert b"If-Modified-Since: Sat, 03 May 2008 10:00:00 GMT\r\n" in by_name[b"beyond"]
    assert json.loads((again.folder / "crawl.json").read_bytes())["counts"]["fetched"] >= 5
    again.run("verify")
