"""Demo examples: pages of the demo portal's generations, whose gold is exact: the story, or the central listing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator

from demo_pages import story_text
from examples import Example, example

from portal_crawler.demo.model import PagePlan, Portal
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.render import render
from portal_crawler.page.block_network import PAGE_TYPES
from portal_crawler.page.charset import decode
from portal_crawler.page.markup import parse
from portal_crawler.page.roles import Role
from portal_crawler.page.walk import walk

# What of the training data's types a page of the portal is most like, where it is no story.
_LIKE = {"hub": "listing", "digest": "listing", "topic": "listing", "gallery": "collection"}
_STORIES, _OTHERS = 110, 30


def demo_examples(seed: int, without: str = "") -> list[Example]:
    """Examples of each generation and kind of page.

    :param without: the letter of a generation that is left out, to be tested on.
    """
    portal = build_portal("medium", seed)
    groups: dict[tuple[str, str, bool], list[PagePlan]] = defaultdict(list)
    for plan in portal.plans.values():
        if plan.answer.status == 200 and plan.generation and not (without and plan.generation.value[0] == without):
            groups[plan.generation.value, plan.kind.value, bool(story_text(plan, portal))].append(plan)
    rng = random.Random(seed)
    return [
        made for (_, kind, told), plans in sorted(groups.items()) for made in _drawn(plans, kind, told, portal, rng)
    ]


def _drawn(plans: list[PagePlan], kind: str, told: bool, portal: Portal, rng: random.Random) -> Iterator[Example]:
    rng.shuffle(plans)
    for plan in plans[: _STORIES if told else _OTHERS]:
        page = render(plan, portal)
        tree = walk(parse(decode(page.body, page.content_type)[0])[0])
        number = PAGE_TYPES.index("article" if told else _LIKE.get(kind, "service"))
        gold = story_text(plan, portal) or "\n".join(link.text for link in page.links if link.role is Role.BODY)
        made = example(tree, plan.url, gold, plan.url, number)
        if made is not None:
            yield made
