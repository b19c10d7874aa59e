"""Record digests: whether a record's digests fit its bytes, whoever wrote it. Pure.

WARC/1.1 sections 5.8 and 5.9. The standard's payload has its transfer coding undone; some writers digest the bytes of
the wire, chunk sizes included. The two are named apart.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from portal_crawler.archive.http_message import read_response, request_payload
from portal_crawler.archive.warc_read import ReadRecord

# As the label is written without its hyphen and in lower case. SHA-1 and MD5 are what archives of 1996 to today have.
_ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
# Where the head of an HTTP message ends and the wire's payload begins.
_HEAD_ENDS = (b"\r\n\r\n", b"\n\n")

WIRE_PAYLOAD = "the payload digest fits the bytes of the wire (chunk sizes included), not the standard's payload"


def digest_problems(record: ReadRecord) -> list[str]:
    """What is wrong with the block digest and the payload digest; empty where they fit, or are not there.

    A revisit's payload digest is that of the capture it refers to, and is not checked here.
    """
    if len(record.block) < record.block_length:
        return [f"the digests of a block of {record.block_length} bytes were not checked"]
    problems = []
    stated = record.header("WARC-Block-Digest")
    if stated is not None and (wrong := _misfit(stated, record.block)):
        problems.append(f"the block digest {wrong}")
    stated = record.header("WARC-Payload-Digest")
    if stated is not None and record.kind != "revisit":
        problems += _payload_problem(stated, record)
    return problems


def _payload_problem(stated: str, record: ReadRecord) -> list[str]:
    payload, wire = _payloads(record)
    wrong = _misfit(stated, payload)
    if not wrong:
        return []
    if wire != payload and not _misfit(stated, wire):
        return [WIRE_PAYLOAD]
    return [f"the payload digest {wrong}"]


def _payloads(record: ReadRecord) -> tuple[bytes, bytes]:
    """The payload of the standard, and as it stood on the wire."""
    if not (record.header("Content-Type") or "").lower().startswith("application/http"):
        return record.block, record.block
    if record.kind == "request":
        ends = [at + len(end) for end in _HEAD_ENDS if (at := record.block.find(end)) >= 0]
        return request_payload(record.block), record.block[min(ends, default=len(record.block)) :]
    message = read_response(record.block)
    return message.payload, record.block[message.head_length :]


def _misfit(stated: str, data: bytes) -> str:
    """What keeps a labelled digest (``sha1:`` and base32 or hexadecimal digits) from being that of ``data``, or ""."""
    label, _, value = stated.strip().partition(":")
    algorithm = label.strip().lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return f"cannot be checked: {label[:20]} is no algorithm that is known"
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return "" if _decoded(value.strip(), len(digest)) == digest else "does not fit"


def _decoded(value: str, size: int) -> bytes:
    """The bytes of a digest in hexadecimal or base32 (RFC 4648) digits of either case, with or without padding."""
    try:
        digits = value.rstrip("=").upper()
        if len(digits) == size * 2:
            return bytes.fromhex(digits)
        return base64.b32decode(digits + "=" * (-len(digits) % 8))
    except (ValueError, binascii.Error):
        return b""
