"""Traps: addresses without end. Every page is made when it is asked for, and leads to more of its kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from tests.hostile.answers import Answer, Asked, html
from tests.hostile.hazard import Hazard, Places, bounded
from tests.hostile.stories import listing, page, story

_APOLOGY = page(
    "<h1>Oops!</h1><p>We are sorry. What you are looking for has moved, or never was. Try the search or go home.</p>",
    title="Oops",
)


def _trap(name: str, start: str, answer: Callable[[Asked], Answer], note: str, requests: int = 300) -> Hazard:
    routes = {f"/h/{name}/*": answer}
    return Hazard(name, bounded(requests), routes, (f"/h/{name}/{start}",), trap=True, note=note)


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those that cost a crawl its time."""
    return (
        _trap("trap-calendar", "2005/03.html", _calendar, "months for ever, both ways"),
        _trap("trap-calendar-query", "cal.php?year=2005&month=3&day=1", _calendar_query, "days for ever, in the query"),
        _trap("trap-relative", "start.html", _relative, "relative links that grow the path without end"),
        _trap("trap-repeat", "a/b/x.html", _repeat, "repeating path segments"),
        _trap("trap-session", "s/0/index.html", _session, "a new session id in every link"),
        _trap("trap-session-query", "index.html?k=0", _session_query, "a new key in the query of every link"),
        _trap("trap-pagination", "list.html?page=1", _pagination, "an empty next page for ever"),
        _trap("trap-facets", "goods.html", _facets, "2^20 combinations of filters"),
        _trap("trap-query-growth", "find.html?q=a", _query_growth, "a query that grows with every link"),
        _trap("trap-fan", "0.html", _fan, "one page under endless names"),
        _trap("trap-words", "start.html", _words, "pages of new words and new links for ever"),
        _trap("trap-counter", "1.html", _counter, "the next number, one link at a time"),
        _trap("trap-sort", "table.html?sort=a", _sort, "orders and directions of one table, nested"),
        Hazard(
            "soft-404",
            bounded(120),
            {"/h/soft-404/*": _soft_404},
            ("/h/soft-404/index.html",),
            trap=True,
            note="status 200 and the same apology for every dead link",
        ),
        Hazard(
            "soft-404-varied",
            bounded(120),
            {"/h/soft-404-varied/*": _soft_404_varied},
            ("/h/soft-404-varied/index.html",),
            trap=True,
            note="an apology that names the address and shows other teasers each time",
        ),
        _trap("million-links", "index.html", _million, "a page with a million links"),
    )


def _links(name: str, title: str, *targets: str) -> Answer:
    return html(listing(title, [(target, f"To {target[-60:]}") for target in targets]))


def _calendar(asked: Asked) -> Answer:
    year, month = (int(part) for part in re.findall(r"/(-?\d+)/(\d+)\.html", asked.path)[-1])
    before, behind = divmod(year * 12 + month - 2, 12), divmod(year * 12 + month, 12)
    paths = [f"/h/trap-calendar/{one[0]}/{one[1] + 1:02}.html" for one in (before, behind)]
    return _links("trap-calendar", f"Events of {year}-{month:02}: none", *paths)


def _calendar_query(asked: Asked) -> Answer:
    year, month, day = (int(one) for one in [*re.findall(r"=(-?\d+)", asked.query), 2005, 3, 1][:3])
    days = [(year, month, day % 28 + 1), (year, month % 12 + 1, day), (year + 1, month, day), (year - 1, month, day)]
    links = [f"/h/trap-calendar-query/cal.php?year={one[0]}&month={one[1]}&day={one[2]}" for one in days]
    return _links("trap-calendar-query", f"No events on {year}-{month}-{day}", *links)


def _relative(asked: Asked) -> Answer:
    return _links("trap-relative", "Products", "more/start.html", "further/start.html")


def _repeat(asked: Asked) -> Answer:
    return _links("trap-repeat", "Here again", "a/b/x.html", "b/a/x.html")


def _token(asked: Asked, number: int) -> str:
    return hashlib.sha256(f"{asked.target} {asked.number} {number}".encode()).hexdigest()[:24]


def _session(asked: Asked) -> Answer:
    return _links(
        "trap-session", "Welcome", *(f"/h/trap-session/s/{_token(asked, one)}/index.html" for one in range(3))
    )


def _session_query(asked: Asked) -> Answer:
    links = (f"/h/trap-session-query/index.html?k={_token(asked, one)}" for one in range(3))
    return _links("trap-session-query", "Welcome", *links)


def _pagination(asked: Asked) -> Answer:
    number = int("".join(filter(str.isdigit, asked.query)) or "1")
    return _links("trap-pagination", f"Page {number}: no entries", f"/h/trap-pagination/list.html?page={number + 1}")


def _facets(asked: Asked) -> Answer:
    chosen = set(filter(None, asked.query.removeprefix("f=").split(",")))
    names = [chr(ord("a") + one) * 2 for one in range(20)]
    links = [f"/h/trap-facets/goods.html?f={','.join(sorted(chosen ^ {name}))}" for name in names]
    return _links("trap-facets", f"Goods, {len(chosen)} filters", *links)


def _query_growth(asked: Asked) -> Answer:
    return _links("trap-query-growth", "Found nothing", *(f"?{asked.query}&{one}=1" for one in ("more", "again")))


def _fan(asked: Asked) -> Answer:
    return html(
        page(
            "<h1>One page</h1><p>"
            + " ".join(story("trap-fan").paragraphs)
            + "</p>"
            + "".join(f'<a href="{_token(asked, one)}.html">next</a> ' for one in range(4))
        )
    )


def _words(asked: Asked) -> Answer:
    """A tarpit: text that reads like an article, new each time, and links to more of it."""
    tale = story(f"trap-words {asked.target}", 2)
    links = "".join(f'<li><a href="{_token(asked, one)}.html">{tale.title} {one}</a></li>' for one in range(5))
    return html(page(f"<h1>{tale.title}</h1><ul>{links}</ul>"))


def _counter(asked: Asked) -> Answer:
    number = int("".join(filter(str.isdigit, asked.path)) or "1")
    return _links("trap-counter", f"Entry {number}", f"/h/trap-counter/{number + 1}.html")


def _sort(asked: Asked) -> Answer:
    return _links("trap-sort", "A table", *(f"table.html?{asked.query}&sort={one}&dir=up" for one in "abc"))


def _soft_404(asked: Asked) -> Answer:
    if asked.path.endswith("/index.html"):
        return _links("soft-404", "Archive of 1999", *(f"/h/soft-404/old-{one}.html" for one in range(400)))
    return html(_APOLOGY)


def _soft_404_varied(asked: Asked) -> Answer:
    if asked.path.endswith("/index.html"):
        return _links(
            "soft-404-varied", "Archive of 1998", *(f"/h/soft-404-varied/gone/{one}.html" for one in range(400))
        )
    teasers = "".join(f"<li>{story(f'teaser {_token(asked, one)}', 1).title}</li>" for one in range(3))
    return html(
        page(f"<h1>Page not available</h1><p>The page {asked.path} is not available any more.</p><ul>{teasers}</ul>")
    )


def _million(asked: Asked) -> Answer:
    if not asked.path.endswith("/index.html"):
        return html(page("<h1>Not Found</h1>"), status="404 Not Found")
    return html(page("<h1>All of it</h1>" + "".join(f'<a href="{one}.html">{one}</a>\n' for one in range(1_000_000))))
