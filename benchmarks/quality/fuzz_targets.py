"""Fuzz targets: what is made, damaged and read for each; an error that the reader may not raise is the case's failure.

A case is drawn from a seed and a number alone, so each can be had again.
"""

from __future__ import annotations

import gzip
import io
import random
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import zstandard

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks" / "extraction")]

from mutations import DAMAGE, drawn, mutated  # noqa: E402

from portal_crawler.archive.cdxj_blocks import read_map  # noqa: E402
from portal_crawler.archive.cdxj_index import CdxjIndex, read_entry  # noqa: E402
from portal_crawler.archive.response_capture import response_capture  # noqa: E402
from portal_crawler.archive.warc_members import Damage  # noqa: E402
from portal_crawler.archive.warc_read import read_records, record_at  # noqa: E402
from portal_crawler.archive.warc_record import exchange_records, warcinfo_record  # noqa: E402
from portal_crawler.capture import Capture  # noqa: E402
from portal_crawler.errors import ProfileError  # noqa: E402
from portal_crawler.reading import read_page, scan_page  # noqa: E402
from portal_crawler.records.article_record import story_of, story_record  # noqa: E402
from portal_crawler.records.jsonl import dumps  # noqa: E402
from portal_crawler.records.link_edge import link_edges  # noqa: E402
from portal_crawler.records.page_record import page_record  # noqa: E402
from portal_crawler.sites.profile import SiteProfile  # noqa: E402
from portal_crawler.sites.profile_toml import dump_profile, parse_profile  # noqa: E402
from portal_crawler.sites.site_reader import read_site  # noqa: E402
from tests.archive.exchanges import RESPONSES, STARTED, an_exchange, new_ids  # noqa: E402

_TYPES = (None, b"text/html", b"text/html; charset=gb2312", b"application/xhtml+xml", b"text/xml", b"text/plain")
_LINE = re.compile(rb"\r?\n")
_DIGITS = re.compile(rb"\d+")
_NUMBERS = (b"0", b"-1", b"1", b"9" * 30, b"18446744073709551616", b"1e9", b"0x10", b"", b" 7 ", b"NaN", b"\xd9\xa3")
_WORDS = (b"WARC/1.1", b"WARC/0.9", b"WARC-Type: revisit", b"Content-Length: 5", b"WARC-Date: 0000-00-00T99:99:99Z",
          b"WARC-Target-URI: http://[", b": ", b"Transfer-Encoding: chunked", b"Content-Encoding: br", b"HTTP/9 x",
          b"\r\n\r\n", b"\x1f\x8b\x08", b"{", b"}", b'"offset":"x"', b"null", b"[[", b"'''", b'"""', b"= true",
          b"= [1, {}]", b"= 1979-05-27", b"(?P<", b"//*[", b"inf", b"\xff", b"\xe2\x80\xa8")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """``make`` draws a case, ``read`` reads it and raises nothing."""

    make: Callable[[random.Random], bytes]
    read: Callable[[bytes], None]


def _damaged(rng: random.Random, content: bytes) -> bytes:
    """A text of lines, or a file of bytes, with a few mutations of both kinds."""
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        content = DAMAGE[rng.choice(_PLAIN)](rng, content or b" ") if rng.random() < 0.5 else _rewritten(rng, content)
    return content


_PLAIN = ("truncated", "beheaded", "bits_flipped", "bytes_drawn", "deleted", "duplicated", "moved")


def _rewritten(rng: random.Random, content: bytes) -> bytes:
    """Numbers, words and lines put in place of others: what keeps the form and breaks the sense."""
    choice = rng.randrange(4)
    if choice == 0:
        found = list(_DIGITS.finditer(content))
        if found:
            one = rng.choice(found)
            return content[: one.start()] + rng.choice(_NUMBERS) + content[one.end() :]
    at = rng.randrange(len(content) + 1)
    if choice == 1:
        return content[:at] + rng.choice(_WORDS) + content[at:]
    lines = _LINE.split(content)
    if choice == 2:
        lines[rng.randrange(len(lines))] = rng.choice(lines)
    else:
        del lines[rng.randrange(len(lines))]
    return (b"\r\n" if b"\r\n" in content else b"\n").join(lines)


# -- read_page: every page of tests/pages, and what becomes of its reading


@lru_cache(1)
def _pages() -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "tests" / "pages").rglob("*.html"))]


def _make_page(rng: random.Random) -> bytes:
    page = rng.choice(_pages())
    for _ in range(rng.choice((1, 1, 2, 3))):
        page = mutated(*drawn(rng), rng, page)
    return bytes([rng.randrange(len(_TYPES))]) + page


def _read_page(case: bytes) -> None:
    kind = _TYPES[case[0] % len(_TYPES)]
    headers = ((b"Content-Type", kind),) if kind else ()
    capture = Capture(
        "http://h.test/news/x.htm", case[1:], headers=headers, fetched_at=datetime(2026, 1, 2, tzinfo=UTC)
    )
    for reading in (read_page(capture, learn=True), scan_page(capture, None, "a problem")):
        dumps(page_record(reading))
        for edge in link_edges(reading, frozenset()):
            dumps(edge)
        story = story_of(reading)
        if story is not None:
            dumps(story_record(reading, story))


# -- warc: archives of every form and packing


def _make_warc(rng: random.Random) -> bytes:
    ids = new_ids()
    records = [warcinfo_record("x.warc", [("software", "fuzz")], STARTED, ids).to_bytes()]
    for name in rng.sample(sorted(RESPONSES), rng.randint(1, 5)):
        records += [record.to_bytes() for record in exchange_records(an_exchange(name), "<urn:uuid:0>", ids)]
    inner = rng.random() < 0.6
    if inner:
        at = rng.randrange(len(records))
        records[at] = _damaged(rng, records[at])
    packing = rng.randrange(4)
    if packing == 0:
        content = b"".join(gzip.compress(record, mtime=0) for record in records)
    elif packing == 1:
        content = b"".join(map(zstandard.ZstdCompressor().compress, records))
    elif packing == 2:
        content = gzip.compress(b"".join(records), mtime=0)
    else:
        content = b"".join(records)
    return content if inner and rng.random() < 0.5 else _damaged(rng, content)


def _read_warc(case: bytes) -> None:
    places = []
    for record in read_records(io.BytesIO(case), "x.warc.gz", 1 << 24):
        if isinstance(record, Damage):
            places.append(record.offset)
            continue
        places.append(record.place.offset)
        _ = record.url, record.date, record.kind
        response_capture(record, 1 << 24)
    for offset in {0, 1, len(case) // 2, len(case), *places[:5]}:
        record_at(io.BytesIO(case), offset)


# -- cdxj: an index, its look-ups and the map of its blocks


def _make_cdxj(rng: random.Random) -> bytes:
    lines = []
    for number in range(rng.randint(1, 40)):
        fields = (
            f'{{"url": "http://www.portal.test/{number}.htm", "mime": "text/html", "status": "200", "digest": "sha:0", '
            f'"length": "{rng.randrange(10_000)}", "offset": "{rng.randrange(1 << 40)}", "filename": "a/a.warc.gz"}}'
        )
        lines.append(f"test,portal,www)/{number}.htm 20041015083000 {fields}")
    return _damaged(rng, "\n".join(sorted(lines)).encode() + b"\n")


def _read_cdxj(case: bytes) -> None:
    lines = case.splitlines(keepends=True)
    for line in lines:
        read_entry(line)
    for _ in read_map(lines):
        pass
    with tempfile.NamedTemporaryFile(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:
        file.write(case)
        file.flush()
        index = CdxjIndex(Path(file.name))
        try:
            for url in ("http://www.portal.test/7.htm", "http://www.portal.test/", "x", "http://[", "http://\udcff/"):
                index.captures(url)
                index.alike(url)
        finally:
            index.close()


# -- profile: the examples, their values replaced by others of every type


@lru_cache(1)
def _profiles() -> list[bytes]:
    kept = [path.read_bytes() for path in sorted((ROOT / "data" / "sites").glob("*.toml"))]
    return [*kept, dump_profile(SiteProfile(name="p", seeds=("http://h.test/",))).encode()]


_VALUES = (b"true", b"-1", b"0", b"1e400", b"nan", b'""', b'"("', b'"(a+)+$"', b'"//p["', b'"\\u0000"', b'"http://["',
           b'"127.0.0.1:99999"', b"[]", b'["*"]', b"[[[]]]", b"{}", b'{a = "b"}', b"2001-01-01", b"9" * 400,
           b'"\\uD800"', b"00:00:00", b'["a", 1]', b'"//p[foo(.)]"', b'"p:has("', b'"%Q"',
           b'"utf-8\\u0000"')  # fmt: skip


def _make_profile(rng: random.Random) -> bytes:
    text = rng.choice(_profiles())
    for _ in range(rng.randint(1, 4)):
        lines = text.split(b"\n")
        at = rng.randrange(len(lines))
        key, equals, _ = lines[at].partition(b" = ")
        lines[at] = key + equals + rng.choice(_VALUES) if equals else lines[at]
        text = b"\n".join(lines)
    return text if rng.random() < 0.7 else _damaged(rng, text)


def _read_profile(case: bytes) -> None:
    try:
        profile = parse_profile(case.decode("utf-8", "replace"), "x.toml")
    except ProfileError as error:
        str(error)
        return
    again = parse_profile(dump_profile(profile), "again.toml")
    if again != profile:
        raise AssertionError("a profile that was written and read again is another one")
    read_site(profile)
    page = b"<html><title>T</title><body><h1>A headline of the day</h1><p>On 15 October 2004 the harbour was quiet.</p>"
    read_page(Capture("http://h.test/news/1.htm", page), profile)


TARGETS: Mapping[str, Target] = {
    "read_page": Target(_make_page, _read_page),
    "warc": Target(_make_warc, _read_warc),
    "cdxj": Target(_make_cdxj, _read_cdxj),
    "profile": Target(_make_profile, _read_profile),
}
