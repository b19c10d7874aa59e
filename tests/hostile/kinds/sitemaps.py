"""Site maps and feeds: starts of a crawl that are made to harm it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.hostile.answers import Answer, Asked, End, Route, gzip_zeros, head, html, whole
from tests.hostile.hazard import MAIN, Hazard, Places, bounded, whole_once
from tests.hostile.stories import article, story

_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _xml(text: str, root: str = "urlset", doctype: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<{root} {_NS}>\n{text}</{root}>\n'.encode()


def _locs(urls: Iterable[str], element: str = "url") -> str:
    return "".join(f"<{element}><loc>{url}</loc></{element}>\n" for url in urls)


def _sitemap(
    name: str, route: Route | Answer | bytes, note: str = "", trap: bool = False, more: dict[str, Route] | None = None
) -> Hazard:
    answers: Route
    if isinstance(route, bytes):
        answers = (whole(route, media="application/xml"),)
    else:
        answers = (route,) if isinstance(route, Answer) else route
    path = f"/h/{name}/sitemap.xml"
    known = {path: answers, **{f"/h/{name}/{key}": value for key, value in (more or {}).items()}}
    expect = bounded(303) if trap else bounded(3)
    return Hazard(name, expect, known, (path,), sitemaps=(path,), trap=trap, note=note)


def hazards(at: Places) -> tuple[Hazard, ...]:
    """Those of site maps and feeds."""
    internal = f"http://{at.internal}"
    xxe = (
        f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "{internal}/h/sitemap-xxe/x"><!ENTITY f SYSTEM "file:///etc/passwd">]>\n'
    )
    laughs = "".join(
        f'<!ENTITY l{one} "{f"&l{one - 1};" * 10}">' if one else '<!ENTITY l0 "http://www.hostile.test/ha">'
        for one in range(10)
    )
    far = [
        f"{internal}/h/sitemap-offsite/x",
        "http://elsewhere.offsite.test/x.html",
        "file:///etc/passwd",
        "javascript:alert(1)",
        f"http://{at.metadata}/latest/meta-data/",
    ]
    deep = "<url>" * 100_000 + f"<loc>http://{MAIN}/</loc>" + "</url>" * 100_000
    feed = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{internal}/h/feed-xxe/x">]>'
        f'<rss version="2.0"><channel><title>&x;</title>'
        f"<item><title>&x;</title><link>{internal}/h/feed-xxe/item</link></item></channel></rss>"
    ).encode()
    good = "sitemap-and-story"
    return (
        _sitemap("sitemap-xxe", _xml("<url><loc>&x;</loc></url><url><loc>&f;</loc></url>", doctype=xxe)),
        _sitemap("sitemap-laughs", _xml("<url><loc>&l9;</loc></url>", doctype=f"<!DOCTYPE urlset [{laughs}]>\n")),
        _sitemap("sitemap-offsite", _xml(_locs(far))),
        _sitemap("sitemap-bomb", Answer(_bomb, End.CLOSE), "1 GiB behind application/gzip"),
        _sitemap("sitemap-deep", _xml(deep), "100,000 elements deep"),
        _sitemap(
            "sitemap-index-loop",
            _xml(
                _locs(
                    [
                        f"http://{MAIN}/h/sitemap-index-loop/sitemap.xml",
                        f"http://{MAIN}/h/sitemap-index-loop/second.xml",
                    ],
                    "sitemap",
                ),
                "sitemapindex",
            ),
            "indexes that name each other",
            more={
                "second.xml": (
                    whole(
                        _xml(_locs([f"http://{MAIN}/h/sitemap-index-loop/sitemap.xml"], "sitemap"), "sitemapindex"),
                        media="application/xml",
                    ),
                )
            },
        ),
        Hazard(
            "sitemap-index-endless",
            bounded(30),
            {"/h/sitemap-index-endless/*": _next_index},
            sitemaps=("/h/sitemap-index-endless/sitemap.xml",),
            trap=True,
            note="each index names two new ones",
        ),
        _sitemap(
            "sitemap-million",
            Answer(_many),
            "300,000 dead addresses in one file: the protocol allows 50,000",
            trap=True,
        ),
        _sitemap("sitemap-endless", Answer(_endless, End.CLOSE), "a file without end"),
        _sitemap("sitemap-html", html(article(story("sitemap-html"))), "a page in place of a site map"),
        _sitemap("sitemap-cut", _xml(_locs([f"http://{MAIN}/about.html"] * 50))[:-500], "not well formed"),
        _sitemap("sitemap-encoding", _xml(_locs([f"http://{MAIN}/about.html"])).replace(b"UTF-8", b"x-klingon")),
        _sitemap("feed-xxe", feed),
        Hazard(
            good,
            whole_once(story(good)),
            {
                f"/h/{good}/sitemap.xml": (
                    whole(_xml(_locs([f"http://{MAIN}/h/{good}/story.html"])), media="text/html"),
                ),
                f"/h/{good}/story.html": (html(article(story(good))),),
            },
            sitemaps=(f"/h/{good}/sitemap.xml",),
            note="a good one, labelled as HTML",
        ),
    )


def _bomb() -> Iterable[bytes]:
    yield head("Content-Type: application/gzip", "Connection: close")
    yield from gzip_zeros(lead=b'<?xml version="1.0"?><urlset>')


def _endless() -> Iterable[bytes]:
    yield head("Content-Type: application/xml", "Connection: close") + b'<?xml version="1.0"?><urlset>'
    for _ in range(30_000):
        yield b"<url><loc>http://www.hostile.test/about.html</loc></url>\n" * 1_000


def _next_index(asked: Asked) -> Answer:
    name = asked.path.rpartition("/")[2].removesuffix(".xml")
    urls = [f"http://{MAIN}/h/sitemap-index-endless/{name}{one}.xml" for one in "ab"]
    return whole(_xml(_locs(urls, "sitemap"), "sitemapindex"), media="application/xml")


def _many() -> Iterable[bytes]:
    urls = (f"http://{MAIN}/h/sitemap-million/{one}.html" for one in range(300_000))
    return whole(_xml(_locs(urls)), media="application/xml").stream()
