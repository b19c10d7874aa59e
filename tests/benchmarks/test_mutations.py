"""Mutations are made of their seed alone, and the reading bears the smaller ones."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from mutations import DAMAGE, HOSTILE, HUGE, drawn, extreme_names, mutated

from portal_crawler import extract
from portal_crawler.page.markup import parse

_PAGE = (Path(__file__).parents[1] / "pages" / "c-article" / "page.html").read_bytes()


@pytest.mark.parametrize("name", [*DAMAGE, *HOSTILE])
def test_the_same_seed_makes_the_same_page_another_than_the_first_and_it_is_read(name: str) -> None:
    page = mutated(name, 0.005, random.Random(3), _PAGE)
    assert page == mutated(name, 0.005, random.Random(3), _PAGE)
    assert page != _PAGE
    extract(page, "http://www.portal.test/c/1.htm")


def test_every_hostile_and_huge_page_has_a_case_and_all_damage_is_drawn() -> None:
    rng = random.Random(0)
    names = {drawn(rng)[0] for _ in range(20_000)}
    assert len(DAMAGE) == 14
    assert names == set(DAMAGE) | set(HOSTILE)
    assert extreme_names() == [*HOSTILE, *HUGE]


def test_of_a_page_of_too_many_tags_the_beginning_is_read_and_that_is_said() -> None:
    root, problems = parse("<body>" + "<p>x" * 60_000)
    assert len(list(root.iter("p"))) == 50_000 - 1
    assert "tags" in problems[0]
    assert parse("<body>" + "<p>x" * 40_000)[1] == ()


def test_of_a_page_of_too_much_text_the_beginning_is_read_scripts_not_counted() -> None:
    long = "word " * 250_000
    root, problems = parse(f"<body><script>{long}</script><p>a\x01{long}</p>b<p>c</p>")
    assert len("".join(root.xpath("//p//text()"))) == 1_000_000
    assert "characters" in problems[0]
    assert parse(f"<body><script>{long}</script><p>a</p>")[1] == ()


def test_long_pages_of_foreign_bytes_are_decoded_in_time() -> None:
    begun = time.process_time()
    found = extract(random.Random(1).randbytes(8 << 20))
    assert time.process_time() - begun < 5
    assert found.blocks
