"""Hazard: one way in which a portal misbehaves, and what a good crawler makes of it. Values; nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.hostile.answers import Answer, Route
from tests.hostile.stories import Story

MAIN = "www.hostile.test"
# Of a hazard whose table names no bound of its own: what any address may be asked.
PER_ADDRESS = 8
BOUNDED = 300


class Ends(StrEnum):
    """How a hazard is to end: its articles are there whole and once, it is skipped with a reason, its page is stored,
    or any of these.
    """

    ARTICLE = "article"
    SKIPPED = "skipped"
    STORED = "stored"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Expect:
    """What is expected. Bounds that are ``None`` are not asked for.

    ``requests`` counts all those that went into the hazard, ``sent`` the bytes that the server got rid of in answering
    them, ``seconds`` the time that they took together, ``gap`` the least time between the first two requests of an
    address, ``pace`` that between any two for pages of its host, ``cookie`` the longest Cookie header that any host
    may get. ``absent`` must stand in no record, and none
    of the ``forbidden`` paths (robots.txt forbids them) be asked for.
    """

    ends: Ends
    stories: tuple[Story, ...] = ()
    reasons: tuple[str, ...] = ()
    requests: int = BOUNDED
    sent: int | None = None
    seconds: float | None = None
    gap: float | None = None
    pace: float | None = None
    cookie: int | None = None
    absent: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The expectation as a line of a table has it."""
        ends = {
            Ends.ARTICLE: "the article, whole, once" if len(self.stories) == 1 else f"{len(self.stories)} articles",
            Ends.SKIPPED: f"skipped: {' or '.join(self.reasons)}",
            Ends.STORED: "stored",
            Ends.ANY: "any, bounded",
        }[self.ends]
        bounds = [f"<= {self.requests} requests"]
        bounds += [f"<= {self.sent >> 20} MiB read"] if self.sent is not None else []
        bounds += [f"<= {self.seconds:g} s"] if self.seconds is not None else []
        bounds += [f"retry after >= {self.gap:g} s"] if self.gap is not None else []
        bounds += [f">= {self.pace:g} s between any two requests"] if self.pace is not None else []
        bounds += [f"Cookie header <= {self.cookie} bytes"] if self.cookie is not None else []
        return "; ".join((ends, *bounds))


@dataclass(frozen=True, slots=True)
class Hazard:
    """``links`` are the addresses as ordinary pages write them, ``markup`` is what else they have to say of it.

    ``routes`` gives the answer of a path, or of ``host/path``; a path that ends with ``*`` stands for all that begin
    with it, a query counts where the route has one. ``also`` are further addresses that a line of skipped.jsonl may
    name. ``sitemaps`` are starts of the crawl. A ``trap`` has no end: its requests are wasted.
    """

    name: str
    expect: Expect
    routes: Mapping[str, Route] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    markup: str = ""
    host: str = MAIN
    also: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    robots: Route | None = None
    trap: bool = False
    note: str = ""

    @property
    def place(self) -> str:
        """The path under which everything of it stands, on whichever host."""
        return f"/h/{self.name}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the services that nobody may contact listen: ``internal`` and ``metadata`` are ``address:port``."""

    internal: str = "127.0.0.1:9"
    metadata: str = "127.0.0.2:9"

    @property
    def port(self) -> str:
        """The internal service's port."""
        return self.internal.rpartition(":")[2]


def whole_once(*stories: Story, requests: int = PER_ADDRESS, **more: Any) -> Expect:
    """The articles, each whole and once."""
    return Expect(Ends.ARTICLE, stories, requests=requests, **more)


def skipped(*reasons: str, requests: int = PER_ADDRESS, **more: Any) -> Expect:
    """A line in skipped.jsonl with one of the reasons."""
    return Expect(Ends.SKIPPED, reasons=reasons, requests=requests, **more)


def stored(*, requests: int = PER_ADDRESS, **more: Any) -> Expect:
    """A line in pages.jsonl."""
    return Expect(Ends.STORED, requests=requests, **more)


def bounded(requests: int = BOUNDED, **more: Any) -> Expect:
    """Whatever, within bounds."""
    return Expect(Ends.ANY, requests=requests, **more)


def one_page(name: str, route: Route | Answer, expect: Expect, **more: Any) -> Hazard:
    """A hazard that is one page, ``/h/NAME.html``."""
    answers = (route,) if isinstance(route, Answer) else route
    return Hazard(name, expect, {f"/h/{name}.html": answers}, (f"/h/{name}.html",), **more)
