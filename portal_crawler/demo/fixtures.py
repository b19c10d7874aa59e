"""Fixtures: one page of each kind and layout, written with what is to be read out of it.

``python -m portal_crawler.demo.fixtures DIR`` writes ``DIR/<name>/page.html`` and ``expected.json`` (the keys of
``extract --format json``, as ``portal-crawler check`` compares them).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from portal_crawler.demo.fixtures_portal import fixture_portal
from portal_crawler.demo.model import Generation, PagePlan, PlanKind, Portal, Story
from portal_crawler.demo.pen import GoldLink
from portal_crawler.demo.render import Rendered, render
from portal_crawler.demo.views_story import paragraphs_of
from portal_crawler.page.charset import codec_of

_ARTICLES = (PlanKind.ARTICLE, PlanKind.PART, PlanKind.PRINT)
_KINDS = {
    PlanKind.HUB: "link_page", PlanKind.TOPIC: "link_page", PlanKind.DIGEST: "link_page", PlanKind.FEED: "link_page",
} | dict.fromkeys(_ARTICLES, "article")  # fmt: skip


def fixtures() -> Iterator[tuple[str, Rendered, dict[str, Any]]]:
    """Name, page and expectation of every fixture, in the order of their names."""
    portal, names = fixture_portal()
    for name in sorted(names):
        plan = portal.plans[names[name]]
        drawn = render(plan, portal)
        yield name, drawn, expectation(plan, portal, drawn)


def expectation(plan: PagePlan, portal: Portal, drawn: Rendered) -> dict[str, Any]:
    """What is to be read out of a page: of a story its fields and text, of every page kind, charset and links."""
    kind = _KINDS.get(plan.kind, "other")
    found: dict[str, Any] = {"url": plan.url, "content_type": drawn.content_type, "kind": kind}
    if kind == "article" and plan.story is not None:
        found |= _story(portal.stories[plan.story], plan)
    if not drawn.body.isascii():
        found["charset"] = codec_of(plan.charset) or plan.charset
    found["links"] = [_link(link) for link in drawn.links]
    return found


def _story(story: Story, plan: PagePlan) -> dict[str, Any]:
    # A story of several pages says where it is from and of when at its end, except in the last layout.
    last = not story.parts or plan.part in (None, len(story.parts)) or plan.generation is Generation.D
    return {
        "title": plan.title or story.title,
        "paragraphs": list(_content(story, plan)),
        "authors": [story.byline.removeprefix("By ")] if story.byline else [],
        "source": story.source if last else None,
        "published": None if "no-date" in plan.traits or not last else story.day.isoformat(),
    }


def _content(story: Story, plan: PagePlan) -> tuple[str, ...]:
    last = not story.parts or plan.part in (None, len(story.parts))
    return paragraphs_of(story, plan.part) + ((story.note,) if last and story.note else ())


def _link(link: GoldLink) -> Mapping[str, str]:
    return {"url": link.url, "text": link.text, "role": link.role.value, "element": link.element.value}


def write_fixtures(folder: Path) -> int:
    """Write every fixture below ``folder``; the number written."""
    count = 0
    for name, drawn, expected in fixtures():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "page.html").write_bytes(drawn.body)
        text = json.dumps(expected, ensure_ascii=False, indent=2) + "\n"
        (place / "expected.json").write_text(text, encoding="utf-8")
        count += 1
    return count


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m portal_crawler.demo.fixtures DIR")
    sys.stdout.write(f"{write_fixtures(Path(sys.argv[1]))} fixtures written\n")
