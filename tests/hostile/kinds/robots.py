"""Robots: what robots.txt says, and how it fails to. Each has a host of its own."""

from __future__ import annotations

from typing import Any

from tests.hostile.answers import Answer, End, endless, head, html, in_turn, raw, to, whole
from tests.hostile.hazard import Expect, Hazard, Places, bounded, skipped, whole_once
from tests.hostile.stories import Story, article, page, story

_PLAIN = "text/plain"


def _text(text: str | bytes, *lines: str) -> tuple[Answer, ...]:
    return (whole(text.encode() if isinstance(text, str) else text, *lines, media=_PLAIN),)


def _host(
    name: str, robots: tuple[Answer, ...], expect: Expect, secret: bool = False, note: str = "", **more: Any
) -> Hazard:
    """A host with an article at ``/story.html``; where ``secret``, also with one that must not be asked for."""
    host = f"{name}.hostile.test"
    routes = {"/story.html": (html(article(story(name))),)}
    links = [f"http://{host}/story.html"]
    forbidden: tuple[str, ...] = ()
    if secret:
        routes["/secret/*"] = (html(article(story(f"{name} secret"))),)
        links.append(f"http://{host}/secret/plan.html")
        forbidden = ("/secret/",)
    bounds = Expect(
        **{**{one: getattr(expect, one) for one in Expect.__slots__}, "forbidden": forbidden or expect.forbidden}
    )
    return Hazard(name, bounds, routes, tuple(links), host=host, robots=robots, note=note, **more)


def _closed(name: str, robots: tuple[Answer, ...], note: str = "") -> Hazard:
    """A host of which nothing may be fetched."""
    expect = skipped("robots", requests=0, forbidden=("/",))
    return _host(name, robots, expect, note=note)


def _open(name: str, robots: tuple[Answer, ...], note: str = "", **more: Any) -> Hazard:
    """A host whose article is there for everybody, and whose /secret/ is so for nobody if its robots.txt says so."""
    return _host(name, robots, whole_once(story(name), **more), note=note)


def _parted(name: str, robots: tuple[Answer, ...], note: str = "") -> Hazard:
    return _host(name, robots, whole_once(story(name)), secret=True, note=note)


def hazards(at: Places) -> tuple[Hazard, ...]:
    """Those of robots.txt (RFC 9309)."""
    return (*_rules(), *_states(at), *_forms(), *_tempo())


def _rules() -> tuple[Hazard, ...]:
    hidden, bait = "robots-hidden-trap", "http://robots-hidden-trap.hostile.test/bait/1.html"
    tale = story(hidden)
    everything = "User-agent: *\nDisallow: /\n"
    return (
        _closed("robots-disallow", _text(everything)),
        Hazard(
            hidden,
            skipped("robots", requests=0, forbidden=("/bait/",)),
            {"/bait/*": (html(article(tale)),)},
            host=f"{hidden}.hostile.test",
            markup=f'<div style="display:none"><a href="{bait}">Do not follow</a></div>',
            robots=_text("User-agent: *\nDisallow: /bait/\n"),
            note="only in a hidden link",
        ),
        _parted(
            "robots-longest",
            _text("User-agent: *\nDisallow: /\nAllow: /story\nDisallow: /secret/\n"),
            "the longest match wins, not the first",
        ),
        _parted("robots-wildcards", _text("User-agent: *\nDisallow: /*/plan.html$\n")),
        _parted(
            "robots-by-name",
            _text(f"User-agent: Portal-Crawler\nDisallow: /secret/\n\nUser-agent: *\n{everything}"),
            "a group of our own, in another case",
        ),
        _parted(
            "robots-groups-merge",
            _text(
                "User-agent: *\nDisallow: /a/\n\nUser-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /secret/\n"
            ),
            "two groups for everybody count together",
        ),
        _parted(
            "robots-escapes", _text("User-agent: *\nDisallow: /%73ecret/\n"), "an escape of an unreserved character"
        ),
    )


def _states(at: Places) -> tuple[Hazard, ...]:
    def answered(status: str, *lines: str) -> tuple[Answer, ...]:
        return (html(page("<h1>No robots here</h1>"), *lines, status=status),)

    forbid = "User-agent: *\nDisallow: /secret/\n"
    return (
        _closed(
            "robots-503",
            answered("503 Service Unavailable"),
            "robots.txt answers 503: assume everything is disallowed (RFC 9309 2.3.1.4)",
        ),
        _closed("robots-500", answered("500 Internal Server Error")),
        _closed("robots-reset", (raw(b"", end=End.RESET),), "unreachable: everything is disallowed"),
        _closed("robots-hang", (raw(b"", end=End.HANG),), "never answers: everything is disallowed"),
        _open(
            "robots-503-once",
            in_turn(*answered("503 Service Unavailable", "Retry-After: 1"), *_text(forbid)),
            "a server that recovers is asked again",
        ),
        _open("robots-404", answered("404 Not Found"), "no robots.txt: allowed"),
        _open("robots-401", answered("401 Unauthorized"), "4xx: allowed (RFC 9309 2.3.1.3)"),
        _host(
            "robots-429", answered("429 Too Many Requests", "Retry-After: 1"), bounded(8), note="allowed by the letter"
        ),
        Hazard(
            "robots-redirect",
            whole_once(story("robots-redirect"), forbidden=("/secret/",)),
            {
                "/story.html": (html(article(story("robots-redirect"))),),
                "/secret/*": (html(page("<p>Secret</p>")),),
                "/rules/robots-of-today.txt": _text(forbid),
            },
            ("http://robots-redirect.hostile.test/story.html", "http://robots-redirect.hostile.test/secret/plan.html"),
            host="robots-redirect.hostile.test",
            robots=(to("/rules/robots-of-today.txt"),),
            note="redirects are followed, five at least (RFC 9309 2.3.1.2)",
        ),
        _host(
            "robots-redirect-internal",
            (to(f"http://{at.internal}/robots.txt"),),
            bounded(8),
            note="robots.txt leads to the internal service",
        ),
        _host("robots-redirect-file", (to("file:///etc/passwd"),), bounded(8)),
        _host(
            "robots-redirect-loop",
            (to("/robots.txt"),),
            bounded(8),
            note="more than five redirects: unavailable, so allowed",
        ),
        _host("robots-redirect-offsite", (to("http://copy.offsite.test/robots.txt"),), bounded(8)),
    )


def _forms() -> tuple[Hazard, ...]:
    cr = b"\xef\xbb\xbfUSER-agent: *\rdisALLOW: /secret/\rCRAWL-delay: 0\r"
    start = head("Content-Type: text/plain") + b"User-agent: *\nDisallow: /secret/\n"
    packed = "User-agent: *\nDisallow: /secret/\n"
    late = "User-agent: *\nDisallow: /secret/\n" + "# filling\n" * 60_000 + "Disallow: /\n"
    return (
        _host(
            "robots-endless",
            (Answer(endless(b"# more and more\n" * 4_096, start), End.CLOSE),),
            whole_once(story("robots-endless"), sent=64 << 20),
            secret=True,
            note="robots.txt never ends; its first 500 KiB count",
        ),
        _open(
            "robots-html",
            (html(page("<h1>Welcome</h1><p>User-agent: * Disallow: /</p>")),),
            "robots.txt is an HTML page with status 200",
        ),
        _parted("robots-cr-only", _text(cr), "robots.txt with CR line ends, odd case and BOM; /secret/ is disallowed"),
        _host("robots-utf16", _text(packed.encode("utf-16")), bounded(8), note="not UTF-8: no rule can be read"),
        _parted("robots-nul", _text("User-agent: *\nDisallow: /\0x/\nDisallow: /secret/\n")),
        _parted("robots-late", _text(late), "what stands behind 500 KiB does not count"),
        _parted("robots-one-line", _text("User-agent: *\nDisallow: /" + "x" * 400_000 + "\nDisallow: /secret/\n")),
        _parted(
            "robots-wildcard-bomb",
            _text("User-agent: *\nDisallow: /" + "*a" * 3_000 + "$\nDisallow: /secret/\n"),
            "bait for regular expressions",
        ),
        _open("robots-gzip-bomb", (_bomb(),), "a bomb for robots.txt", sent=64 << 20),
        _open("robots-empty", _text("")),
    )


def _bomb() -> Answer:
    from tests.hostile.answers import coded, gzip_zeros

    return coded(lambda: gzip_zeros(lead=b"User-agent: *\nDisallow: /secret/\n"), "gzip", _PLAIN)


def _tempo() -> tuple[Hazard, ...]:
    slow, name = "User-agent: *\nCrawl-delay: 2\n", "robots-crawl-delay"
    tales: list[Story] = [story(f"{name}-{one}") for one in range(4)]
    return (
        Hazard(
            name,
            whole_once(*tales, pace=1.95),
            {f"/{one}.html": (html(article(tale)),) for one, tale in enumerate(tales)},
            tuple(f"http://{name}.hostile.test/{one}.html" for one in range(len(tales))),
            host=f"{name}.hostile.test",
            robots=_text(slow),
            note="Crawl-delay: 2 between any two requests",
        ),
        _host(
            "robots-delay-absurd",
            _text("User-agent: *\nCrawl-delay: 999999999\n"),
            bounded(8),
            note="a delay of thirty years is capped, or the host is skipped",
        ),
        _open(
            "robots-delay-garbage",
            _text("User-agent: *\nCrawl-delay: fast\nCrawl-delay: -3\nCrawl-delay: nan\nCrawl-delay: inf\n"),
        ),
    )
