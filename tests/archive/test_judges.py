"""What warcio and fastwarc say of the digests written here; docs/explanation/archive.md says where they disagree."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.checker import Checker

from portal_crawler.archive.record_digest import digest_problems
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import read_records
from portal_crawler.archive.warc_record import WarcRecord, exchange_records, metadata_record
from portal_crawler.capture import RevisitOf, RevisitProfile
from tests.archive.exchanges import RESPONSES, STARTED, an_exchange, new_ids
from tests.archive.test_warc_write import NAME, Archive

EARLIER = RevisitOf(RevisitProfile.IDENTICAL, "http://portal.test/plain", STARTED, "sha256:" + "ab" * 32)
UNCHANGED = replace(EARLIER, profile=RevisitProfile.NOT_MODIFIED)
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
POST = b"POST /s HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na=b"

# The payload digests that each finds wrong: see the documentation for the reasons.
WARCIO_DISAGREES = {"chunked", "interim", "surplus", "garbage"}
FASTWARC_DISAGREES = WARCIO_DISAGREES | {"lf-only", "revisit-same-payload", "revisit-not-modified"}


def forms() -> dict[str, tuple[WarcRecord, ...]]:
    exchange = an_exchange()
    records = exchange_records(exchange, "", new_ids())
    return {name: exchange_records(an_exchange(name), "", new_ids()) for name in RESPONSES} | {
        "revisit-same-payload": exchange_records(exchange, "", new_ids(), EARLIER),
        "revisit-not-modified": exchange_records(an_exchange(response=NOT_MODIFIED), "", new_ids(), UNCHANGED),
        "post": exchange_records(an_exchange(request=POST), "", new_ids()),
        "metadata": (*records, metadata_record(exchange, [("via", "http://portal.test/")], "", new_ids(), records)),
    }


@pytest.fixture(params=forms())
def form(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    archive = Archive(tmp_path)
    archive.files.append_all(forms()[request.param])
    archive.files.finish()
    return request.param, tmp_path / NAME.format(0, ".gz")


def test_our_own_check_finds_every_digest_right(form: tuple[str, Path]) -> None:
    for item in read_records(form[1]):
        assert not isinstance(item, Damage)
        assert digest_problems(item) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio leaves its buffers open
def test_warcio_check_disagrees_only_where_the_documentation_says(form: tuple[str, Path]) -> None:
    name, path = form
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        failed = Checker(SimpleNamespace(inputs=[str(path)], verbose=True)).process_all()
    assert bool(failed) == (name in WARCIO_DISAGREES), said.getvalue()
    assert "block digest failed" not in said.getvalue()


def test_fastwarc_disagrees_only_where_the_documentation_says(form: tuple[str, Path]) -> None:
    name, path = form
    wrong = [
        record.record_id
        for record in ArchiveIterator(str(path))
        if record.headers.get("WARC-Payload-Digest") and not record.verify_payload_digest()
    ]
    assert bool(wrong) == (name in FASTWARC_DISAGREES)
    assert all(record.verify_block_digest() for record in ArchiveIterator(str(path), parse_http=False))
