"""The judge finds what is lost, doubled, damaged, not skipped, or asked for too often."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.answers import html
from tests.hostile.hazard import MAIN, Expect, Hazard, bounded, one_page, skipped, stored, whole_once
from tests.hostile.journal import Entry, Journal
from tests.hostile.judge import Outcome, judge, last_ordinary, ordinary, too_often, trap_share
from tests.hostile.stories import story

_TALE = story("judged")
_RECORD = {"url": f"http://{MAIN}/h/judged.html", "title": _TALE.title, "text": _TALE.text}


def hazard(expect: Expect, **more: Any) -> Hazard:
    return one_page("judged", html("<p>Judged.</p>"), expect, **more)


def crawled(folder: Path, **files: list[dict[str, Any]]) -> Outcome:
    """A crawl's folder with the given lines."""
    for name, lines in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return Outcome.of(folder)


def asked(*targets: str, **more: Any) -> Journal:
    """A journal of requests of the main host, a second apart, each of which took a second and 100 bytes."""
    journal = Journal()
    for at, target in enumerate(targets):
        entry = Entry(at, MAIN, target, "judged", 1, sent=100, ended=at + 1)
        journal.note(replace(entry, **more))
    return journal


def problems(one: Hazard, outcome: Outcome, journal: Journal | None = None, *contacts: str) -> tuple[str, ...]:
    return judge([one], outcome, journal or Journal(), contacts)[0].problems


def test_a_story_is_whole_lost_doubled_or_damaged(tmp_path: Path) -> None:
    one = hazard(whole_once(_TALE))
    cut = {**_RECORD, "text": "\n\n".join(_TALE.paragraphs[1:])}
    padded = {**_RECORD, "text": _TALE.text + " more" * 200}
    assert problems(one, crawled(tmp_path, articles=[_RECORD])) == ()
    assert problems(one, crawled(tmp_path, articles=[])) == (f"{_TALE.mark} lost",)
    assert "doubled" in problems(one, crawled(tmp_path, articles=[_RECORD, _RECORD]))[0]
    assert "damaged" in problems(one, crawled(tmp_path, articles=[cut]))[0]
    assert "200 on top" in problems(one, crawled(tmp_path, articles=[padded]))[0]


def test_the_ordinary_articles_are_counted(tmp_path: Path) -> None:
    stories = {"/a.html": _TALE, "/b.html": story("another")}
    found = ordinary(stories, crawled(tmp_path, articles=[_RECORD]))
    assert (found.lost, found.doubled, found.damaged) == (("/b.html",), (), ())


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ({"url": f"http://{MAIN}/h/judged.html", "via": None, "reason": "trap"}, True),
        ({"url": f"http://{MAIN}/h/judged/deeper?x=1", "via": None, "reason": "trap"}, True),
        ({"url": "file:///x", "via": f"http://{MAIN}/h/judged.html", "reason": "trap"}, True),
        ({"url": "http://127.0.0.1/Also", "via": None, "reason": "trap"}, True),
        ({"url": f"http://{MAIN}/h/judged.html", "via": None, "reason": "robots"}, False),
        ({"url": f"http://{MAIN}/h/judged-not.html", "via": None, "reason": "trap"}, False),
    ],
)
def test_a_skip_has_its_reason_and_its_address(line: dict[str, Any], good: bool, tmp_path: Path) -> None:
    one = hazard(skipped("trap"), also=("http://127.1/Also",))
    assert (problems(one, crawled(tmp_path, skipped=[line])) == ()) == good


def test_a_host_of_its_own_belongs_to_a_hazard(tmp_path: Path) -> None:
    one = hazard(skipped("robots"), host="own.hostile.test")
    line = {"url": "http://own.hostile.test/story.html", "via": None, "reason": "robots"}
    assert problems(one, crawled(tmp_path, skipped=[line])) == ()


def test_a_stored_page_has_a_line(tmp_path: Path) -> None:
    page = {"url": f"http://{MAIN}/h/judged.html", "status": 200, "kind": "article", "problems": []}
    assert problems(hazard(stored()), crawled(tmp_path, pages=[page])) == ()
    assert problems(hazard(stored()), crawled(tmp_path, pages=[])) == ("no line in pages.jsonl",)


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"requests": 2}, "3 requests"),
        ({"sent": 299}, "0 MiB read"),
        ({"seconds": 2.5}, "3 s in all tries"),
        ({"gap": 1.5}, "tried again after 1.00 s"),
        ({"pace": 1.5}, "1.00 s between two requests"),
        ({"cookie": 9}, "a Cookie header of 10 bytes"),
        ({"forbidden": ("/h/",)}, "asked for what robots.txt forbids: /h/judged.html"),
    ],
)
def test_a_bound_that_is_broken_is_told(bounds: dict[str, Any], told: str, tmp_path: Path) -> None:
    journal = asked(*["/h/judged.html"] * 3, cookie=10)
    assert problems(hazard(bounded(3)), crawled(tmp_path), journal) == ()
    assert problems(hazard(bounded(**{"requests": 3, **bounds})), crawled(tmp_path), journal) == (told,)


def test_a_contact_is_laid_to_the_hazard_that_led_there(tmp_path: Path) -> None:
    line = "GET http://127.0.0.1:80/h/judged/secret.html"
    assert problems(hazard(bounded()), crawled(tmp_path), None, line) == (f"internal service contacted: {line}",)
    assert problems(hazard(bounded()), crawled(tmp_path), None, "GET http://127.0.0.1:80/h/other/x") == ()


def test_a_trap_has_not_let_a_crawl_go_that_did_not_end(tmp_path: Path) -> None:
    found, journal = crawled(tmp_path), asked("/h/judged.html")
    traps = [hazard(bounded(), trap=True), hazard(bounded())]
    assert [one.survived for one in judge(traps, found, journal, (), ended=False)] == [False, True]
    assert [one.survived for one in judge(traps, found, journal, ())] == [True, True]


def test_a_text_that_nobody_asked_for_is_found(tmp_path: Path) -> None:
    outcome = crawled(tmp_path, articles=[_RECORD])
    assert problems(hazard(bounded(absent=(_TALE.mark,))), outcome) == (f"{_TALE.mark} stands in a record",)


def test_the_share_of_traps_and_what_was_asked_too_often() -> None:
    journal = asked(*["/h/judged.html"] * 9, "/a.html")
    assert too_often(journal) == {f"{MAIN}/h/judged.html": 9}
    assert trap_share([hazard(bounded(), trap=True)], journal) == 1.0
    assert trap_share([hazard(bounded())], journal) == 0.0
    assert last_ordinary({"/a.html": _TALE}, journal) == 10
