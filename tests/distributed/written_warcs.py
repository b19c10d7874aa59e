"""WARC files of a portal that was never served: stories, their copies and revisions, a template, links, a revisit."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from portal_crawler.sites.profile import SiteProfile
from tests.dedup.near_stories import chinese_stories, rates, stories
from tests.template.test_template import NOTICE

FILES = 20
HOST = "www.portal.test"
_EACH = 5


def written_profile() -> SiteProfile:
    """The profile of the portal."""
    return SiteProfile.model_validate(
        {"name": "written", "seeds": [f"http://{HOST}/"], "scope": {"hosts": [HOST, "mirror.portal.test"]}}
    )


def write_warcs(folder: Path, files: int = FILES, each: int = _EACH) -> list[Path]:
    """So many files, each of so many pages and a few more records. One of them is damaged behind its third page."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = list(_pages(files * each))
    paths = []
    for number in range(files):
        members = [_response(*page) for page in pages[number::files]]
        if number == 1:
            members.append(_redirect(f"http://{HOST}/moved/1.htm", pages[0][0]))
            members.append(_revisit(pages[0][0]))
        if number == 2:
            members[3] = members[3][:200] + b"\0" * 40 + members[3][240:]
        paths.append(folder / f"written-{number:02d}.warc.gz")
        paths[-1].write_bytes(b"".join(members))
    return paths


def _pages(count: int) -> Iterator[tuple[str, bytes]]:
    """Addresses and pages: of ten, six are stories, three copies of some kind, and one is a hub."""
    rng = random.Random(4)
    english, chinese = stories(count), chinese_stories(count // 10 + 1)
    tables, made = rates(count // 10 + 1), list[tuple[str, list[str]]]()
    for number in range(count):
        kind, told = number % 10, english[number]
        title, url = f"Story {number} of the portal", f"http://{HOST}/news/{number}.htm"
        if kind == 3:
            title, told = made[rng.randrange(len(made))]
            told = told[: max(2, len(told) // 2)]
        elif kind == 5:
            title, told = made[rng.randrange(len(made))]
            told = [*told[:2], english[number][0], *told[2:]]
        elif kind == 7:
            title, told = made[rng.randrange(len(made))]
            url = f"http://mirror.portal.test/news/{rng.randrange(number)}.htm" if number % 20 == 7 else url
        elif kind == 8:
            told = [tables[number // 10]]
            title = "Parity rate"
        elif kind == 9:
            told = chinese[number // 10]
        made.append((title, told))
        hub = kind == 0 and number > 0
        yield url, _hub(number) if hub else _story(title, told, number)


def _story(title: str, told: list[str], number: int) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in [*told[:3], NOTICE, *told[3:]])
    menu = "".join(f"<a href='/{name}/'>{name.title()}</a> " for name in ("home", "world", "sport"))
    near = f"<p>See <a href='/news/{max(0, number - 7)}.htm'>what came before</a> it.</p>"
    page = (
        f"<html><head><title>{title}</title></head><body><div class=menu>{menu}</div><div class=text><h1>{title}</h1>"
        f"{body}{near}</div><p>Copyright 2004</p></body></html>"
    )
    return page.encode()


def _hub(number: int) -> bytes:
    items = "".join(f"<li><a href='/news/{one}.htm'>What story {one} has to tell</a></li>" for one in range(number))
    return f"<html><head><title>News</title></head><body><ul>{items}</ul></body></html>".encode()


def _response(url: str, page: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    return _member("response", url, head % len(page) + page)


def _redirect(url: str, target: str) -> bytes:
    return _member("response", url, f"HTTP/1.1 301 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())


def _revisit(of: str) -> bytes:
    profile = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    more = (
        f"WARC-Profile: {profile}\r\nWARC-Refers-To-Target-URI: {of}\r\nWARC-Refers-To-Date: 2004-10-15T08:00:00Z\r\n"
    )
    return _member("revisit", of.replace("/news/", "/again/"), b"HTTP/1.1 304 Not Modified\r\n\r\n", more)


def _member(kind: str, url: str, block: bytes, more: str = "") -> bytes:
    identifier = UUID(int=random.Random(kind + url).getrandbits(128))
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2004-10-15T08:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{identifier}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n{more}\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)
