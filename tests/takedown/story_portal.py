# ruff: noqa: RUF001 - Chinese takes full-width punctuation
"""A small portal on loopback whose stories have copies: print versions, a page in GBK, a story on two pages, a feed."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from portal_crawler.sites.profile import SiteProfile
from tests.served_portal import HOST, quick_profile, served_portal

FERRY = (
    "The last ferry to Linhe left the old pier at noon with 214 passengers and a brass band on its upper deck.",
    "“Nobody on this side will miss the diesel smoke, but everybody will miss the whistle,” said the harbour master.",
    "From Monday the bridge of seven arches, which took eleven years and two contractors, carries the morning traffic.",
    "The shipyard keeps the vessel afloat as a reading room, and its engine goes to the museum of the lower delta.",
)
CHINESE = (
    "盐溪上的最后一座木桥昨天在大雨中被冲走，附近三个村庄的居民暂时只能乘船往来。",
    "县水利局局长在现场表示，新的石桥将在明年春天动工，预计需要十四个月才能完成。",
    "当地小学的孩子们把旧桥的照片贴在教室的墙上，并给每一块木板写下了名字。",
    "老船工说他撑了四十年的船，没有想到退休以后又要重新拿起竹竿帮助邻居过河。",
)
FIRST = (
    "In the spring of the flood year a surveyor walked the whole length of the northern dike with a borrowed compass.",
    "He counted ninety-one willow groves, and beside each of them he noted who had planted it and for what reason.",
    "The notebook lay in a drawer of the county archive until a school class asked where their own willows came from.",
    "Its ink had faded to the colour of weak tea, but every number could still be read under the reading room's lamp.",
)
SECOND = (
    "The second half of the notebook tells of the winter in which the ice broke the gauges at all four of the locks.",
    "On its last page the surveyor drew a map of the willows that no printed atlas of the province has ever shown.",
    "The class has now planted a ninety-second grove, and signed the page that he had left empty for whoever came.",
)
ALL = (*FERRY, *CHINESE, *FIRST, *SECOND)
_WORDS = (
    "The market of the valley sold {n} baskets of early pears before the clock of the town hall struck nine.",
    "Volunteers painted {n} benches along the canal, and the paint was dry when the regatta began in the afternoon.",
    "A choir of {n} pensioners rehearses in the old tram depot, where the echo lasts for almost four seconds.",
    "The library lent {n} atlases during the summer, more than in any year since the reading room was rebuilt.",
)


@dataclass(frozen=True)
class Page:
    """An answer; ``coding`` is gzip, chunked or nothing."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    coding: str = ""
    status: int = 200
    location: str = ""


def story(title: str, paragraphs: tuple[str, ...], more: str = "") -> str:
    """A story's page."""
    body = "".join(f"<p>{text}</p>" for text in ("Valley News, October 15, 2004", *paragraphs))
    return (
        f"<html><head><title>{title}</title></head><body><a href='/'>Home</a><h1>{title}</h1>{body}{more}</body></html>"
    )


def other(number: int) -> str:
    """A story that nobody wants to be taken down."""
    texts = tuple(f"{word.format(n=number * 17 + 3)} {word.format(n=number + 40)}" for word in _WORDS)
    return story(f"Story {number} of the valley", (*texts, f"Story {number} ends here, in {1900 + number}."))


def pages() -> dict[str, Page]:
    """The portal's pages by path."""
    others = {f"/news/{number}.htm": Page(other(number).encode()) for number in range(1, 7)}
    listed = "".join(f"<li><a href='{path}'>What the paper at {path} tells of the valley</a></li>" for path in others)
    named = {
        "/news/ferry.htm": "Last ferry leaves the old pier",
        "/zh/bridge.htm": "盐溪木桥被大雨冲走",
        "/long/dike.htm": "The surveyor of the northern dike",
        "/moved.htm": "An older address of the ferry",
    }
    listed += "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title in named.items())
    home = "<html><head><title>News</title></head><body><a href='/'>Home</a> <a href='/rss.xml'>News as a feed</a>"
    home += f"<ul>{listed}</ul></body></html>"
    feed = (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Valley News</title><item>"
        f"<title>Last ferry</title><link>{HOST}/news/ferry.htm</link><description>&lt;b&gt;{FERRY[0]}&lt;/b&gt;"
        "</description></item></channel></rss>"
    )
    chinese = story(named["/zh/bridge.htm"], CHINESE).replace("<head>", "<head><meta charset='gb2312'>")
    printed = "<a href='/print/ferry.htm'>Print this page</a>"
    following = (
        "<p><a href='/long/dike.htm'>1</a> <a href='/long/dike_2.htm'>2</a> <a href='/long/dike_2.htm'>Next</a></p>"
    )
    return {
        "/": Page(home.encode()),
        "/rss.xml": Page(feed.encode(), "application/rss+xml"),
        **others,
        "/news/ferry.htm": Page(story(named["/news/ferry.htm"], FERRY, printed).encode(), coding="chunked"),
        "/print/ferry.htm": Page(story(named["/news/ferry.htm"], FERRY).encode(), coding="gzip"),
        "/zh/bridge.htm": Page(chinese.encode("gbk"), "text/html", coding="gzip"),
        "/long/dike.htm": Page(story(named["/long/dike.htm"], FIRST, following).encode()),
        "/long/dike_2.htm": Page(story(named["/long/dike.htm"], SECOND, following).encode()),
        "/moved.htm": Page(b"", status=301, location="/news/ferry.htm"),
    }


@dataclass
class StoryPortal:
    """``pages`` by path; ``asked`` has the path of every request."""

    address: str
    pages: dict[str, Page] = field(default_factory=pages)
    asked: list[str] = field(default_factory=list)

    def profile(self, name: str = "stories") -> SiteProfile:
        """A profile that crawls it without a delay."""
        return quick_profile(self.address, name)


@contextmanager
def story_portal() -> Iterator[StoryPortal]:
    """The portal, served until the end of the block."""
    with served_portal(_Handler, StoryPortal) as portal:
        yield portal


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        portal: StoryPortal = self.server.portal  # type: ignore[attr-defined]
        path = self.path.removeprefix(HOST)  # as a proxy is asked
        page = portal.pages.get(path, Page(b"<h1>Not Found</h1>", status=404))
        portal.asked.append(path)
        body = gzip.compress(page.body, mtime=0) if page.coding == "gzip" else page.body
        self.send_response(page.status)
        self.send_header("Content-Type", page.kind)
        if page.location:
            self.send_header("Location", page.location)
        if page.coding == "gzip":
            self.send_header("Content-Encoding", "gzip")
        if page.coding == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
            # Of an odd size, so that chunks end within sentences.
            chunks = [body[at : at + 97] for at in range(0, len(body), 97)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in chunks) + b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
