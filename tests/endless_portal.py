"""A portal on loopback with traps amid real archives: lists, days, trees and galleries that end, and what does not."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler

from portal_crawler.sites.profile import Network, Politeness, Scope, SiteProfile, Traps
from tests.served_portal import served_portal

HOST = "www.endless.test"
_NOUNS = """
harbour bridge market council teacher river museum library festival railway orchard station miner engineer garden
winter summer harvest election budget hospital village theatre school factory canal valley mountain island fisherman
weaver poet singer mayor farmer baker captain student printer sailor nurse painter doctor driver
"""
_WORDS = _NOUNS.split()
_VERBS = ("opened", "repaired", "visited", "praised", "closed", "planned", "restored", "celebrated", "sold", "rebuilt")
TRAPS = ("cal", "deep", "session", "shop", "empty", "fan", "words", "query")


@dataclass(frozen=True)
class Size:
    """How much of each kind of page there is. Of the ``dead`` pages every ``kept``-th is there, from the tenth on."""

    stories: int = 120
    a_page: int = 10
    days: int = 60
    regions: int = 3
    photos: int = 20
    dead: int = 60
    kept: int = 0


@dataclass
class EndlessPortal:
    """``asked`` counts the requests by path and query; ``stories`` are the paths of all articles. ``framed``: each page
    that is no trap stands in a frame of a page of its own, under a path before which ``FRAME`` is set.
    """

    size: Size
    traps: tuple[str, ...]
    apologises: bool = False
    framed: bool = False
    address: str = ""
    asked: Counter[str] = field(default_factory=Counter)

    def profile(self, **traps: object) -> SiteProfile:
        """A profile that crawls it without a delay."""
        return SiteProfile(
            name="endless",
            seeds=(f"http://{HOST}/",),
            scope=Scope(hosts=(HOST,), allow_private=(self.address,)),
            network=Network(connect_to={"*": self.address}),
            politeness=Politeness(delay=0, concurrency=4, retries=1),
            traps=Traps(**traps),
        )

    @property
    def stories(self) -> set[str]:
        """The paths of every article that is linked somewhere."""
        listed = {f"/story/{number}.htm" for number in range(1, self.size.stories + 1)}
        dated = {f"/news/{day:%Y/%m/%d}/a.htm" for day in _days(self.size.days) if _has_story(day)}
        regional = {
            f"/region/{one}/city{other}/s{one * 10 + other}.htm"
            for one in range(self.size.regions)
            for other in range(self.size.regions)
        }
        kept = {f"/gone/old{number}.htm" for number in range(self.size.dead) if _is_kept(self.size, number)}
        return listed | dated | regional | kept

    def in_trap(self, name: str) -> int:
        """The requests for addresses of a trap."""
        return sum(count for path, count in self.asked.items() if re.match(rf"/{name}[/?]", path))

    def answer(self, target: str) -> tuple[int, str]:
        """Status and page of a path with query."""
        self.asked[target] += 1
        if self.framed:
            if not target.startswith((FRAME, *(f"/{name}/" for name in TRAPS))):
                return 200, _FRAMES.format(FRAME, target)
            target = target.removeprefix(FRAME)
        for pattern, page in _ROUTES.items():
            if found := re.fullmatch(pattern, target):
                answer = page(self, *found.groups())
                if answer:
                    return 200, answer
        return (200, _APOLOGY.format(target)) if self.apologises else (404, _page("Not Found", ""))


FRAME = "/frame"
_FRAMES = (
    "<html><head><title>The Valley Portal</title></head><frameset rows='80,*'><frame src='{0}/banner.htm'>"
    "<frame src='{0}{1}'><noframes>This portal needs a browser that shows frames.</noframes></frameset></html>"
)
_APOLOGY = (
    "<html><head><title>The Valley Portal</title></head><body><h1>Page not on file</h1><p>Nothing is kept under {} in"
    " our files. Please begin at the entrance, or write to the editors, who will be glad to look for it.</p></body>"
    "</html>"
)


@lru_cache(maxsize=200_000)
def prose(name: str) -> tuple[str, ...]:
    """A headline and three paragraphs, the same for the same name and unlike those of any other."""
    draw = random.Random(name)

    def sentence() -> str:
        one, other, third = draw.sample(_WORDS, 3)
        return f"The {one} of the {other} {draw.choice(_VERBS)} the {third} near the {draw.choice(_WORDS)}."

    title = f"{draw.choice(_WORDS)} and {draw.choice(_WORDS)} at the {draw.choice(_WORDS)}".title()
    return (title, *(" ".join(sentence() for _ in range(5)) for _ in range(3)))


def _page(title: str, body: str) -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def _story(name: str, links: str = "") -> str:
    title, *paragraphs = prose(name)
    return _page(title, "<p>Valley News, October 15, 2004</p>" + "".join(f"<p>{one}</p>" for one in paragraphs) + links)


def _links(*targets: str) -> str:
    return "<ul>" + "".join(f'<li><a href="{one}">{one[-40:]}</a></li>' for one in targets) + "</ul>"


def _days(count: int) -> list[date]:
    return [date(2003, 1, 1) + timedelta(days=one) for one in range(count)]


def _has_story(day: date) -> bool:
    """No stories for three weeks, and else on every third day."""
    return day.toordinal() % 3 == 0 and not date(2003, 1, 20) <= day < date(2003, 2, 10)


def _token(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def _home(portal: EndlessPortal) -> str:
    size = portal.size
    starts = ["/list/1.htm", "/archive/2003/index.htm", "/regions.htm", "/gallery/index.htm", "/gone/list.htm"]
    return _page("The Valley Portal", _links(*starts, *(f"/{name}/start" for name in portal.traps)) if size else "")


def _banner(portal: EndlessPortal) -> str:
    return _page("The Valley Portal", _links("/", "/regions.htm"))


def _list(portal: EndlessPortal, number: str) -> str:
    at, size = int(number), portal.size
    first, last = (at - 1) * size.a_page + 1, min(at * size.a_page, size.stories)
    if first > size.stories:
        return ""
    following = [f"/list/{at + 1}.htm"] if last < size.stories else []
    return _page(f"News, page {at}", _links(*following, *(f"/story/{one}.htm" for one in range(first, last + 1))))


def _one_story(portal: EndlessPortal, number: str) -> str:
    at = int(number)
    return _story(f"story {at}", _links(f"/story/{at - 1}.htm")) if 1 <= at <= portal.size.stories else ""


def _year(portal: EndlessPortal) -> str:
    months = sorted({f"/archive/{day:%Y/%m}/" for day in _days(portal.size.days)})
    return _page("Archive of 2003", _links(*months))


def _month(portal: EndlessPortal, year: str, month: str) -> str:
    days = [f"{day:%d}.htm" for day in _days(portal.size.days) if f"{day:%Y/%m}" == f"{year}/{month}"]
    return _page(f"{year}-{month}", _links(*days))


def _day(portal: EndlessPortal, year: str, month: str, day: str) -> str:
    at = date(int(year), int(month), int(day))
    return _page(f"{at}", _links(f"/news/{year}/{month}/{day}/a.htm") if _has_story(at) else "No news.")


def _dated(portal: EndlessPortal, name: str) -> str:
    return _story(name)


def _regions(portal: EndlessPortal) -> str:
    return _page("Regions", _links(*(f"/region/{one}/" for one in range(portal.size.regions))))


def _region(portal: EndlessPortal, one: str) -> str:
    return _page("Cities", _links(*(f"city{other}/" for other in range(portal.size.regions))))


def _city(portal: EndlessPortal, one: str, other: str) -> str:
    return _page("Topics", _links("topics.htm"))


def _topics(portal: EndlessPortal, one: str, other: str) -> str:
    return _page("Stories", _links(f"s{int(one) * 10 + int(other)}.htm"))


def _gallery(portal: EndlessPortal) -> str:
    return _page("Pictures", _links(*(f"/gallery/{one}.htm" for one in range(portal.size.photos))))


def _photo(portal: EndlessPortal, number: str) -> str:
    return _page(f"Picture {number}", f'<img src="/images/{number}.jpg">')


def _gone(portal: EndlessPortal) -> str:
    return _page("From the old server", _links(*(f"/gone/old{one}.htm" for one in range(portal.size.dead))))


def _is_kept(size: Size, number: int) -> bool:
    return bool(size.kept) and number >= 10 and number % size.kept == 0


def _old(portal: EndlessPortal, number: str) -> str:
    return _story(f"old {number}") if _is_kept(portal.size, int(number)) else ""


def _cal(portal: EndlessPortal, query: str) -> str:
    year, month = (int(one) for one in [*re.findall(r"=(\d+)", query), 2004, 1][:2])
    before, after = divmod(year * 12 + month - 2, 12), divmod(year * 12 + month, 12)
    return _page(f"Events {month}/{year}", _links(*(f"/cal/x?y={one}&m={other + 1}" for one, other in (before, after))))


def _deep(portal: EndlessPortal, path: str) -> str:
    return _page("Offers", _links("more/start", "other/start"))


def _session(portal: EndlessPortal, path: str) -> str:
    """Every link has a new id; behind them are ten stories that stand nowhere else."""
    number = path.rpartition("/")[2].removesuffix(".htm")
    links = _links(*(f"/session/{_token(path, one)}/{one}.htm" for one in range(10)))
    return _story(f"session {number}", links) if number.isdigit() else _page("Stories", links)


def _shop(portal: EndlessPortal, query: str) -> str:
    chosen = set(re.findall(r"[a-z](?==1)", query))
    links = (f"/shop/goods?{'&'.join(f'{one}=1' for one in sorted(chosen ^ {name}))}" for name in "abcdefghijkl")
    return _page("Goods", _links(*links))


def _empty(portal: EndlessPortal, query: str) -> str:
    number = int("".join(filter(str.isdigit, query)) or "1")
    return _page(f"Page {number} of the list", "No entries." + _links(f"/empty/list?page={number + 1}"))


def _fan(portal: EndlessPortal, path: str) -> str:
    return _story("fan", _links(*(f"/fan/{_token(path, one)}.htm" for one in range(4))))


def _tarpit(portal: EndlessPortal, path: str) -> str:
    return _story(f"words {path}", _links(*(f"/words/{_token(path, one)}.htm" for one in range(5))))


def _query(portal: EndlessPortal, target: str) -> str:
    query = target.partition("?")[2] or "q=a"
    return _page("Search", _links(f"/query/find?{query}&more=1", f"/query/find?{query}&again=1"))


_ROUTES: Mapping[str, Callable[..., str]] = {
    r"/": _home,
    r"/banner\.htm": _banner,
    r"/list/(\d+)\.htm": _list,
    r"/story/(\d+)\.htm": _one_story,
    r"/archive/2003/index\.htm": _year,
    r"/archive/(\d+)/(\d+)/": _month,
    r"/archive/(\d+)/(\d+)/(\d+)\.htm": _day,
    r"(/news/.*/a\.htm)": _dated,
    r"/regions\.htm": _regions,
    r"/region/(\d+)/": _region,
    r"/region/(\d+)/city(\d+)/": _city,
    r"/region/(\d+)/city(\d+)/topics\.htm": _topics,
    r"(/region/\d+/city\d+/s\d+\.htm)": _dated,
    r"/gallery/index\.htm": _gallery,
    r"/gallery/(\d+)\.htm": _photo,
    r"/gone/list\.htm": _gone,
    r"/gone/old(\d+)\.htm": _old,
    r"/cal/(.*)": _cal,
    r"/deep/(.*)": _deep,
    r"/session/(.*)": _session,
    r"/shop/(.*)": _shop,
    r"/empty/(.*)": _empty,
    r"/fan/(.*)": _fan,
    r"/words/(.*)": _tarpit,
    r"/query/(.*)": _query,
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        portal: EndlessPortal = self.server.portal  # type: ignore[attr-defined]
        status, text = portal.answer(self.path) if self.path != "/robots.txt" else (404, "")
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def endless_portal(
    size: Size | None = None, traps: tuple[str, ...] = TRAPS, *, apologises: bool = False, framed: bool = False
) -> Iterator[EndlessPortal]:
    """The portal, served until the end of the block.

    :param apologises: whether what does not exist is answered with status 200.
    :param framed: whether its pages stand in frames.
    """

    def portal_at(address: str) -> EndlessPortal:
        return EndlessPortal(size or Size(), traps, apologises, framed, address)

    with served_portal(_Handler, portal_at) as portal:
        yield portal
