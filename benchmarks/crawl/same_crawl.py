"""Same crawl: whether two finished crawls of one portal hold the same, up to times and to which of two came first."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
from fastwarc.warc import ArchiveIterator

from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord, read_records
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.urls import UrlRules, url_key

# What of a record must be the same in both crawls. Pages are compared by key, digest and kind: of several addresses of
# one page, either may be met first. For the same reason the page on which an address was met first is not compared.
_SAME: dict[str, Callable[[dict[str, Any]], Any]] = {
    "articles.jsonl": lambda r: (r["id"], r["title"], r["text_digest"], r["published"], tuple(r["authors"])),
    "pages.jsonl": lambda r: (r["url_key"], r["status"], r["kind"], r["payload_digest"], r["links"]),
    "links.jsonl": lambda r: (r["source_key"], r["target_key"], r["text"], r["role"], r["element"], r["position"]),
    "duplicates.jsonl": lambda r: (r["id"], r["of"], r["kind"]),
    "skipped.jsonl": lambda r: (r["url_key"], r["reason"]),
    "work/stories.jsonl": lambda r: (r["article"]["id"], r["article"]["text_digest"]),
}
_LEDGER = "SELECT url_key, state, status, digest, reason, rule, warc_file IS NULL FROM frontier"


def differences(one: Path, other: Path) -> int:
    """Print what differs between an uninterrupted crawl and another, a line for each kind of thing; how many do."""
    bad = 0
    for name, read in _READERS.items():
        first, second = Counter(read(one)), Counter(read(other))
        lost, added = first - second, second - first
        twice = second.total() - len(second) - (first.total() - len(first))
        print(f"{name:<18} {first.total():>7} and {second.total():>7}; ", end="")
        print(f"{lost.total()} lost, {added.total()} added, {twice} twice", flush=True)
        bad += bool(lost or added or twice)
        for record in [*lost][:2] + [*added][:2]:
            print("   ", str(record)[:200])
    torn = _torn(other)
    print(f"torn records       {len(torn)}", *torn[:5], sep="\n    " if torn else "")
    left = [path for path in other.rglob("*") if path.name.endswith((".open", ".new"))]
    print(f"unfinished files   {len(left)}", *left[:5])
    code = subprocess.run([sys.executable, "-m", "portal_crawler", "verify", str(other)], check=False).returncode
    print(f"verify             exit {code}", flush=True)
    return bad + bool(torn) + bool(left) + bool(code)


def _lines(name: str) -> Callable[[Path], Iterator[Any]]:
    def read(folder: Path) -> Iterator[Any]:
        data = (folder / name).read_bytes()
        if data and not data.endswith(b"\n"):
            raise SystemExit(f"{folder / name}: the last line is cut off")
        return (_SAME[name](orjson.loads(line)) for line in data.splitlines())

    return read


def _rows(folder: Path) -> Iterator[Any]:
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as ledger:
        yield from ledger.execute(_LEDGER)


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "archive").iterdir())


def _records(folder: Path) -> Iterator[Any]:
    """(type, key of the page, payload digest) of the records of pages."""
    rules = UrlRules(frozenset(load_profile(folder / "profile.toml").urls.drop_params))
    yield from ((kind, url_key(url, rules), digest) for kind, url, digest in _page_records(folder))


def _page_records(folder: Path) -> Iterator[tuple[str, str, str | None]]:
    """(type, URL, payload digest) of the records of pages. What was tried again depends on when a server was asked."""
    for path in _files(folder):
        exchange: list[ReadRecord] = []
        for record in read_records(path):
            if not isinstance(record, ReadRecord) or record.kind == "warcinfo":
                continue
            exchange.append(record)
            if record.kind == "metadata":
                if b"outcome: page\r\n" in record.block:
                    yield from ((r.kind, r.url or "", _digest(r)) for r in exchange)
                exchange = []


def _digest(record: ReadRecord) -> str | None:
    return record.header("WARC-Payload-Digest") if record.kind == "response" else None


def _indexed(folder: Path) -> Iterator[Any]:
    """The index's lines of pages: where each stands is another matter in each crawl, and verify's."""
    rules = UrlRules(frozenset(load_profile(folder / "profile.toml").urls.drop_params))
    pages = {(url, digest) for kind, url, digest in _page_records(folder) if kind == "response"}
    for line in (folder / "indexes/index.cdxj").read_bytes().splitlines():
        told = orjson.loads(line.split(b" ", 2)[2])
        if (told["url"], told["digest"]) in pages:
            yield url_key(told["url"], rules), told["status"], told["digest"]


def _torn(folder: Path) -> list[str]:
    """What our reader and fastwarc find torn or wrong in the archive, and records that stand twice."""
    found: list[str] = []
    ids: Counter[str] = Counter()
    for path in _files(folder):
        for record in read_records(path):
            if isinstance(record, Damage):
                found.append(f"{record.file}, byte {record.offset}: {record.problem}")
            else:
                ids[record.header("WARC-Record-ID") or ""] += 1
        with path.open("rb") as file:
            seen = 0
            for other in ArchiveIterator(file, parse_http=False):
                seen += 1
                if not other.verify_block_digest():
                    found.append(f"{path.name}: fastwarc finds another block digest in {other.record_id}")
        if seen != sum(isinstance(record, ReadRecord) for record in read_records(path)):
            found.append(f"{path.name}: fastwarc counts {seen} records, our reader another number")
    return found + [f"{one} stands {count} times" for one, count in ids.items() if count > 1]


_READERS: dict[str, Callable[[Path], Iterator[Any]]] = {
    **{name: _lines(name) for name in _SAME},
    "ledger.sqlite": _rows,
    "archive": _records,
    "index.cdxj": _indexed,
}
