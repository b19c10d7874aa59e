"""A small portal on loopback whose pages a test changes between two crawls. It tells what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from portal_crawler.sites.profile import SiteProfile
from tests.served_portal import HOST, quick_profile, served_portal

_WORDS = (
    "The ferry to the upper lake runs every hour, and the harbour master counts {n} boats in the bay.",
    "Farmers of the valley brought {n} tons of tea to the market, which opened before dawn on Monday.",
    "A school with {n} pupils was built beside the old lock, where the canal meets the lower river.",
    "The museum shows {n} maps of the delta, drawn by the surveyors who walked it for nine years.",
)


def story_page(number: int, title: str = "", extra: str = "") -> str:
    """A story of five paragraphs, a few kilobytes long."""
    paragraphs = [f"{word.format(n=number * 17 + 3)} {word.format(n=number + 40)}" for word in _WORDS]
    paragraphs += [f"Story {number} ends where it began, says the chronicle of {1900 + number}.", extra]
    body = "".join(f"<p>{text}</p>" for text in ("Valley News, October 15, 2004", *paragraphs) if text)
    head = title or f"Story {number} of the valley"
    return f"<html><head><title>{head}</title></head><body><h1>{head}</h1>{body}{'<!-- layout -->' * 40}</body></html>"


def hub_page(*paths: str, menu: str = "Home") -> str:
    """A page of links."""
    items = "".join(f'<li><a href="{path}">What the paper at {path} has to tell</a></li>' for path in paths)
    return f"<html><head><title>News</title></head><body><a href='/'>{menu}</a><ul>{items}</ul></body></html>"


@dataclass
class Page:
    """What an address answers; ``etag`` and ``modified`` are validators, to which a 304 is given."""

    body: str = ""
    status: int = 200
    etag: str = ""
    modified: str = ""
    location: str = ""


@dataclass
class ChangingPortal:
    """``pages`` by path, ``missing`` the answer for any other; ``asked`` has (path, headers in lower case, status) of
    every request.
    """

    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    missing: Page = field(default_factory=lambda: Page("<h1>Not Found</h1>", 404))
    asked: list[tuple[str, dict[str, str], int]] = field(default_factory=list)

    def profile(self, name: str = "changing") -> SiteProfile:
        """A profile that crawls it without a delay."""
        return quick_profile(self.address, name)

    def requests(self, path: str) -> list[tuple[dict[str, str], int]]:
        """(headers, status) of the requests for a path."""
        return [(headers, status) for asked, headers, status in self.asked if asked == path]


@contextmanager
def changing_portal() -> Iterator[ChangingPortal]:
    """The portal, served until the end of the block."""
    with served_portal(_Handler, ChangingPortal) as portal:
        yield portal


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        portal: ChangingPortal = self.server.portal  # type: ignore[attr-defined]
        path = self.path.removeprefix(HOST)  # as a proxy is asked
        page = portal.pages.get(path, portal.missing)
        headers = {name.lower(): value for name, value in self.headers.items()}
        same = page.etag and headers.get("if-none-match") == page.etag
        same = same or (not page.etag and page.modified and headers.get("if-modified-since") == page.modified)
        status = 304 if same else page.status
        portal.asked.append((path, headers, status))
        body = b"" if same else page.body.encode()
        self.send_response(status)
        for name, value in (("ETag", page.etag), ("Last-Modified", page.modified), ("Location", page.location)):
            if value:
                self.send_header(name, value)
        if not same:
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
