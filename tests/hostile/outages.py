"""Outages: a portal whose server goes away in mid-crawl, or fails at some addresses once or twice."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.hostile.answers import Answer, Asked, End, Route, head, html, raw
from tests.hostile.portal import HostilePortal, Portal
from tests.hostile.server import serving

# The share of the portal's articles that have been asked for when its server goes away.
_MOMENT = 0.3

_FAILURES = (
    html("<h1>Busy</h1>", status="503 Service Unavailable"),
    html("<h1>Broken</h1>", status="500 Internal Server Error"),
    html("<h1>Bad gateway</h1>", status="502 Bad Gateway"),
    raw(b"", end=End.RESET),
    raw(b""),
    raw(head("Content-Type: text/html", "Content-Length: 9000") + b"<p>Half a page"),
)


@dataclass(slots=True)
class _Flaky:
    """The routes of a portal, of which a share fails at first."""

    portal: Portal
    share: float
    rng: Random
    _known: dict[str, tuple[str, Route] | None] = field(default_factory=dict)

    def route(self, host: str, target: str) -> tuple[str, Route] | None:
        """Whose address it is, and what it answers."""
        address = f"{host}{target}"
        if address not in self._known:
            found = self.portal.route(host, target)
            if found is not None and not target.endswith("/robots.txt") and self.rng.random() < self.share:
                found = found[0], self._failing(found[1])
            self._known[address] = found
        return self._known[address]

    def _failing(self, good: Route) -> Route:
        bad = self.rng.choices(_FAILURES, k=self.rng.randint(1, 2))

        def answer(asked: Asked) -> Answer:
            if asked.number <= len(bad):
                return bad[asked.number - 1]
            return good(asked) if callable(good) else good[-1]

        return answer


@contextlib.contextmanager
def flaky_portal(count: int, share: float, rng: Random) -> Iterator[HostilePortal]:
    """A portal of ordinary articles; the share of its addresses that ``share`` gives fail once or twice."""
    portal = Portal((), count)
    with serving(_Flaky(portal, share, rng).route) as server:
        yield HostilePortal(portal, server)


def away(portal: HostilePortal, seconds: float, way: str) -> None:
    """Wait until the crawl is under way, and be away: with the port "closed", or with every connection "reset"."""
    enough = len(portal.portal.stories) * _MOMENT
    while len(portal.journal.so_far()) < enough:
        if portal.server.stop.wait(0.02):
            return
    if way == "reset":
        portal.server.refuse(True)
        time.sleep(seconds)
        portal.server.refuse(False)
        return
    portal.server.cut_off()
    time.sleep(seconds)
    portal.server.listen()
