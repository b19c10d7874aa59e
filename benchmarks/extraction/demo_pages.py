"""Demo pages: the story pages of the demo portal, of all its generations, each with the story that it tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal_crawler.demo.model import PagePlan, Portal
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.render import render
from portal_crawler.demo.views_story import paragraphs_of


@dataclass(frozen=True, slots=True)
class DemoPage:
    """One story page. ``text`` is exact: the portal was made from it."""

    url: str
    generation: str
    language: str
    text: str
    html: bytes


def demo_pages(size: str, seed: int) -> Iterator[DemoPage]:
    """The story pages of a portal, in the order of its plans, copies on other hosts included.

    :param size: small, medium or large, as in ``portal-crawler demo``.
    """
    portal = build_portal(size, seed)
    for plan in portal.plans.values():
        text = story_text(plan, portal)
        if text and plan.story is not None and plan.answer.status == 200 and plan.generation:
            language = portal.stories[plan.story].language
            yield DemoPage(plan.url, plan.generation.value, language, text, render(plan, portal).body)


def story_text(plan: PagePlan, portal: Portal) -> str:
    """The story that a page tells, its note included; "" where it tells none."""
    if plan.kind.value not in ("article", "part", "print") or plan.story is None:
        return ""
    story = portal.stories[plan.story]
    whole = plan.part is None or plan.part >= len(story.parts)
    return "\n".join([*paragraphs_of(story, plan.part), (story.note or "") if whole else ""])
