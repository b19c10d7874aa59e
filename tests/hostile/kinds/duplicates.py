"""Duplicates: pages that say of each other that they are copies, rightly or not."""

from __future__ import annotations

from tests.hostile.answers import Answer, html
from tests.hostile.hazard import MAIN, Hazard, Places, whole_once
from tests.hostile.stories import article, story


def _named(name: str, canonical: str, tale: str = "") -> Answer:
    """The article's page, which names a canonical address."""
    return html(article(story(tale or name), extra_head=f'<link rel="canonical" href="{canonical}">'))


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those of canonical links and of one story at several addresses."""
    main, loop, home, chain = "dup-print-amp", "dup-canonical-loop", "dup-canonical-home", "dup-canonical-chain"
    dead, self_ = "dup-canonical-dead", "dup-canonical-offsite"
    kept = _named(main, f"/h/{main}.html")
    tales = [f"{home}-{one}" for one in range(4)]
    return (
        Hazard(
            main,
            whole_once(story(main)),
            {f"/h/{main}.html": (kept,), f"/h/{main}/*": (kept,)},
            (f"/h/{main}.html", f"/h/{main}/print.html", f"/h/{main}/amp.html", f"/h/{main}/mobile.html"),
            note="four addresses, one canonical: one record",
        ),
        Hazard(
            loop,
            whole_once(story(loop)),
            {
                f"/h/{loop}/a.html": (_named(loop, f"/h/{loop}/b.html"),),
                f"/h/{loop}/b.html": (_named(loop, f"/h/{loop}/a.html"),),
            },
            (f"/h/{loop}/a.html", f"/h/{loop}/b.html"),
            note="each names the other as canonical: one record, not none",
        ),
        Hazard(
            home,
            whole_once(*(story(tale) for tale in tales)),
            {f"/h/{home}/{tale}.html": (_named(home, f"http://{MAIN}/", tale),) for tale in tales},
            tuple(f"/h/{home}/{tale}.html" for tale in tales),
            note="a template error names the home page as canonical of every article",
        ),
        Hazard(
            chain,
            whole_once(story(chain), requests=300),
            {f"/h/{chain}/*": lambda asked: _named(chain, f"{asked.path}x")},
            (f"/h/{chain}/a",),
            trap=True,
            note="every page names a new address as canonical, without end",
        ),
        Hazard(
            dead,
            whole_once(story(dead)),
            {f"/h/{dead}.html": (_named(dead, f"/h/{dead}/gone.html"),)},
            (f"/h/{dead}.html",),
            note="the canonical address answers 404",
        ),
        Hazard(
            self_,
            whole_once(story(self_)),
            {f"/h/{self_}.html": (_named(self_, "http://copy.offsite.test/x.html"),)},
            (f"/h/{self_}.html",),
            note="the canonical address is another site's",
        ),
        Hazard(
            "dup-case",
            whole_once(story("dup-case")),
            {f"/h/dup-case/{one}.html": (_named("dup-case", "#"),) for one in ("Story", "STORY", "story")},
            tuple(f"/h/dup-case/{one}.html" for one in ("Story", "STORY", "story")),
            note="a server that folds case",
        ),
    )
