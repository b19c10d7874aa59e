"""Portal: two hundred ordinary articles, the pages that list them, and the hazards among them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from portal_crawler.sites.profile import Dedup, Network, Politeness, Scope, SiteProfile
from tests.hostile.answers import Answer, Asked, Route, html, whole
from tests.hostile.catalogue import catalogue
from tests.hostile.hazard import MAIN, Hazard, Places
from tests.hostile.internal import InternalService, internal_service
from tests.hostile.journal import ORDINARY, ROBOTS, Journal
from tests.hostile.server import NOT_FOUND, HostileServer, serving
from tests.hostile.stories import Story, article, listing, page, story

_A_LIST = 10
_OWN_PATH = re.compile(r"/h/([\w-]+)")
_ABOUT = page("<h1>About us</h1><p>The Hostile Gazette is printed on loopback paper.</p>", title="About us")


@dataclass(frozen=True)
class Portal:
    """``stories`` are the ordinary articles by path; a page lists ten of them, with its share of the hazards."""

    hazards: tuple[Hazard, ...]
    count: int = 200

    @cached_property
    def stories(self) -> dict[str, Story]:
        """The ordinary articles, by their path."""
        return {f"/news/{10_007 + 13 * number}.html": story(f"ordinary-{number}") for number in range(self.count)}

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Every host of the portal, the main one first."""
        return tuple(dict.fromkeys((MAIN, *(one.host for one in self.hazards), *self._route_hosts)))

    @property
    def _route_hosts(self) -> list[str]:
        return [key.partition("/")[0] for one in self.hazards for key in one.routes if not key.startswith("/")]

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The site maps from which a crawl starts."""
        return tuple(f"http://{one.host}{path}" for one in self.hazards for path in one.sitemaps)

    def route(self, host: str, target: str) -> tuple[str, Route] | None:
        """Whose address it is, and what it answers."""
        path = target.partition("?")[0]
        for key in (f"{host}{target}", f"{host}{path}"):
            if key in self._exact:
                return self._exact[key]
        asked = f"{host}{target}"
        found = next((found for prefix, found in self._prefixes if asked.startswith(prefix)), None)
        return found or self._dead(path)

    def _dead(self, path: str) -> tuple[str, Route] | None:
        """An address that is none, and the hazard that it is laid to: links of it led there."""
        own = _OWN_PATH.match(path)
        return (own[1], (NOT_FOUND,)) if own and own[1] in {one.name for one in self.hazards} else None

    @cached_property
    def _exact(self) -> dict[str, tuple[str, Route]]:
        known = {f"{MAIN}{path}": (ORDINARY, route) for path, route in self._ordinary().items()}
        for host in self.hosts:
            known[f"{host}/robots.txt"] = (ROBOTS, (whole(self._robots(host), media="text/plain"),))
        for one in self.hazards:
            if one.robots is not None:
                known[f"{one.host}/robots.txt"] = (ROBOTS, one.robots)
        return known | {key: found for key, found in self._hazardous() if not key.endswith("*")}

    @cached_property
    def _prefixes(self) -> list[tuple[str, tuple[str, Route]]]:
        """The longest first."""
        found = [(key[:-1], found) for key, found in self._hazardous() if key.endswith("*")]
        return sorted(found, key=lambda one: -len(one[0]))

    def _hazardous(self) -> Iterator[tuple[str, tuple[str, Route]]]:
        for one in self.hazards:
            for key, route in one.routes.items():
                yield (one.host + key if key.startswith("/") else key), (one.name, route)

    def _robots(self, host: str) -> bytes:
        maps = "".join(f"Sitemap: {url}\n" for url in self.sitemaps) if host == MAIN else ""
        return f"User-agent: *\nDisallow: /cgi-bin/\n{maps}".encode()

    def _ordinary(self) -> dict[str, Route]:
        paths = list(self.stories)
        lists = [paths[at : at + _A_LIST] for at in range(0, len(paths), _A_LIST)]
        drawn: dict[str, Callable[[], str]] = {"/": lambda: self._home(len(lists)), "/about.html": lambda: _ABOUT}
        for number, some in enumerate(lists):
            drawn[f"/list-{number}.html"] = lambda number=number, some=some: self._list(number, some, len(lists))  # type: ignore[misc]
        for at, path in enumerate(paths):
            drawn[path] = lambda at=at: self._article(at, paths)  # type: ignore[misc]
        return {path: _drawing(draw) for path, draw in drawn.items()}

    def _home(self, lists: int) -> str:
        links = [(f"/list-{number}.html", f"Reports of the week {number + 1}") for number in range(lists)]
        return listing("The Hostile Gazette", links)

    def _list(self, number: int, paths: Sequence[str], lists: int) -> str:
        mine = self.hazards[number::lists]
        links = [(path, self.stories[path].title) for path in paths]
        tempting = [(href, f"Report: {one.name}") for one in mine for href in one.links]
        # A hazard behind each article, as long as there are any.
        mixed = [link for pair in zip(links, tempting, strict=False) for link in pair]
        mixed += links[len(tempting) :] + tempting[len(links) :]
        mixed += [(f"/list-{(number + 1) % lists}.html", "Next page")]
        return listing(f"Reports of the week {number + 1}", mixed, tail="".join(one.markup for one in mine))

    def _article(self, at: int, paths: Sequence[str]) -> str:
        others = [paths[(at + step) % len(paths)] for step in (1, 7, 31)]
        links = "".join(f'<li><a href="{path}">{self.stories[path].title}</a></li>' for path in others)
        return article(
            self.stories[paths[at]], tail=f'<div class="related"><h3>Related stories</h3><ul>{links}</ul></div>'
        )


def _drawing(draw: Callable[[], str]) -> Route:
    def answer(_: Asked) -> Answer:
        return html(draw())

    return answer


@dataclass(slots=True)
class HostilePortal:
    """A portal that is served: what it is, what it was asked, and who contacted the services behind it."""

    portal: Portal
    server: HostileServer
    services: tuple[InternalService, ...] = field(default=())

    @property
    def journal(self) -> Journal:
        """What it was asked."""
        return self.server.journal

    @property
    def contacts(self) -> list[str]:
        """The contacts with the internal services, straight or through the portal's own port."""
        ports = {service.address.rpartition(":")[2] for service in self.services}
        astray = [one for one in self.journal.so_far() if one.host.rpartition(":")[2] in ports]
        return [line for service in self.services for line in service.contacts] + [
            f"GET http://{one.host}{one.target} (at the portal's port)" for one in astray
        ]

    def profile(self, name: str = "hostile", **politeness: float) -> SiteProfile:
        """A profile that crawls it without a delay and may contact the portal alone.

        The services behind the portal can be reached by the names that its hazards use for them: it is for the
        crawler to leave them alone.
        """
        address = self.server.address
        connect = {"*.hostile.test": address}
        if self.services:
            internal, metadata = (service.address for service in self.services)
            connect |= {f"{MAIN}:{internal.rpartition(':')[2]}": internal, "169.254.169.254": metadata}
            connect["*.test"] = internal  # nothing that a crawler does wrong is to leave this machine
        return SiteProfile(
            name=name,
            seeds=(f"http://{MAIN}/",),
            sitemaps=self.portal.sitemaps,
            scope=Scope(hosts=self.portal.hosts, allow_private=(address,)),
            network=Network(connect_to=connect),
            politeness=Politeness.model_validate({"delay": 0, "contact": "hostile@hostile.test", **politeness}),
            dedup=Dedup(near_duplicates=False),  # its stories in odd charsets have a passage in common
        )


@contextlib.contextmanager
def hostile_portal(only: Sequence[str] = (), count: int = 200, without: Sequence[str] = ()) -> Iterator[HostilePortal]:
    """Serve the portal, with the hazards that ``catalogue`` gives for these names, while the block runs."""
    with internal_service() as internal, internal_service("127.0.0.2") as metadata:
        hazards = catalogue(Places(internal.address, metadata.address), only, without)
        portal = Portal(hazards, count)
        with serving(portal.route) as server:
            yield HostilePortal(portal, server, (internal, metadata))
