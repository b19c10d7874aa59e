"""The bombs unpack into what they claim, and into nothing else."""

from __future__ import annotations

import gzip
import zlib

import brotli  # type: ignore[import-untyped] # it has no types
import zstandard

from tests.hostile import answers

_SIZE = 8 << 20


def test_a_gzip_bomb_is_one_sound_member() -> None:
    packed = b"".join(answers.gzip_zeros(_SIZE, b"<p>"))
    assert gzip.decompress(packed) == b"<p>" + bytes(_SIZE)
    assert len(packed) < _SIZE / 900


def test_a_deflate_bomb_is_a_sound_zlib_stream() -> None:
    assert zlib.decompress(b"".join(answers.zlib_zeros(_SIZE, b"<p>"))) == b"<p>" + bytes(_SIZE)


def test_a_zstd_bomb_is_a_sound_frame() -> None:
    packed = b"".join(answers.zstd_zeros(_SIZE))
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == bytes(_SIZE)
    assert len(packed) < _SIZE / 30_000


def test_a_brotli_bomb_is_a_sound_stream() -> None:
    assert brotli.decompress(b"".join(answers.brotli_zeros(_SIZE))) == bytes(_SIZE)


def test_an_endless_answer_has_an_end() -> None:
    assert len(list(answers.endless(b"xx", b"first", most=100)())) == 51
