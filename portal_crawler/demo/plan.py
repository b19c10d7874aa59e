"""Plan: every address of the demo portal, from its stories. A function of size and seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from portal_crawler.demo.hosts import BARE, CLONE, ENGLISH, MIRROR
from portal_crawler.demo.model import Entry, Generation, PagePlan, PlanKind, Portal, Story
from portal_crawler.demo.plan_lists import list_plans
from portal_crawler.demo.plan_pages import (
    archive_lists,
    copy_lists,
    copy_plan,
    gateway_plan,
    print_plan,
    reimport_plan,
    story_plans,
)
from portal_crawler.demo.plan_services import TOPIC, gallery_plans, old_plans, service_plans, topic_plans
from portal_crawler.demo.stories import CODES, make_stories
from portal_crawler.demo.views_site import SECTIONS

# Addresses to be had of each size; copies on other hosts fill up what stories and lists leave.
SIZES = {"small": 320, "medium": 3_000, "large": 20_000}
# Stories per address.
_STORIES = 0.4
_B = (Generation.B1, Generation.B2, Generation.B3)
_OFFICES = (
    "Foreign Office of the Valley",
    "Ministry of River Trade",
    "Mission to the League of Ports",
    "College of Diplomacy",
    "Institute of Delta Studies",
    "Chamber of Upstream Commerce",
    "Society for Friendly Contact",
    "Bureau of Locks",
)


def build_portal(size: str = "small", seed: int = 2004) -> Portal:
    """The whole portal of a size (``small``, ``medium``, ``large``)."""
    target = SIZES[size]
    stories = {number: _with_topic(story) for number, story in make_stories(round(target * _STORIES), seed).items()}
    hidden = _orphans(stories.values())
    plans: dict[str, PagePlan] = {}

    def enter(found: Iterable[PagePlan]) -> list[PagePlan]:
        kept = [plan for plan in found if plan.url not in plans]
        plans.update((plan.url, plan) for plan in kept)
        return kept

    told = list(stories.values())
    enter(list_plans(told, hidden))
    enter(service_plans(told, seed))
    enter(topic_plans(told))
    enter(gallery_plans(max(2, target // 200), seed))
    enter(old_plans(told))
    for story in told:
        pages = enter(story_plans(story, seed))
        if story.number in hidden:
            plans.update((page.url, replace(page, traits=page.traits | {"unlisted"})) for page in pages)
    enter(_twins(told, seed))
    reimports = enter(
        reimport_plan(s) for s in told if s.generation in _B and s.number % 20 < 3 and not s.parts and s.edit_of is None
    )
    enter(archive_lists(reimports))
    chinese = [plan for plan in plans.values() if plan.generation is Generation.Z and not plan.alias_of]
    enter(gateway_plan(plan) for plan in chinese if plan.kind is PlanKind.HUB or (plan.story or 0) % 2)
    _fill(plans, told, target)
    offices = tuple(Entry(f"http://other{at}.test/", name) for at, name in enumerate(_OFFICES, 1))
    institutions = {code: offices[at % 4 : at % 4 + 4 + at % 4] for at, code in enumerate((*CODES, "NTW"))}
    return Portal(seed, size, stories, plans, SECTIONS, institutions, {TOPIC: "River Congress"})


def _with_topic(story: Story) -> Story:
    fits = story.generation is Generation.B3 and story.number % 11 == 0 and story.edit_of is None
    return replace(story, topic=TOPIC) if fits else story


def _orphans(stories: Iterable[Story]) -> frozenset[int]:
    """Five stories of the last generation that nothing but the feed leads to."""
    last = [story for story in stories if story.generation is Generation.D and story.edit_of is None]
    chosen = {story.number for story in last[3 : 3 + 5 * 3 : 3]}
    return frozenset(chosen)


def _twins(stories: Iterable[Story], seed: int) -> Iterable[PagePlan]:
    for story in stories:
        if story.generation in (Generation.C, Generation.D) and Random(f"{seed}:print:{story.number}").random() < 0.6:
            yield print_plan(story)


def _fill(plans: dict[str, PagePlan], stories: list[Story], target: int) -> None:
    """Copies on the other hosts, as many as there is room for, and the lists that lead to them."""
    room = target - len(plans)
    sources = [
        plans[story.url] for story in stories if story.generation in _B and not story.parts and story.edit_of is None
    ]
    Random(f"{target}:copies").shuffle(sources)
    # A list page leads to 25 copies.
    count = max(4, int(room / (1 + 1 / 25)) - 4)
    at = 0
    shares = ((BARE, 0.35), (ENGLISH, 0.3), (MIRROR, 0.25), (CLONE, 0.1))
    titles = {BARE: "Great River", ENGLISH: "Great River in English", MIRROR: "Mirror Site", CLONE: "Best Copies"}
    for host, share in shares:
        wanted = max(1, round(count * share))
        copies = [copy_plan(plan, host) for plan in (sources[at:] + sources[:at])[:wanted]]
        at = (at + wanted) % len(sources)
        for found in (copies, list(copy_lists(copies, host, titles[host]))):
            plans.update((plan.url, plan) for plan in found if plan.url not in plans)
