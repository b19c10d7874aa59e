"""Content coding: a payload with its Content-Encoding undone, within a limit and without an error.

RFC 9110 section 8.4: gzip (RFC 1952), deflate (RFC 1950, and the raw RFC 1951 that some servers send), br (RFC 7932),
zstd (RFC 8878, its window as RFC 9659 bounds it). What a server claims and does not send is told, never raised.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import brotli  # type: ignore[import-untyped]
import zstandard

# The problem that is told where the limit was reached: a caller decides by it.
CUT_AT_LIMIT = "the body is longer than the limit and cut there"
_DAMAGED = "the compressed stream is damaged"
_CUT_OFF = "the compressed stream is cut off"
# Codings that may lie one in another; curl undoes as many (MAX_ENCODE_STACK of its lib/content_encoding.c).
_MOST_NESTED = 5
# RFC 9659 section 3: a zstd window on the web has at most 8 MiB.
_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
# 256 bytes hold at most 64 zstd blocks of 128 KiB (RFC 8878 section 3.1.1.2): 8 MiB of output at a time.
_ZSTD_PIECE = 256
# zlib's window bits (its manual, inflateInit2): 31 is gzip, 15 zlib, -15 raw deflate.
_GZIP, _ZLIB, _RAW = 31, 15, -15
# A damaged stream is fed by pieces of this many bytes, so that what stands before the damage is kept.
_SALVAGE_PIECE = 4096
_BROTLI_PIECE = 256
# Codings that leave the bytes as they are: RFC 9110 section 8.4.1, and what careless servers write.
_NOTHING = frozenset([b"", b"identity", b"none"])

Decoded = tuple[bytes, str]
"""The output, at most the limit, and the problem in words or ""."""


def undo_content_coding(
    payload: bytes, headers: tuple[tuple[bytes, bytes], ...], most: int
) -> tuple[bytes, tuple[str, ...]]:
    r"""The body that a payload stands for, and what was wrong on the way.

    :param payload: the message's content, transfer coding undone.
    :param headers: the response's; every Content-Encoding counts, in order.
    :param most: the limit in bytes; output is cut there and ``CUT_AT_LIMIT`` told. Never much more is in memory.

    >>> undo_content_coding(b"plain", ((b"Content-Encoding", b"gzip"),), 100)
    (b'plain', ('the body is not gzip, as Content-Encoding says',))
    """
    codings = [value for name, value in headers if len(name) == 16 and name.lower() == b"content-encoding"]
    if not codings:
        return (payload, ()) if len(payload) <= most else (payload[:most], (CUT_AT_LIMIT,))
    return undo_codings(payload, b",".join(codings), most, "Content-Encoding")


def undo_codings(payload: bytes, codings: bytes, most: int, field: str) -> tuple[bytes, tuple[str, ...]]:
    """Undo a comma-separated list of codings, the last one first; ``field`` is the header's name, for problems."""
    names = [name for part in codings.split(b",") if (name := part.strip().lower()) not in _NOTHING]
    problems: list[str] = []
    if len(names) > _MOST_NESTED:
        return payload[:most], (f"{field} names {len(names)} codings; at most {_MOST_NESTED} are undone",)
    for name in reversed(names):
        decode = _DECODERS.get(name)
        if decode is None:
            problems.append(f"{field} names a coding that is not known: {name[:40].decode('latin-1')}")
            break
        if not payload:
            break
        decoded, problem = decode(payload, most)
        if problem and not decoded:
            problems.append(f"the body is not {name.decode()}, as {field} says")
            break
        payload = decoded
        if problem:
            problems.append(problem)
    if len(payload) > most:
        payload = payload[:most]
        problems.append(CUT_AT_LIMIT)
    return payload, tuple(dict.fromkeys(problems))


def _gzip(data: bytes, most: int) -> Decoded:
    """One or more gzip members (RFC 1952 section 2.2); zeros behind the last are padding."""
    member, problem, behind = _inflate(data, _GZIP, most)
    return (member, problem) if problem or not behind else _further_members(member, behind, most)


def _further_members(first: bytes, behind: bytes, most: int) -> Decoded:
    """Fed by pieces: a stream copies what is left of its input, and a hundred thousand empty members are a bomb too."""
    out, at, eof = bytearray(first), 0, True
    while at < len(behind):
        stream, begin = zlib.decompressobj(_GZIP), len(out)
        while at < len(behind) and not stream.eof:
            piece = behind[at : at + _SALVAGE_PIECE]
            try:
                out += stream.decompress(piece, most + 1 - len(out))
            except zlib.error:
                if len(out) > begin:
                    return bytes(out), _DAMAGED
                return bytes(out), "other bytes stand behind the gzip stream" if behind[at:].strip(b"\0") else ""
            at += len(piece) - len(stream.unused_data)
            if len(out) > most:
                return bytes(out[:most]), CUT_AT_LIMIT
        eof = stream.eof
    return bytes(out), "" if eof else _CUT_OFF


def _deflate(data: bytes, most: int) -> Decoded:
    """The zlib form as RFC 9110 section 8.4.1.2 has it; without its two bytes of header, raw deflate."""
    says_zlib = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
    decoded, problem = b"", "the deflate stream is cut off"
    for form in (_ZLIB, _RAW) if says_zlib else (_RAW, _ZLIB):
        decoded, problem, _ = _inflate(data, form, most)
        if decoded or not problem:
            break
    return decoded, problem


def _inflate(data: bytes, form: int, most: int) -> tuple[bytes, str, bytes]:
    """One stream: output, problem, the bytes behind its end."""
    stream = zlib.decompressobj(form)
    try:
        # zlib's "no limit" is 0: one byte above the limit tells a stream that fits from one that does not.
        out = stream.decompress(data, most + 1)
    except zlib.error:
        return _salvage(data, form, most), _DAMAGED, b""
    if len(out) > most:
        return out[:most], CUT_AT_LIMIT, b""
    if not stream.eof:
        return out, _CUT_OFF, b""
    return out, "", stream.unused_data


def _salvage(data: bytes, form: int, most: int) -> bytes:
    """What a damaged stream gives up to the damage."""
    stream, out = zlib.decompressobj(form), bytearray()
    for start in range(0, len(data), _SALVAGE_PIECE):
        piece = data[start : start + _SALVAGE_PIECE]
        before = stream.copy()
        try:
            out += stream.decompress(piece, most + 1 - len(out))
        except zlib.error:
            _feed_bytes(before, piece, out, most)
            break
        if len(out) > most:
            break
    return bytes(out[:most])


def _feed_bytes(stream: Any, piece: bytes, out: bytearray, most: int) -> None:
    """Feed single bytes until the stream refuses one."""
    for at in range(len(piece)):
        if len(out) > most:
            return
        try:
            out += stream.decompress(piece[at : at + 1], most + 1 - len(out))
        except zlib.error:
            return


def _brotli(data: bytes, most: int) -> Decoded:
    """One stream. A damaged one is fed again by pieces, then by bytes: brotli keeps back what an error came with."""
    out, problem, _ = _feed_brotli([data], most)
    if problem != _DAMAGED:
        return out, problem
    starts = range(0, len(data), _BROTLI_PIECE)
    _, _, fed = _feed_brotli([data[start : start + _BROTLI_PIECE] for start in starts], most)
    good, bad = data[: fed * _BROTLI_PIECE], data[fed * _BROTLI_PIECE :][:_BROTLI_PIECE]
    out, problem, _ = _feed_brotli([good, *(bad[at : at + 1] for at in range(len(bad)))], most)
    return out, problem


def _feed_brotli(pieces: list[bytes], most: int) -> tuple[bytes, str, int]:
    """Output, problem, and how many pieces were taken without an error."""
    stream, out = brotli.Decompressor(), bytearray()
    for fed, piece in enumerate(pieces):
        if stream.is_finished():
            return bytes(out), "other bytes stand behind the brotli stream", fed
        try:
            out += stream.process(piece, output_buffer_limit=most + 1 - len(out))
            while len(out) <= most and not stream.is_finished() and not stream.can_accept_more_data():
                out += stream.process(b"", output_buffer_limit=most + 1 - len(out))
        except brotli.error:
            return bytes(out), _DAMAGED, fed
        if len(out) > most:
            return bytes(out[:most]), CUT_AT_LIMIT, fed
    return bytes(out), "" if stream.is_finished() else _CUT_OFF, len(pieces)


def _zstd(data: bytes, most: int) -> Decoded:
    """One or more frames (RFC 8878 section 3.1)."""
    window = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
    out, stream, at = bytearray(), window.decompressobj(), 0
    while at < len(data):
        piece = data[at : at + _ZSTD_PIECE]
        at += len(piece)
        try:
            out += stream.decompress(piece)
        except zstandard.ZstdError:
            return bytes(out[:most]), _DAMAGED
        if len(out) > most:
            return bytes(out[:most]), CUT_AT_LIMIT
        if stream.eof and at - len(stream.unused_data) < len(data):
            at -= len(stream.unused_data)
            stream = window.decompressobj()
    return bytes(out), "" if stream.eof else _CUT_OFF


_DECODERS: dict[bytes, Callable[[bytes, int], Decoded]] = {
    b"gzip": _gzip,
    b"x-gzip": _gzip,
    b"deflate": _deflate,
    b"br": _brotli,
    b"zstd": _zstd,
}
