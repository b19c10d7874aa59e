"""Archives of writers whose payload digests are over the bytes of the wire, chunk sizes included."""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from pathlib import Path

import pytest

from tests.cli.built_folders import run
from tests.distributed.build_here import lines
from tests.template.test_template import story

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"


def _record(kind: str, url: str, block: bytes, digest: str, *more: str) -> bytes:
    lines = [
        *("WARC/1.1", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", "WARC-Date: 2004-10-15T08:00:00Z"),
        f"WARC-Record-ID: <{uuid.uuid5(uuid.NAMESPACE_URL, url).urn}>",
        *(f"WARC-Payload-Digest: {digest}", "Content-Type: application/http; msgtype=response"),
        *(f"Content-Length: {len(block)}", *more, "", ""),
    ]
    return gzip.compress("\r\n".join(lines).encode() + block + b"\r\n\r\n", mtime=0)


def _chunked(number: int) -> bytes:
    page = story(number).encode()
    parts = (page[:100], page[100:], b"")
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_they_are_their_writers_way_and_nothing_to_restore(tmp_path: Path, algorithm: str) -> None:
    wires = [_chunked(number) for number in (1, 2)]
    digests = [f"{algorithm}:{hashlib.new(algorithm, wire).hexdigest()}" for wire in wires]
    urls = [f"http://www.portal.test/news/{number}.htm" for number in (1, 2, 3)]
    revisit = (
        "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        *(f"WARC-Refers-To-Target-URI: {urls[0]}", "WARC-Refers-To-Date: 2004-10-15T08:00:00Z"),
    )
    found = zip(urls, wires, digests, strict=False)
    records = [_record("response", url, HEAD + wire, digest) for url, wire, digest in found]
    records.append(_record("revisit", urls[2], HEAD, digests[0], *revisit))
    (tmp_path / "foreign.warc.gz").write_bytes(b"".join(records))
    run(tmp_path, "build", "foreign.warc.gz", "--out", "built", "--jobs", "1", "-q")
    assert {page["payload_digest"] for page in lines(tmp_path / "built/pages.jsonl")} == {
        f"sha256:{hashlib.sha256(story(number).encode()).hexdigest()}" for number in (1, 2)
    }
    done = run(tmp_path, "verify", "built")
    assert "foreign.warc.gz: 2 records have a payload digest of the bytes of the wire" in done.stderr
    assert "built holds together" in done.stderr
    told = json.loads(run(tmp_path, "verify", "built", "--json", "-q").stdout)
    assert (told["ok"], told["findings"], told["wire_digests"]) == (True, [], {"foreign.warc.gz": 2})

    changed = _record("response", urls[1], HEAD + wires[1].replace(b"<p>", b"<b>"), digests[1])
    (tmp_path / "foreign.warc.gz").write_bytes(b"".join((records[0], changed, records[2])))
    assert "the payload digest does not fit" in run(tmp_path, "verify", "built", code=22).stdout
