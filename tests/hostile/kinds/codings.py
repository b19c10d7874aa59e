"""Codings: bodies that unpack into more than anybody has, or are not what their header says."""

from __future__ import annotations

import zlib

from tests.hostile.answers import (
    Answer,
    brotli_zeros,
    coded,
    gzip_zeros,
    gzipped,
    lazily,
    whole,
    zlib_zeros,
    zstd_zeros,
)
from tests.hostile.hazard import Hazard, Places, bounded, one_page, skipped, whole_once
from tests.hostile.stories import article, story


def _bomb(name: str, answer: Answer, note: str) -> Hazard:
    return one_page(name, answer, skipped("too_large", requests=4), note=note)


def _packed(name: str, coding: str, times: int = 1) -> Hazard:
    """An article in gzip, so many times over."""
    body = gzipped(article(story(name)).encode(), times)
    return one_page(name, whole(body, f"Content-Encoding: {coding}"), whole_once(story(name)))


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those of Content-Encoding."""
    raw_packer = zlib.compressobj(wbits=-15)
    raw_body = raw_packer.compress(article(story("deflate-raw")).encode()) + raw_packer.flush()
    trailing = gzipped(article(story("gzip-trailing-garbage")).encode()) + b"\0" * 4_000 + b"garbage" * 100
    cut = gzipped(article(story("gzip-cut")).encode())[:-200]
    plain = article(story("gzip-lie")).encode()
    many = ", ".join(["gzip"] * 1_000)
    return (
        _bomb("gzip-bomb", coded(gzip_zeros, "gzip"), "1 GiB of zeros behind Content-Encoding: gzip"),
        _bomb("deflate-bomb", coded(zlib_zeros, "deflate"), "1 GiB of zeros behind Content-Encoding: deflate"),
        _bomb("zstd-bomb", coded(zstd_zeros, "zstd"), "1 GiB of zeros behind Content-Encoding: zstd"),
        _bomb("brotli-bomb", coded(brotli_zeros, "br"), "1 GiB of zeros behind Content-Encoding: br"),
        _bomb(
            "gzip-gzip-bomb",
            lazily(lambda: gzipped(b"".join(gzip_zeros())), "Content-Encoding: gzip, gzip"),
            "1 GiB of zeros, packed twice: a few thousand bytes on the wire",
        ),
        _packed("gzip-ok", "gzip"),
        _packed("gzip-gzip-ok", "gzip, gzip", 2),
        _packed("gzip-gzip-unsaid", "x-gzip"),
        one_page("gzip-lie", whole(plain, "Content-Encoding: gzip"), bounded(8), note="says gzip, is plain"),
        one_page("gzip-cut", whole(cut, "Content-Encoding: gzip"), bounded(8), note="a whole answer, a cut member"),
        one_page(
            "gzip-trailing-garbage",
            whole(trailing, "Content-Encoding: gzip"),
            whole_once(story("gzip-trailing-garbage")),
            note="bytes behind the member: browsers ignore them",
        ),
        one_page(
            "deflate-raw",
            whole(raw_body, "Content-Encoding: deflate"),
            whole_once(story("deflate-raw")),
            note="raw deflate without the zlib frame, as old IIS has it",
        ),
        one_page("coding-unknown", whole(b"\x01\x02\x03" * 900, "Content-Encoding: x-klingon"), bounded(8)),
        one_page(
            "coding-of-a-thousand", whole(b"<p>Packed a thousand times?</p>", f"Content-Encoding: {many}"), bounded(8)
        ),
    )
