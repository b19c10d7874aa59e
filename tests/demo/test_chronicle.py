"""The demo portal through a year: what a second crawl can see, and that the gold of it is exact."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from statistics import median

import orjson
import pytest

from portal_crawler.demo.changes import ChangeKind, changes_between
from portal_crawler.demo.chronicle import Chronicle, chronicle_of, portal_at
from portal_crawler.demo.edits import HEADLINE, NUMBER, PARAGRAPH, Editor
from portal_crawler.demo.lives import START, YEAR
from portal_crawler.demo.manifest import manifest
from portal_crawler.demo.model import PlanKind, Portal
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.render import render

WHOLE = build_portal("small")
CHRONICLE = chronicle_of(WHOLE)
LINK_KINDS = (PlanKind.HUB, PlanKind.TOPIC, PlanKind.DIGEST, PlanKind.FEED)


@pytest.fixture(scope="module")
def medium() -> tuple[Portal, Chronicle]:
    portal = build_portal("medium")
    return portal, chronicle_of(portal)


def _seen(portal: Portal) -> dict[str, tuple[int, str | None, bytes]]:
    """What every address answers: status, where it leads, and the page. One that answers an error is not there."""
    return {
        url: (plan.answer.status, plan.answer.location, render(plan, portal).body)
        for url, plan in portal.plans.items()
        if plan.answer.status < 400
    }


def _differences(before: Portal, after: Portal) -> dict[str, set[str]]:
    one, other = _seen(before), _seen(after)
    found: dict[str, set[str]] = {}
    for url in one.keys() | other.keys():
        if url not in one:
            found[url] = {"new"}
        elif url not in other:
            found[url] = {"gone"}
        elif one[url] != other[url]:
            found[url] = {"moved" if other[url][0] == 301 else "changed"}
    return found


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    again = build_portal("small")
    assert chronicle_of(again) == CHRONICLE
    assert portal_at(again, chronicle_of(again), 77.0) == portal_at(WHOLE, CHRONICLE, 77.0)
    assert chronicle_of(WHOLE, seed=7) != CHRONICLE


@pytest.mark.parametrize("seed", [2004, 7])
@pytest.mark.parametrize("days", [(0.0, 1.0), (0.0, 120.0), (120.0, 300.5), (0.0, YEAR)])
def test_the_gold_of_changes_is_what_the_pages_of_two_days_differ_in(seed: int, days: tuple[float, float]) -> None:
    whole = build_portal("small", seed)
    chronicle = chronicle_of(whole)
    told: dict[str, set[str]] = {}
    for change in changes_between(whole, chronicle, *days):
        for url in change.urls:
            told.setdefault(url, set()).add(change.kind.value)
        for url in change.new_urls:
            told.setdefault(url, set()).add("new")
    # The text of a story that moved as well stands at an address that is new.
    told = {url: {"new"} if "new" in kinds else kinds for url, kinds in told.items()}
    assert told == _differences(portal_at(whole, chronicle, days[0]), portal_at(whole, chronicle, days[1]))


def test_a_change_names_the_first_address_first_and_the_new_one_of_what_moved() -> None:
    changes = list(changes_between(WHOLE, CHRONICLE, 0.0, YEAR))
    after = portal_at(WHOLE, CHRONICLE, YEAR)
    assert {change.kind for change in changes if change.story} == set(ChangeKind)
    for change in changes:
        if change.kind is ChangeKind.MOVED:
            assert change.story
            assert change.new_url == after.story_url(change.story)
            assert [after.plans[url].answer.location for url in change.urls] == list(change.new_urls)
        elif change.kind is ChangeKind.NEW and change.story:
            assert change.urls[0] == after.story_url(change.story)
            assert len(change.urls) == len(set(change.urls))


def test_nothing_leads_to_a_story_before_it_is_out() -> None:
    early, late = portal_at(WHOLE, CHRONICLE, 40.0), portal_at(WHOLE, CHRONICLE, YEAR)
    held = late.stories.keys() - early.stories.keys()
    addresses = {url for url, plan in (*WHOLE.plans.items(), *late.plans.items()) if plan.story in held}
    titles = {WHOLE.stories[number].title for number in held}
    assert len(held) > 20
    assert not addresses & early.plans.keys()
    for plan in early.plans.values():
        drawn = render(plan, early)
        assert not addresses & {link.url for link in drawn.links}, plan.url
        assert not titles & {link.text for link in drawn.links}, plan.url


def test_a_story_appears_with_its_date_and_its_age_can_be_told(medium: tuple[Portal, Chronicle]) -> None:
    whole, chronicle = medium
    new = {number: life for number, life in chronicle.lives.items() if life.published is not None}
    at = portal_at(whole, chronicle, YEAR)
    assert len(new) > 200
    for number, life in new.items():
        if life.out(YEAR):
            assert (at.stories[number].day - START).days == int(life.published or 0)
    assert max(at.stories[number].day for number in chronicle.lives.keys() - new.keys()) < START


def test_corrections_come_in_the_first_days_and_rates_differ(medium: tuple[Portal, Chronicle]) -> None:
    lives = medium[1].lives.values()
    ages = [day - life.published for life in lives if life.published is not None for day in life.changes[:1]]
    counts = sorted(len(life.changes) for life in lives)
    assert median(ages) < 3.0
    assert counts[len(counts) // 2] == 0
    assert 0.08 < sum(count > 0 for count in counts) / len(counts) < 0.3
    assert counts[-1] > 20
    assert {edit for life in lives for edit in life.versions[-1].edits} >= {HEADLINE, PARAGRAPH, NUMBER}


def test_an_edit_leaves_the_pages_of_a_story_whole() -> None:
    story = next(story for story in WHOLE.stories.values() if story.parts)
    editor, rng = Editor(1), Random(1)
    for _ in range(40):
        edited = editor.edited(story, rng)
        assert (edited.title, edited.paragraphs) != (story.title, story.paragraphs)
        assert sum(edited.parts) == len(edited.paragraphs)
        story = edited
    assert Counter(story.edits)[PARAGRAPH] <= 6


def test_what_moved_leads_on_and_lists_name_its_new_address(medium: tuple[Portal, Chronicle]) -> None:
    whole, chronicle = medium
    before, after = portal_at(whole, chronicle, 0.0), portal_at(whole, chronicle, YEAR)
    moved = {n: life for n, life in chronicle.lives.items() if life.moved is not None and n in before.stories}
    listed = _listed(after)
    assert len(moved) > 20
    assert not {before.story_url(number) for number in moved} & listed
    assert {after.story_url(number) for number in moved} <= listed
    for number in moved:
        assert after.plans[before.story_url(number)].answer.status == 301
        assert after.plans[after.story_url(number)].answer.status == 200


def _listed(portal: Portal) -> set[str]:
    """The addresses to which the portal's link pages lead."""
    link_pages = [plan for plan in portal.plans.values() if plan.kind in LINK_KINDS]
    return {entry.url for plan in link_pages for group in plan.groups for entry in group.entries}


def test_the_print_version_and_the_reimport_of_what_moved_are_the_files_they_were(
    medium: tuple[Portal, Chronicle],
) -> None:
    whole, chronicle = medium
    before, after = portal_at(whole, chronicle, 0.0), portal_at(whole, chronicle, YEAR)
    moved = {n for n, life in chronicle.lives.items() if life.moved and life.published is None and not life.changes}
    kept = [plan for plan in before.plans.values() if plan.story in moved and plan.style in ("print", "bare")]
    assert {plan.style for plan in kept} == {"print", "bare"}
    for plan in kept:
        assert render(plan, before).body == render(after.plans[plan.url], after).body, plan.url
        assert after.plans[plan.url].alias_of == after.story_url(plan.story or 0)


def test_boxes_do_not_show_what_appears_later_on_the_same_day(medium: tuple[Portal, Chronicle]) -> None:
    whole, chronicle = medium
    out = sorted(life.published for life in chronicle.lives.values() if life.published is not None)
    days = [(one, other) for one, other in pairwise(out) if int(one) == int(other) < YEAR]
    compared = 0
    for one, other in days[:20]:
        before, after = portal_at(whole, chronicle, one), portal_at(whole, chronicle, other)
        edited = {number for number, life in chronicle.lives.items() if life.version(one) != life.version(other)}
        date = START + timedelta(days=int(one))
        today = [plan for plan in before.plans.values() if plan.story not in {None, *edited} and plan.day == date]
        compared += len(today)
        for plan in today:
            assert render(plan, before).body == render(after.plans[plan.url], after).body, plan.url
    assert compared > 20


def test_what_vanished_is_gone_everywhere_and_some_links_to_it_stay(medium: tuple[Portal, Chronicle]) -> None:
    whole, chronicle = medium
    after = portal_at(whole, chronicle, YEAR)
    gone = {number: life for number, life in chronicle.lives.items() if life.out(YEAR) and life.gone(YEAR)}
    answers = {plan.answer.status for plan in after.plans.values() if plan.story in gone}
    listed = _listed(after)
    assert answers == {404, 410}
    unlinked = {number for number, life in gone.items() if life.unlinked}
    assert not {url for url, plan in after.plans.items() if plan.story in unlinked} & listed
    assert {after.story_url(number) for number, life in gone.items() if not life.unlinked} & listed


@pytest.mark.parametrize("day", [0.0, 200.0, YEAR])
def test_a_crawl_of_a_day_reaches_every_story_that_is_there(day: float) -> None:
    portal = portal_at(WHOLE, CHRONICLE, day)
    gold = list(manifest(portal))
    there = {number for number in portal.stories if not CHRONICLE.lives[number].gone(day)}
    assert {line["story_id"] for line in gold if line["reachable"] and line["story_id"]} == there
    told = {line["story_id"]: line["title"] for line in gold if line["story_id"]}
    assert told == {number: portal.stories[number].title for number in there}


def test_services_change_every_day_and_at_midnight() -> None:
    url = "http://www.portal.test/english/weather.htm"
    rows = [portal_at(WHOLE, CHRONICLE, day).plans[url].rows for day in (5.0, 5.99, 6.0)]
    assert rows[0] == rows[1] != rows[2]


def test_the_portal_without_a_day_is_not_touched() -> None:
    before = replace(WHOLE)
    portal_at(WHOLE, CHRONICLE, 200.0)
    assert before == WHOLE == build_portal("small")
    assert not WHOLE.first
    assert not WHOLE.modified


@pytest.mark.parametrize("day", [-0.5, 365.5, float("nan")])
def test_a_day_outside_the_year_is_refused(day: float) -> None:
    with pytest.raises(ValueError, match="days 0 to 365"):
        portal_at(WHOLE, CHRONICLE, day)


def test_the_gold_of_changes_can_be_written() -> None:
    command = [sys.executable, "-m", "portal_crawler.demo.manifest", "--since", "0", "--as-of", "120"]
    lines = subprocess.run(command, check=True, capture_output=True).stdout.splitlines()
    told = [(line["kind"], tuple(line["urls"]), line["story_id"]) for line in map(orjson.loads, lines)]
    assert told == [
        (change.kind.value, change.urls, change.story) for change in changes_between(WHOLE, CHRONICLE, 0.0, 120.0)
    ]
    missing = subprocess.run(command[:-2], check=False, capture_output=True)
    assert missing.returncode == 2
    assert b"add --as-of DAY" in missing.stderr
