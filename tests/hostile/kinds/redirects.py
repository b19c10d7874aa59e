"""Redirects: loops, ways into other schemes, and ways to services that only the crawler can reach."""

from __future__ import annotations

from tests.hostile.answers import Answer, Asked, End, head, html, raw, to, whole
from tests.hostile.hazard import MAIN, Hazard, Places, bounded, one_page, skipped, stored, whole_once
from tests.hostile.stories import article, page, story

_LOOP = 25


def hazards(at: Places) -> tuple[Hazard, ...]:
    """Those of Location, Refresh and meta refresh."""
    return (*_loops(), *_chains(), *_schemes(), *_internal(at), *_odd(at))


def _loops() -> tuple[Hazard, ...]:
    pair = {
        "/h/redirect-loop.html": (to("/h/redirect-loop/b.html"),),
        "/h/redirect-loop/b.html": (to("/h/redirect-loop.html"),),
    }
    loop = ("redirect_loop",)
    return (
        one_page("redirect-self", to("/h/redirect-self.html"), skipped(*loop, requests=_LOOP)),
        Hazard("redirect-loop", skipped(*loop, requests=_LOOP), pair, ("/h/redirect-loop.html",)),
        Hazard(
            "redirect-endless",
            skipped("redirect_loop", "trap", "budget", requests=_LOOP),
            {"/h/redirect-endless/*": _next_hop},
            ("/h/redirect-endless/1.html",),
            trap=True,
            note="a chain of new addresses without end",
        ),
        Hazard(
            "refresh-endless",
            bounded(_LOOP),
            {"/h/refresh-endless/*": _next_refresh},
            ("/h/refresh-endless/1.html",),
            trap=True,
            note="the same by meta refresh",
        ),
        one_page("redirect-fragment-self", to("/h/redirect-fragment-self.html#again"), bounded(_LOOP)),
        one_page(
            "redirect-cookie-wall",
            to("/h/redirect-cookie-wall.html", "302 Found", "Set-Cookie: seen=1; Path=/"),
            skipped(*loop, requests=_LOOP),
            note="leads to itself until a cookie comes back",
        ),
    )


def _next_hop(asked: Asked) -> Answer:
    return to(f"/h/redirect-endless/{_number(asked.path) + 1}.html")


def _next_refresh(asked: Asked) -> Answer:
    there = f"/h/refresh-endless/{_number(asked.path) + 1}.html"
    return html(page("<p>One moment.</p>", extra_head=f'<meta http-equiv="refresh" content="0; url={there}">'))


def _number(path: str) -> int:
    return int("".join(filter(str.isdigit, path)) or "0")


def _chains() -> tuple[Hazard, ...]:
    statuses = (
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    )
    name = "redirect-chain-5"
    chain = {f"/h/{name}/{hop}.html": (to(f"/h/{name}/{hop + 1}.html", status),) for hop, status in enumerate(statuses)}
    return (
        Hazard(
            name,
            whole_once(story(name)),
            {**chain, f"/h/{name}/5.html": (html(article(story(name))),)},
            (f"/h/{name}/0.html",),
            note="five hops, 301/302/303/307/308",
        ),
        _leads("redirect-relative", "../h/./redirect-relative/there.html"),
        _leads("redirect-scheme-relative", f"//{MAIN}/h/redirect-scheme-relative/there.html"),
        _leads("redirect-blanks", "  /h/redirect-blanks/there.html\t "),
        _leads("redirect-non-ascii", "/h/redirect-non-ascii/zażółć.html", "/h/redirect-non-ascii/*"),
        _leads(
            "redirect-to-other-host",
            "http://second.hostile.test/h/redirect-to-other-host/there.html",
            "second.hostile.test/h/redirect-to-other-host/there.html",
        ),
        Hazard(
            "meta-refresh-article",
            whole_once(story("meta-refresh-article")),
            {
                "/h/meta-refresh-article.html": (
                    html(
                        page(
                            "<p>Moved.</p>",
                            extra_head="<meta http-equiv=refresh content=\"0;URL='meta-refresh-article/there.html'\">",
                        )
                    ),
                ),
                "/h/meta-refresh-article/there.html": (html(article(story("meta-refresh-article"))),),
            },
            ("/h/meta-refresh-article.html",),
        ),
    )


def _leads(name: str, location: str, target: str = "") -> Hazard:
    """A redirect that in the end gives an article."""
    there = target or f"/h/{name}/there.html"
    routes = {f"/h/{name}.html": (to(location),), there: (html(article(story(name))),)}
    return Hazard(name, whole_once(story(name)), routes, (f"/h/{name}.html",))


def _schemes() -> tuple[Hazard, ...]:
    found = {
        "redirect-file": "file:///etc/passwd?redirect-file",
        "redirect-data": "data:text/html,<h1>Data</h1><p>Not of this paper.</p>",
        "redirect-javascript": "javascript:alert(document.cookie)",
        "redirect-ftp": "ftp://www.hostile.test/pub/secret.txt",
        "redirect-gopher": "gopher://127.0.0.1:70/1",
        "redirect-about": "about:blank",
        "redirect-view-source": "view-source:http://www.hostile.test/",
    }
    scheme = skipped("redirect_scheme", requests=3)
    refresh = '<meta http-equiv="refresh" content="0; url=file:///etc/passwd?meta-refresh-file">'
    return (
        *(one_page(name, to(there), scheme, also=(there,)) for name, there in found.items()),
        one_page(
            "meta-refresh-file",
            html(page("<p>Moved.</p>", extra_head=refresh)),
            scheme,
            also=("file:///etc/passwd?meta-refresh-file",),
        ),
    )


def _internal(at: Places) -> tuple[Hazard, ...]:
    """Every way to write the address of a service that is not the portal's."""
    port = at.port
    origins = {
        "redirect-internal": f"http://{at.internal}",
        "redirect-metadata": f"http://{at.metadata}/latest/meta-data",
        "redirect-other-port": f"http://{MAIN}:{port}",
        "redirect-decimal": f"http://2130706433:{port}",
        "redirect-octal": f"http://0177.0.0.01:{port}",
        "redirect-hex": f"http://0x7f.0x0.0x0.0x1:{port}",
        "redirect-hex-whole": f"http://0x7f000001:{port}",
        "redirect-short": f"http://127.1:{port}",
        "redirect-zero": f"http://0.0.0.0:{port}",
        "redirect-mapped": f"http://[::ffff:127.0.0.1]:{port}",
        "redirect-mapped-hex": f"http://[::ffff:7f00:1]:{port}",
        "redirect-ipv6": f"http://[::1]:{port}",
        "redirect-localhost": f"http://localhost:{port}",
        "redirect-localhost-dot": f"http://localhost.:{port}",
        "redirect-circled-digits": f"http://①②⑦.⓪.⓪.①:{port}",
        "redirect-userinfo": f"http://{MAIN}@{at.internal}",
        "redirect-userinfo-password": f"http://{MAIN}:80@{at.internal}",
        "redirect-backslash": f"http:\\\\{at.internal}\\@{MAIN}",
        "redirect-tab-in-host": f"http://127.0.\t0.1:{port}",
        "redirect-link-local": "http://169.254.169.254/latest/meta-data",
        "redirect-percent-host": f"http://%31%32%37.0.0.1:{port}",
    }
    written = {name: f"{origin}/h/{name}/secret.html" for name, origin in origins.items()}
    refused = skipped("ssrf", requests=3)
    either = skipped("ssrf", "offsite", requests=3)
    by_table = {"redirect-internal", "redirect-metadata", "redirect-other-port"}
    refresh = f'<meta http-equiv="refresh" content="0; url=http://{at.internal}/h/meta-refresh-internal/x">'
    header = html(
        page("<p>Moved by a header.</p>"), f"Refresh: 0; url=http://{at.internal}/h/refresh-header-internal/x"
    )
    return (
        *(
            one_page(name, to(there), refused if name in by_table else either, also=(there,))
            for name, there in written.items()
        ),
        one_page(
            "meta-refresh-internal",
            html(page("<p>Moved.</p>", extra_head=refresh)),
            refused,
            also=(f"http://{at.internal}/h/meta-refresh-internal/x",),
        ),
        one_page(
            "refresh-header-internal",
            header,
            refused,
            also=(f"http://{at.internal}/h/refresh-header-internal/x",),
            note="a Refresh header",
        ),
        one_page(
            "redirect-offsite",
            to("http://elsewhere.offsite.test/"),
            skipped("offsite", requests=3),
            also=("http://elsewhere.offsite.test/",),
        ),
        one_page(
            "redirect-other-port-https",
            to(f"https://{MAIN}:{port}/h/redirect-other-port-https/x"),
            either,
            also=(f"https://{MAIN}:{port}/h/redirect-other-port-https/x",),
        ),
    )


def _odd(at: Places) -> tuple[Hazard, ...]:
    split = b"/h/redirect-split/there.html\rSet-Cookie: split=1\r\nX-Split: 1"
    two = raw(
        head(
            "Location: /h/redirect-two-locations/there.html",
            f"Location: http://{at.internal}/h/redirect-two-locations/second",
            "Content-Length: 0",
            status="302 Found",
        )
    )
    nowhere = skipped("http_error", "empty", "bad_url", "redirect_loop", "redirect_scheme", "network", requests=8)
    long = "/h/redirect-long/" + "long" * 5_000
    return (
        one_page("redirect-empty", to(""), bounded(8)),
        one_page("redirect-without-location", whole(b"", status="302 Found"), nowhere),
        one_page("redirect-garbage", to("http://[::bad"), nowhere, also=("http://[::bad",)),
        one_page(
            "redirect-port-overflow",
            to("http://www.hostile.test:99999/"),
            nowhere,
            also=("http://www.hostile.test:99999/",),
        ),
        one_page("redirect-split", to(split), bounded(8), note="a bare CR in Location"),
        one_page("redirect-two-locations", two, bounded(8)),
        one_page("redirect-long", to(long), bounded(8), note="20,000 characters"),
        one_page(
            "redirect-body-endless",
            Answer((head("Location: /about.html", status="302 Found"), *([b"x" * 65_536] * 4_000)), End.CLOSE),
            bounded(8, sent=256 << 20),
        ),
        one_page("redirect-300-choices", html(page("<h1>Choose</h1>"), status="300 Multiple Choices"), bounded(8)),
        one_page("redirect-home", to("/"), stored(), note="a dead story leads to the home page"),
    )
