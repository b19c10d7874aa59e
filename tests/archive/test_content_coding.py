from __future__ import annotations

import gzip
import random
import subprocess
import sys
import zlib

import brotli  # type: ignore[import-untyped] # it has no types
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.archive.content_coding import CUT_AT_LIMIT, undo_content_coding

TEXT = b"<p>A quiet Monday at the harbour. " * 400
NOISE = random.Random(3).randbytes(40_000)
MOST = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


CODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def undo(payload: bytes, *codings: str, most: int = MOST) -> tuple[bytes, tuple[str, ...]]:
    return undo_content_coding(payload, tuple((b"content-Encoding", coding.encode()) for coding in codings), most)


@pytest.mark.parametrize("data", [TEXT, NOISE, b"x", b""], ids=["text", "noise", "a byte", "nothing"])
@pytest.mark.parametrize("coding", CODERS)
def test_a_coding_is_undone(coding: str, data: bytes) -> None:
    assert undo(CODERS[coding](data), coding) == (data, ())


@pytest.mark.parametrize("coding", ["identity", "", "none", " Identity , "])
def test_codings_that_do_nothing_leave_the_bytes(coding: str) -> None:
    assert undo(TEXT, coding) == (TEXT, ())


def test_nested_codings_are_undone_from_the_last() -> None:
    nested = zstandard.ZstdCompressor().compress(brotli.compress(gzip.compress(TEXT)))
    assert undo(nested, "gzip, br", "zstd") == (TEXT, ())


def test_codings_nested_deeper_than_anyone_does_are_left() -> None:
    assert undo(TEXT, ",".join(["gzip"] * 40)) == (
        TEXT,
        ("Content-Encoding names 40 codings; at most 5 are undone",),
    )


def test_an_unknown_coding_leaves_the_bytes() -> None:
    assert undo(TEXT, "sdch") == (TEXT, ("Content-Encoding names a coding that is not known: sdch",))


@pytest.mark.parametrize("coding", CODERS)
@pytest.mark.parametrize("body", [TEXT, b"<!DOCTYPE html>\n<html>", b"\x00", "это текст".encode("cp1251")])
def test_a_plain_body_that_claims_a_coding_stays_as_it_is(coding: str, body: bytes) -> None:
    decoded, problems = undo(body, coding)
    assert decoded == body
    assert len(problems) == 1


@pytest.mark.parametrize("coding", CODERS)
def test_a_stream_that_is_cut_off_gives_what_came(coding: str) -> None:
    coded = CODERS[coding](NOISE)
    decoded, problems = undo(coded[: len(coded) * 4 // 5], coding)
    assert NOISE.startswith(decoded)
    assert len(decoded) >= len(NOISE) // 2 or coding in {"br", "zstd"}  # these two give whole blocks
    assert problems == ("the compressed stream is cut off",) or decoded == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_damaged_stream_gives_what_stands_before_the_damage(coding: str) -> None:
    data = bytes(random.Random(5).choices(b"abcdefgh ", k=60_000))
    coded = bytearray(CODERS[coding](data))
    coded[-3] ^= 0xFF  # the check sum
    assert undo(bytes(coded), coding) == (data, ("the compressed stream is damaged",))


def test_a_damaged_brotli_stream_gives_what_stands_before_the_damage() -> None:
    coded = brotli.compress(NOISE + TEXT)
    decoded, problems = undo(coded[:-40] + bytes(40), "br")
    assert decoded
    assert (NOISE + TEXT).startswith(decoded)
    assert len(problems) == 1


def test_members_of_gzip_are_joined_and_padding_is_dropped() -> None:
    members = gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(NOISE)
    assert undo(members, "gzip") == (TEXT + NOISE, ())
    assert undo(members + bytes(600), "gzip") == (TEXT + NOISE, ())


def test_frames_of_zstd_are_joined() -> None:
    frame = zstandard.ZstdCompressor().compress
    assert undo(frame(TEXT) + frame(NOISE), "zstd") == (TEXT + NOISE, ())


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_bytes_behind_the_stream_are_told(coding: str) -> None:
    decoded, problems = undo(CODERS[coding](TEXT) + b"<!-- cache -->", coding)
    assert decoded == TEXT
    assert "other bytes stand behind" in problems[0]


@pytest.mark.parametrize("coding", CODERS)
def test_output_ends_at_the_limit(coding: str) -> None:
    assert undo(CODERS[coding](TEXT), coding, most=len(TEXT)) == (TEXT, ())
    assert undo(CODERS[coding](TEXT), coding, most=len(TEXT) - 1) == (TEXT[:-1], (CUT_AT_LIMIT,))


def test_a_plain_body_ends_at_the_limit_too() -> None:
    assert undo_content_coding(TEXT, (), 10) == (TEXT[:10], (CUT_AT_LIMIT,))


BOMB = """
import resource, sys, zlib, brotli, zstandard
from portal_crawler.archive.content_coding import CUT_AT_LIMIT, undo_content_coding
coding, zeros = sys.argv[1], bytes(1 << 20)
stream = {
    "gzip": lambda: zlib.compressobj(wbits=31),
    "deflate": lambda: zlib.compressobj(),
    "br": lambda: brotli.Compressor(quality=3),
    "zstd": lambda: zstandard.ZstdCompressor().compressobj(),
}[coding]()
step = stream.process if coding == "br" else stream.compress
bomb = b"".join(step(zeros) for _ in range(256)) + (stream.finish() if coding == "br" else stream.flush())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
body, problems = undo_content_coding(bomb, ((b"Content-Encoding", coding.encode()),), 8 << 20)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
assert (len(body), problems) == (8 << 20, (CUT_AT_LIMIT,)), (len(body), problems)
print(grown)
"""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_costs_little_more_than_the_limit(coding: str) -> None:
    done = subprocess.run([sys.executable, "-c", BOMB, coding], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 64 * 1024  # KiB, for 8 MiB of output out of 256


def test_a_hundred_thousand_empty_members_are_read() -> None:
    # Where each member copied the rest, this would outlast the time limit of a test.
    assert undo(gzip.compress(b"a") + gzip.compress(b"") * 100_000, "gzip") == (b"a", ())


@given(
    st.lists(st.sampled_from(["gzip", "deflate", "br", "zstd", "identity", "what", ""]), max_size=7),
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda coder, data, cut, tail: coder(data)[:cut] + tail,
            st.sampled_from(list(CODERS.values())),
            st.binary(max_size=200),
            st.integers(0, 200),
            st.binary(max_size=20),
        ),
    ),
    st.integers(0, 400),
)
def test_no_bytes_raise_and_the_limit_holds(codings: list[str], payload: bytes, most: int) -> None:
    decoded, problems = undo(payload, *codings, most=most)
    assert len(decoded) <= most
    assert all(problems)
