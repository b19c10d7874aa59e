from __future__ import annotations

import base64
import gzip
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from portal_crawler.archive.record_digest import WIRE_PAYLOAD, digest_problems
from portal_crawler.archive.response_capture import response_capture
from portal_crawler.archive.warc_members import Damage, Members, members_of
from portal_crawler.archive.warc_read import ReadRecord, _Reader, read_records, record_at
from portal_crawler.archive.warc_record import WarcRecord, exchange_records
from portal_crawler.archive.warc_write import Compression, WarcFiles, WarcOptions
from portal_crawler.capture import WarcPlace
from tests.archive.exchanges import RESPONSES, STARTED, STORY, an_exchange, new_ids
from tests.archive.test_warc_write import NAME, SUFFIX, Archive

MOST = 10_000_000


def a_record(number: int, block: bytes = b"hello", kind: str = "resource", version: str = "1.0", **more: str) -> bytes:
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "WARC-Date": "2004-10-15T08:30:00Z",
        "WARC-Target-URI": f"http://portal.test/{number}",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in more.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"WARC/{version}\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def read(data: bytes, most: int = MOST) -> tuple[list[ReadRecord], list[Damage]]:
    items = list(read_records(io.BytesIO(data), "f", most))
    return (
        [item for item in items if isinstance(item, ReadRecord)],
        [item for item in items if isinstance(item, Damage)],
    )


def urls(records: list[ReadRecord]) -> list[str]:
    return [record.url.rpartition("/")[2] for record in records]


def members(*records: bytes) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


A, B, C = a_record(1), a_record(2, b"world" * 300), a_record(3)


@pytest.mark.parametrize("compression", Compression)
def test_what_was_written_is_read_and_found_at_its_place(tmp_path: Path, compression: Compression) -> None:
    archive = Archive(tmp_path, compression=compression)
    written, places = list[WarcRecord](), list[WarcPlace]()
    for name in RESPONSES:
        records = archive.records(name)
        written += records
        places += archive.files.append_all(records)
    archive.files.finish()
    name = NAME.format(0, SUFFIX[compression])
    items = list(read_records(tmp_path / name, name))
    assert not [item for item in items if isinstance(item, Damage)]
    found = [item for item in items if isinstance(item, ReadRecord)][1:]
    assert [record.place for record in found] == places
    for record, source in zip(found, written, strict=True):
        assert record.block == source.block
        assert record.kind == source.kind
        assert record.date == STARTED
        assert digest_problems(record) == []
        assert record_at(tmp_path / name, record.place.offset, name=name) == record


def test_the_writer_goes_on_under_the_warcinfo_of_its_file(tmp_path: Path) -> None:
    first = Archive(tmp_path)
    told = first.files.warcinfo_id()
    first.add()
    committed = first.files.sync()
    first.files.close()
    second = Archive(tmp_path, committed)
    assert second.files.warcinfo_id() == told
    second.files.close()
    second.files.finish()
    assert (tmp_path / NAME.format(0, ".gz")).exists()


def test_an_address_that_is_no_uri_comes_back_as_it_was_asked_for(tmp_path: Path) -> None:
    url = "http://portal.test/новости a|b?x={1}"
    records = exchange_records(an_exchange(url=url), "", new_ids())
    (read_back, _), damages = read(b"".join(record.to_bytes() for record in records))
    assert (read_back.url, damages) == (url, [])


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_every_version_is_read(version: str) -> None:
    records, damages = read(a_record(1, version=version))
    assert (records[0].version, records[0].block, damages) == (f"WARC/{version}", b"hello", [])


def test_brackets_lf_folded_fields_and_latin_1_of_other_writers_are_read() -> None:
    data = (
        b"WARC/1.0\nwarc-type: Response\nWARC-Target-URI: <http://portal.test/x>\nX-Note: one\n  two\n"
        b"X-Latin: caf\xe9\nCONTENT-LENGTH:  2\n\nok\r\n\r\n"
    )
    (record,), damages = read(data)
    assert damages == []
    assert (record.kind, record.url) == ("response", "http://portal.test/x")
    assert (record.header("x-note"), record.header("X-LATIN")) == ("one two", "café")
    assert record.date is None


def test_zstd_with_a_dictionary_is_read_and_sought_in() -> None:
    samples: list[bytes | bytearray | memoryview] = [
        a_record(number, b"<p>A quiet Monday at the harbour</p>" * (number % 7 + 1)) for number in range(200)
    ]
    dictionary = zstandard.train_dictionary(2_000, samples)
    packer = zstandard.ZstdCompressor(dict_data=dictionary)
    for payload in (dictionary.as_bytes(), zstandard.ZstdCompressor().compress(dictionary.as_bytes())):
        head = b"\x5d\x2a\x4d\x18" + len(payload).to_bytes(4, "little") + payload
        extension = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
        data = head + packer.compress(samples[0]) + extension + packer.compress(samples[1])
        records, damages = read(data)
        assert (urls(records), damages) == (["0", "1"], [])
        assert record_at(io.BytesIO(data), records[1].place.offset, name="f") == records[1]


def test_a_block_above_the_limit_is_cut_and_the_next_record_is_read() -> None:
    records, damages = read(members(A, B, C), most=100)
    assert [(len(record.block), record.block_length) for record in records] == [(5, 5), (100, 1500), (5, 5)]
    assert damages == []
    assert digest_problems(records[1]) == ["the digests of a block of 1500 bytes were not checked"]


def lying(number: int, says: int, block: bytes) -> bytes:
    return a_record(number, block, Content_Length=str(says))


DEFECTS: dict[str, tuple[bytes, list[str], str]] = {
    "content-length-too-long": (A + lying(2, 1_700, B) + C, ["1", "2", "3"], "Content-Length says 1700"),
    "content-length-too-short": (A + lying(2, 3, b"hello") + C, ["1", "3"], "goes on behind them"),
    "content-length-missing": (A + B.replace(b"Content-Length: 1500\r\n", b"") + C, ["1", "3"], "Content-Length"),
    "content-length-no-number": (A + a_record(2, Content_Length="five") + C, ["1", "3"], "Content-Length"),
    "content-length-endless": (A + a_record(2, Content_Length="9" * 17) + C, ["1", "3"], "Content-Length says 9999"),
    "header-line-without-colon": (A + B.replace(b"WARC-Date: ", b"WARC-Date ") + C, ["1", "2", "3"], "named field"),
    "garbage-between-records": (A + b"\x00\x01junk\r\nmore\r\n" + B + C, ["1", "2", "3"], "no WARC record"),
    "garbage-before-the-first": (b"HTTP/1.1 200 OK\r\n\r\n" + A, ["1"], "no WARC record"),
    "one-line-end-behind": (A[:-2] + B + C, ["1", "2", "3"], "without two line ends"),
    "cut-off": (A + B + C[:-6], ["1", "2"], "Content-Length says 5 bytes"),
    "cut-off-in-the-header": (A + B[:60], ["1"], "the WARC header has no end"),
    "endless-header": (A + b"WARC/1.0\r\n" + b"X: y\r\n" * 20_000 + B, ["1", "2"], "the WARC header has no end"),
    "arc-file": (b"filedesc://a.arc 0.0.0.0 20041015083000 text/plain 76\n1 0 InternetArchive\n", [], "ARC file"),
    "nothing": (b"", [], "holds nothing"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_a_plain_file_is_told_and_the_rest_is_read(tmp_path: Path, defect: str) -> None:
    data, numbers, problem = DEFECTS[defect]
    path = tmp_path / f"{defect}.warc"
    path.write_bytes(data)
    items = list(read_records(path))
    damages = [item for item in items if isinstance(item, Damage)]
    if defect == "content-length-too-long":
        numbers = ["1", "2", "3"]
    assert urls([item for item in items if isinstance(item, ReadRecord)]) == numbers
    assert len(damages) == 1
    assert problem in damages[0].problem
    assert damages[0].file == path.name
    if data[damages[0].offset :][:5] != b"WARC/":
        assert "no WARC record" in problem or numbers == []


GZ = members(A, B, C)
SECOND = len(members(A))
THIRD = len(members(A, B))
PACKED_DEFECTS: dict[str, tuple[bytes, list[str], str, int]] = {
    "member-cut-off": (GZ[: THIRD + 40], ["1", "2"], "the gzip member is cut off", THIRD),
    "member-cut-off-in-the-middle": (GZ[: THIRD - 30] + GZ[THIRD:], ["1", "3"], "the gzip member", SECOND),
    "member-damaged": (
        GZ[: SECOND + 30] + b"\xff" * 8 + GZ[SECOND + 38 :],
        ["1", "3"],
        "the gzip member is damaged",
        SECOND,
    ),
    "garbage-between-members": (GZ[:SECOND] + b"\x00" * 70_000 + GZ[SECOND:], ["1", "2", "3"], "70000 bytes", SECOND),
    "whole-file-in-one-member": (members(A + B + C), ["1", "2", "3"], "one member holds 3 records", 0),
    "content-length-too-long": (members(A, lying(2, 99, b"hello"), C), ["1", "3"], "99 bytes, 9 came", SECOND),
    "content-length-too-short": (members(A, lying(2, 3, b"hello"), C), ["1", "3"], "goes on behind them", SECOND),
    "no-warc-inside": (members(A, b"<html>", C), ["1", "3"], "6 bytes are no WARC record", SECOND),
}


@pytest.mark.parametrize("defect", PACKED_DEFECTS)
def test_a_defect_of_a_packed_file_is_told_and_the_rest_is_read(tmp_path: Path, defect: str) -> None:
    data, numbers, problem, offset = PACKED_DEFECTS[defect]
    path = tmp_path / f"{defect}.warc.gz"
    path.write_bytes(data)
    items = list(read_records(path))
    damages = [item for item in items if isinstance(item, Damage)]
    assert urls([item for item in items if isinstance(item, ReadRecord)]) == numbers
    assert [damage.offset for damage in damages] == [offset], damages
    assert problem in damages[0].problem


def test_a_damaged_zstd_frame_is_told_and_the_rest_is_read() -> None:
    pack = zstandard.ZstdCompressor(write_checksum=True).compress
    second = len(pack(A))
    data = bytearray(pack(A) + pack(B) + pack(C))
    data[second + 60] ^= 0xFF
    records, damages = read(bytes(data))
    assert urls(records) == ["1", "3"]
    assert damages == [Damage("f", second, "the zstd frame is damaged")]


def test_records_within_one_member_are_found_by_their_offset_in_it() -> None:
    data = members(A + B + C)
    records, _ = read(data)
    assert [record.within for record in records] == [0, len(A), len(A + B)]
    assert {record.place.length for record in records} == {0}
    for record in records:
        found = record_at(io.BytesIO(data), 0, record.within, "f")
        assert isinstance(found, ReadRecord)
        assert found.url == record.url


@pytest.mark.parametrize("offset", [5, 10_000])
def test_where_no_record_stands_that_is_told(offset: int) -> None:
    assert isinstance(record_at(io.BytesIO(A + B), offset, name="f"), Damage)
    assert isinstance(record_at(io.BytesIO(members(A, B)), offset, name="f"), Damage)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio leaves its buffers open
def test_warcs_of_warcio_are_read(tmp_path: Path) -> None:
    with (tmp_path / "warcio.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record("warcio.warc.gz", {"software": "warcio"}))
        for number in range(3):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            url = f"http://portal.test/{number}"
            response = writer.create_warc_record(url, "response", payload=io.BytesIO(STORY), http_headers=headers)
            request = writer.create_warc_record(url, "request", payload=io.BytesIO(b"GET / HTTP/1.1\r\n\r\n"))
            writer.write_request_response_pair(request, response)
    items = list(read_records(tmp_path / "warcio.warc.gz"))
    records = [item for item in items if isinstance(item, ReadRecord)]
    assert len(records) == len(items) == 7
    assert [problem for record in records for problem in digest_problems(record)] == []
    capture = response_capture(next(record for record in records if record.kind == "response"), MOST)
    assert (capture.url, capture.body, capture.status) == ("http://portal.test/0", STORY, 200)


def a_response(payload_digest: str, block: bytes = RESPONSES["chunked"], **more: str) -> ReadRecord:
    fields = {"Content_Type": "application/http;msgtype=response", "WARC_Payload_Digest": payload_digest} | more
    ((record,), _) = read(a_record(1, block, "response", "1.1", **fields))
    return record


@pytest.mark.parametrize("algorithm", ["sha1", "SHA-256", "md5", "sha512"])
@pytest.mark.parametrize("form", ["base32", "hex", "HEX", "base32 without padding"])
def test_digests_of_any_algorithm_and_form_are_checked(algorithm: str, form: str) -> None:
    digest = hashlib.new(algorithm.lower().replace("-", ""), STORY).digest()
    digits = {
        "base32": base64.b32encode(digest).decode(),
        "base32 without padding": base64.b32encode(digest).decode().rstrip("=").lower(),
        "hex": digest.hex(),
        "HEX": digest.hex().upper(),
    }[form]
    assert digest_problems(a_response(f"{algorithm}:{digits}")) == []
    wrong = ("B" if digits[0] != "B" else "C") + digits[1:]
    assert digest_problems(a_response(f"{algorithm}:{wrong}")) == ["the payload digest does not fit"]


def test_a_payload_digest_over_the_wire_is_named_apart() -> None:
    wire = RESPONSES["chunked"].partition(b"\r\n\r\n")[2]
    assert digest_problems(a_response("sha1:" + hashlib.sha1(wire).hexdigest())) == [WIRE_PAYLOAD]


def test_other_digests_are_told() -> None:
    assert "no algorithm that is known" in digest_problems(a_response("crc:00"))[0]
    block = a_response("sha1:" + hashlib.sha1(STORY).hexdigest(), WARC_Block_Digest="sha1:" + "A" * 32)
    assert digest_problems(block) == ["the block digest does not fit"]


def test_a_capture_is_made_of_a_response_record() -> None:
    (record, _), _ = read(b"".join(r.to_bytes() for r in exchange_records(an_exchange("gzip"), "", new_ids())))
    capture = response_capture(record, MOST)
    assert (capture.body, capture.url, capture.fetched_at) == (STORY, "http://portal.test/gzip", STARTED)
    assert capture.payload_digest == record.header("WARC-Payload-Digest")
    assert capture.warc == record.place
    (record, _), _ = read(b"".join(r.to_bytes() for r in exchange_records(an_exchange("redirect"), "", new_ids())))
    assert response_capture(record, MOST).final_url == "http://portal.test/news/"


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([A, B, C, gzip.compress(A), b"WARC/1.0\r\n", b"Content-Length: 7\r\n", b"\r\n\r\n"]),
            st.binary(max_size=30),
        ),
        max_size=8,
    ),
    st.sampled_from(["plain", "gzip", "zstd"]),
    st.integers(0, 3_000),
)
def test_no_file_raises(pieces: list[bytes], form: str, cut: int) -> None:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "plain": bytes,
        "gzip": gzip.compress,
        "zstd": zstandard.ZstdCompressor().compress,
    }
    data = b"".join(map(packers[form], pieces))
    for part in (data, data[:cut], data[cut:]):
        for item in read_records(io.BytesIO(part), "f", 1_000):
            if isinstance(item, ReadRecord):
                digest_problems(item)
                response_capture(item, 1_000)
            else:
                assert 0 <= item.offset <= len(part)
        record_at(io.BytesIO(part), min(cut, len(part)), name="f")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(GZ) - 1), st.binary(min_size=1, max_size=4))
def test_one_damaged_place_costs_one_record_at_most(at: int, noise: bytes) -> None:
    data = bytearray(GZ)
    data[at : at + len(noise)] = noise
    records, damages = read(bytes(data))
    damaged = {
        index for index, begin in enumerate((0, SECOND, THIRD)) if begin - 4 < at + len(noise) and at < begin + 3_000
    }
    assert set(urls(records)) >= {"1", "2", "3"} - {str(i + 1) for i in damaged}
    assert bytes(data) == GZ or damages or len(records) == 3


def test_the_files_of_a_crawl_may_change_their_options(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lzma"):
        WarcFiles(tmp_path, WarcOptions("x", compression="lzma"), lambda _: pytest.fail("not asked"), {})


class _Crumbs:
    """Members that give their content by a hundred bytes: no record comes in one piece."""

    def __init__(self, members: Members) -> None:
        self._members, self._piece = members, b""

    def __getattr__(self, name: str) -> object:
        return getattr(self._members, name)

    def next_member(self) -> bool:
        self._piece = b""
        return self._members.next_member()

    def read_more(self) -> bytes:
        piece = self._piece or self._members.read_more()
        self._piece = piece[100:]
        return piece[:100]


@given(
    st.lists(
        st.tuples(st.sampled_from(("flip", "cut", "add", "zero")), st.floats(0, 1), st.integers(1, 60)), max_size=4
    )
)
@settings(max_examples=150, deadline=None)
def test_a_record_that_comes_in_one_piece_is_what_it_is_in_many(harms: list[tuple[str, float, int]]) -> None:
    data = bytearray(members(A, B, A + C, C[:-1], B + b"\r\n", a_record(4, b"x" * 9_000)))
    for kind, place, size in harms:
        at = int(place * (len(data) - 1))
        if kind == "flip":
            data[at] ^= 1 << size % 8
        elif kind == "cut":
            del data[at : at + size]
        else:
            data[at : at + size * (kind == "zero")] = bytes(size)
    whole = list(read_records(io.BytesIO(bytes(data)), "f", MOST))
    crumbs: Any = _Crumbs(members_of(io.BytesIO(bytes(data))))
    assert list(_Reader(crumbs, "f", MOST).read()) == whole
