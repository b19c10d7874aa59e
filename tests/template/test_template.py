"""A portal's template: what pages teach, what it says of another page, and that merging is a union."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from portal_crawler.capture import Capture
from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.page.roles import Role
from portal_crawler.reading import PageReading, read_page
from portal_crawler.template.fingerprint import folded, text_key
from portal_crawler.template.page_sketch import PageSketch
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import KEPT, TallyKeeper, TemplateTally, merged
from portal_crawler.template.template_json import load_template, site_template, template_bytes

NOTICE = (
    "Readers who wish to visit the printing house on the river may write to the editors, who will gladly show them the "
    "presses, the archive of forty years and the garden in which the founders of the paper planted a ginkgo."
)
NOTE = "The author teaches history at the university of the lower river and has written four books on its bridges."


WORDS = (
    "river",
    "bridge",
    "market",
    "harbour",
    "council",
    "teacher",
    "engine",
    "winter",
    "letter",
    "garden",
    "captain",
)


def story(number: int, *, notice: str = NOTICE, note: str = "", cell: str = "text") -> str:
    rng = random.Random(number)
    paragraphs = [
        f"In {1900 + number} the {' '.join(rng.choices(WORDS, k=24))}, and nobody at the {rng.choice(WORDS)} knew why."
        for _ in range(6)
    ]
    paragraphs[3:3] = [notice] if notice else []
    told = "".join(f"<p>{text}</p>" for text in [*paragraphs, note] if text)
    return (
        f"<title>Story {number} - Paper</title><body><table><tr><td class=menu><a href=/>Home</a><br>"
        f"<a href=/w>World</a><td class={cell}><h1>Story {number}</h1>{told}</table><p>Copyright 2004"
    )


def read(html: str, template: SiteTemplate | None = None) -> PageReading:
    return read_page(Capture(url="http://www.portal.test/a/1.htm", body=html.encode()), None, template, learn=True)


def test_a_class_of_white_space_is_no_name_of_a_box() -> None:
    assert sketch(story(1, cell='" "')).path == sketch(story(1)).path.replace(".text", "")


def sketch(html: str) -> PageSketch:
    found = read(html).sketch
    assert found is not None
    return found


def learned(*pages: str) -> SiteTemplate:
    keeper = TallyKeeper()
    for number, page in enumerate(pages):
        keeper.add(sketch(page), date(2004, 10, 1 + number))
    return site_template(keeper.tally())


def roles(reading: PageReading, text: str) -> set[Role]:
    return {one.role for one in reading.roles if reading.blocks[one.block].text == text}


def test_what_differs_by_numbers_and_months_is_the_same_text() -> None:
    assert folded("Monday, October 15, 2004") == folded("MONDAY, May 1, 1999")
    assert folded("15 октября 2004") == folded("3 мая 1999")
    assert text_key("Home", 1) != text_key("Home", 2)
    long = "The views expressed here are those of the author."
    assert text_key(long, 1) == text_key(long, 2)


def test_what_stands_on_the_portals_other_pages_is_not_the_story() -> None:
    template = learned(*(story(number) for number in range(1, 5)))
    alone, known = read(story(9)), read(story(9), template)
    assert roles(alone, NOTICE) == {Role.BODY}  # by this page alone, nobody could tell
    assert roles(known, NOTICE) == {Role.OTHER}
    assert known.template_id == template.identifier
    assert [text for text in alone.paragraphs if text != NOTICE] == list(known.paragraphs)
    reasons = next(one.reasons for one in known.roles if known.blocks[one.block].text == NOTICE)
    assert "stands on 4 of 4 other pages of this layout" in {one.text for one in reasons}


def test_three_other_pages_are_needed_and_the_page_itself_is_none() -> None:
    assert roles(read(story(3), learned(story(1), story(2), story(3))), NOTICE) == {Role.BODY}
    assert roles(read(story(4), learned(story(1), story(2), story(3))), NOTICE) == {Role.OTHER}


def test_the_same_story_under_two_addresses_is_one_page() -> None:
    twice = learned(story(1), story(1), story(1), story(2))
    assert [len(pages) for pages in twice.tally.layouts.values()] == [2]
    assert roles(read(story(4), twice), NOTICE) == {Role.BODY}


def test_a_note_on_some_of_the_pages_stays() -> None:
    pages = [story(number, note=NOTE if number % 5 == 0 else "") for number in range(1, 21)]
    assert roles(read(story(40, note=NOTE), learned(*pages)), NOTE) == {Role.BODY}


def test_a_page_of_another_layout_is_read_by_itself() -> None:
    template = learned(*(story(number) for number in range(1, 5)))
    assert roles(read(story(9, cell="other"), template), NOTICE) == {Role.BODY}


def test_merging_is_a_union_in_any_order_and_repeatable() -> None:
    pages = [sketch(story(number)) for number in range(1, 9)]
    parts = []
    for first in range(0, 8, 2):
        keeper = TallyKeeper()
        for number, page in enumerate(pages[first : first + 3]):
            keeper.add(page, date(2004, 1 + first, 1 + number))
        parts.append(keeper.tally())
    whole = template_bytes(merged(parts))
    for seed in range(4):
        shuffled = random.Random(seed).sample(parts, len(parts))
        assert template_bytes(merged([*shuffled, shuffled[0]])) == whole
    assert template_bytes(parts[0].merge(parts[1].merge(parts[2]))) == template_bytes(
        parts[0].merge(parts[1]).merge(parts[2])
    )
    assert template_bytes(parts[0].merge(TemplateTally())) == template_bytes(parts[0])


def test_of_two_pages_with_one_story_the_same_is_kept_whichever_came_first() -> None:
    plain, printed = sketch(story(1)), sketch(story(1))
    printed.rows["own"][0] *= 2  # the frame of a print version reads a little otherwise
    found = set()
    for pages in ((plain, printed), (printed, plain)):
        one, other = TallyKeeper(), TallyKeeper()
        one.add(pages[0])
        other.add(pages[1])
        found.add(template_bytes(one.tally().merge(other.tally())))
        one.add(pages[1])
        found.add(template_bytes(one.tally()))
    assert len(found) == 1
    assert plain.body == printed.body


def test_of_a_layout_with_many_pages_a_sample_is_kept_that_no_order_changes() -> None:
    page = sketch(story(1))
    pages = []
    for number in range(3 * KEPT):
        rows = page.rows.copy()
        rows["text"][3] = 7919 * number
        pages.append(PageSketch(rows, page.path))
    tallies = []
    for seed in (1, 2):
        keeper = TallyKeeper()
        for one in random.Random(seed).sample(pages, len(pages)):
            keeper.add(one)
        tallies.append(keeper.tally())
    assert [len(found) for found in tallies[0].layouts.values()] == [KEPT]
    assert template_bytes(tallies[0]) == template_bytes(tallies[1])


def test_a_saved_template_answers_as_the_learned_one(tmp_path: Path) -> None:
    template = learned(*(story(number) for number in range(1, 5)))
    path = tmp_path / "template.json"
    path.write_bytes(template_bytes(template.tally))
    loaded = load_template(path)
    assert (loaded.identifier, loaded.tally.first, loaded.tally.last) == (
        template.identifier,
        date(2004, 10, 1),
        date(2004, 10, 4),
    )
    assert template_bytes(loaded.tally) == path.read_bytes()
    assert [one.role for one in read(story(9), loaded).roles] == [one.role for one in read(story(9), template).roles]


def test_what_a_sketch_says_is_what_the_page_is_read_as() -> None:
    template = learned(*(story(number) for number in range(1, 5)))
    for page in (story(9), story(9, notice=""), story(2), story(9, cell="other")):
        found = sketch(page)
        for taken, by in ((found.taken, None), (template.taken_of(found), template)):
            reading = read(page, by)
            body = [one.role is Role.BODY for one in reading.roles if reading.blocks[one.block].text]
            assert taken.tolist() == body


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"{}", "is no template"), (b"\x00", "is no template"), (b'{"format": 99}', "is a template of format 99, not 1")],
)
def test_what_is_no_template_is_named_with_the_cure(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "template.json"
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match=problem) as error:
        load_template(path)
    assert "portal-crawler learn" in str(error.value)
    with pytest.raises(UsageError, match="cannot be read"):
        load_template(tmp_path / "nowhere.json")
