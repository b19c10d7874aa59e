"""URLs: many ways to write one address, and addresses that lead where nobody should go."""

from __future__ import annotations

from urllib.parse import quote

from tests.hostile.answers import Answer, html
from tests.hostile.hazard import MAIN, Hazard, Places, bounded, skipped, stored, whole_once
from tests.hostile.stories import Story, article, page, story

_TRACKING = (
    "utm_source=feed",
    "utm_medium=rss",
    "utm_campaign=spring",
    "utm_term=tea",
    "utm_content=top",
    "fbclid=IwAR0x1",
    "gclid=Cj0KCQ",
    "dclid=CNabc",
    "msclkid=7f3e",
    "yclid=55123",
    "mc_cid=aa11",
    "mc_eid=bb22",
    "_ga=2.1.3.4",
    "igshid=MzRlODBiNWFlZA",
    "utm_source=a&utm_medium=b",
    "fbclid=x&gclid=y",
    "utm_id=5",
    "gbraid=0AAAA",
    "wbraid=CjgKC",
    "twclid=2-abc",
)


def hazards(at: Places) -> tuple[Hazard, ...]:
    """Those of what pages write as addresses."""
    return (*_same(), *_leading_away(at), *_no_address(at), *_names())


def _one(name: str) -> Answer:
    return html(article(story(name)))


def _alike(name: str, links: tuple[str, ...], requests: int, route: str = "", note: str = "") -> Hazard:
    """Several ways to write the address of one article."""
    expect = whole_once(story(name), requests=requests)
    return Hazard(name, expect, {route or f"/h/{name}*": (_one(name),)}, links, note=note)


def _same() -> tuple[Hazard, ...]:
    def at(name: str, *tails: str) -> tuple[str, ...]:
        return tuple(f"/h/{name}{tail}" for tail in tails)

    fragment, percent, dots = "url-fragment", "url-percent", "url-dot-segments"
    order, case = "url-param-order", "url-host-case"
    return (
        _alike(fragment, at(fragment, ".html", ".html#top", ".html#page2", ".html#!/comments", ".html#"), 2),
        _alike(percent, at(percent, "/st%6Fry.html", "/story.html", "/st%6fry.html", "/%73tory.html"), 4),
        _alike(dots, at(dots, "/a/../story.html", "/./story.html", "/b/./../story.html", "/%2e/story.html"), 4),
        _alike(
            "url-whitespace",
            (" /h/url-white\n\tspace.html\r\n ",),
            3,
            "/h/url-whitespace.html",
            "browsers strip tabs and newlines inside an href",
        ),
        _alike("url-tracking", at("url-tracking", ".html", *(f".html?{mark}" for mark in _TRACKING)), 21),
        _alike(order, at(order, ".html?a=1&b=2&c=3", ".html?c=3&b=2&a=1", ".html?b=2&a=1&c=3"), 3),
        _alike("url-nul", at("url-nul", "/art%00icle.html", "/art\0icle.html"), 3),
        _alike(
            case,
            (
                f"HTTP://WWW.Hostile.TEST/h/{case}.html",
                f"http://{MAIN}:80/h/{case}.html",
                f"http://{MAIN}./h/{case}.html",
            ),
            3,
            note="case, default port, and a dot at the end (which may be offsite)",
        ),
        _alike(
            "url-session-path",
            at("url-session-path", *(f".html;jsessionid={'ABCDEF' * 5}{number}" for number in range(5))),
            6,
        ),
        _alike(
            "url-plain-and-slashes",
            (
                "http:/h/url-plain-and-slashes.html",
                f"http:///{MAIN}/h/url-plain-and-slashes.html",
                f"//{MAIN}/h/url-plain-and-slashes.html",
            ),
            4,
            note="slashes missing and too many, as browsers take them",
        ),
        _alike(
            "url-backslashes",
            ("\\h\\url-backslashes.html", f"http:\\\\{MAIN}\\h\\url-backslashes.html"),
            3,
            "/h/url-backslashes.html",
        ),
        Hazard(
            "url-escapes-differ",
            whole_once(story("url-escapes-differ"), requests=4),
            {"/h/url-escapes-differ/%d6%d0.html": (_one("url-escapes-differ"),)},
            ("/h/url-escapes-differ/%d6%d0.html",),
            note="only the small letters lead to the article: what is sent is what the page wrote",
        ),
    )


def _leading_away(at: Places) -> tuple[Hazard, ...]:
    """Links to services that are not the portal's."""
    port = at.port
    written = {
        "url-userinfo": (f"http://{MAIN}@{at.internal}/h/url-userinfo/secret.html",),
        "url-backslash": (f"http://{at.internal}\\@{MAIN}/h/url-backslash/secret.html",),
        "url-plain": (f"http://{at.internal}/h/url-plain/secret.html",),
        "url-short": (f"http://127.1:{port}/h/url-short/secret.html",),
        "url-forms": (
            f"http://2130706433:{port}/h/url-forms/decimal.html",
            f"http://0x7f000001:{port}/h/url-forms/hex.html",
            f"http://0177.0.0.1:{port}/h/url-forms/octal.html",
            f"http://[::ffff:7f00:1]:{port}/h/url-forms/mapped.html",
            f"http://[::]:{port}/h/url-forms/zero.html",
            f"http://localhost:{port}/h/url-forms/name.html",
            f"//{at.internal}/h/url-forms/relative.html",
            f"https://{at.internal}/h/url-forms/tls.html",
        ),
        "url-metadata": (
            "http://169.254.169.254/h/url-metadata/user-data",
            f"http://{at.metadata}/h/url-metadata/user-data",
        ),
        "url-other-port": (f"http://{MAIN}:{port}/h/url-other-port/secret.html",),
    }
    known = skipped("ssrf", "offsite")
    base = page(
        f"<h1>A page with a base</h1><p>{story('url-base-href').paragraphs[0]}</p>"
        '<ul><li><a href="one.html">One</a></li><li><a href="two/three.html">Three</a></li></ul>',
        extra_head=f'<base href="http://{at.internal}/h/url-base-href/">',
    )
    elements = page(
        "<h1>All that leads on</h1>"
        + "".join(
            f"<{start}http://{at.internal}/h/url-elements/{number}.html{end}>"
            for number, (start, end) in enumerate(
                (
                    ('img src="', '"'),
                    ('iframe src="', '"></iframe'),
                    ('script src="', '"></script'),
                    ('form action="', '"></form'),
                    ('link rel="stylesheet" href="', '"'),
                    ('link rel="canonical" href="', '"'),
                    ('area href="', '"'),
                    ('embed src="', '"'),
                    ('object data="', '"></object'),
                    ('link rel="alternate" type="application/rss+xml" href="', '"'),
                    ('video poster="', '"></video'),
                    ('link rel="next" href="', '"'),
                )
            )
        )
    )
    return (
        *(Hazard(name, known, links=links, also=links) for name, links in written.items()),
        Hazard(
            "url-base-href",
            stored(),
            {"/h/url-base-href.html": (html(base),)},
            ("/h/url-base-href.html",),
            note="<base> points every relative link at the internal service",
        ),
        Hazard(
            "url-elements",
            bounded(3),
            {"/h/url-elements.html": (html(elements),)},
            ("/h/url-elements.html",),
            note="images, frames, forms, feeds of the internal service",
        ),
        Hazard(
            "url-confusing",
            bounded(8),
            {"/h/url-confusing*": (_one("url-confusing"),)},
            (
                f"http://{MAIN}\\@{at.internal}/h/url-confusing.html",
                f"http://{MAIN}#@{at.internal}/",
                f"http://{MAIN}?@{at.internal}/",
                f"http://{MAIN}/h/url-confusing.html@{at.internal}",
            ),
            note="looks like the internal service, and is the portal",
        ),
    )


def _no_address(at: Places) -> tuple[Hazard, ...]:
    """Links that are no addresses for a crawler."""
    images = f"http://{at.internal}/h/url-srcset"
    long = f"/h/url-too-long/{'x' * 100_000}.html"
    deep = "/h/url-deep/" + "a/" * 3_000 + "story.html"
    odd = (
        "http://",
        "http://:80/",
        "http://[::1",
        "http://www.hostile.test:70000/",
        "http://www.hostile.test:port/",
        "http://exa mple.test/",
        "http://%zz/",
        "http://a..b./",
        "http://-/",
        "://www.hostile.test/",
        "http:////",
        "http://\ufdd0.test/",
        "http://xn--/",
        "http://" + "a" * 300 + ".test/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
    )
    schemes = (
        "javascript:void(0)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<p>x</p>",
        "mailto:a@b.test",
        "tel:+4912345",
        "about:blank",
        "blob:http://www.hostile.test/1",
        "ftp://www.hostile.test/x",
        "ws://www.hostile.test/",
        "vbscript:x",
        "chrome://settings",
        "android-app://x",
        "urn:isbn:1",
        "magnet:?xt=urn:btih:1",
    )
    return (
        Hazard("url-file", skipped("bad_url", requests=0), links=("file:///etc/passwd",), also=("file:///etc/passwd",)),
        Hazard("url-too-long", skipped("url_too_long", "http_error", requests=3), links=(long,), also=(long,)),
        Hazard("url-deep", skipped("url_too_long", "trap", "http_error", requests=3), links=(deep,), also=(deep,)),
        Hazard("url-odd", bounded(8), links=odd, note="hosts and ports that are none"),
        Hazard("url-schemes", bounded(0), links=schemes, note="javascript:, data:, mailto: and more: no request"),
        Hazard(
            "url-srcset",
            bounded(3),
            {"/h/url-srcset*": (_one("url-srcset"),)},
            ("/h/url-srcset.html",),
            markup=f'<img src="/h/url-srcset.png" srcset="{images}/1.png 1x, {images}/2.png 2x">',
        ),
    )


def _names() -> tuple[Hazard, ...]:
    homograph = "http://www.h\u043estile.test/h/homograph.html"
    puny = "http://www.xn--hstile-2of.test/h/homograph.html"
    other = "http://www.hostile.test.offsite.test/h/suffix.html"
    unicode = "/h/url-unicode/zażółć gęślą 漢字 😀.html"
    known: Story = story("url-unicode")
    return (
        Hazard(
            "url-idn-homograph",
            skipped("offsite"),
            links=(homograph,),
            also=(homograph, puny),
            note="a Cyrillic letter in the host",
        ),
        Hazard(
            "url-suffix-host",
            skipped("offsite"),
            links=(other,),
            also=(other,),
            note="the portal's host as the beginning of another's",
        ),
        Hazard(
            "url-unicode",
            whole_once(known, requests=3),
            {f"/h/url-unicode/{quote('zażółć gęślą 漢字 😀')}.html": (html(article(known)),)},
            (unicode,),
        ),
    )
