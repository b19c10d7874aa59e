"""Mutations are made of their seed alone, and the reading bears the smaller ones."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from mutations import DAMAGE, HOSTILE, HUGE, drawn, extreme_names, mutated

from portal_crawler import extract

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


def test_long_pages_of_foreign_bytes_are_read() -> None:
    assert extract(random.Random(1).randbytes(8 << 20)).blocks
