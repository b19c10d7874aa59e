"""Which links an editor set."""

from __future__ import annotations

import pytest

from portal_crawler.graph.editorial import is_editorial
from portal_crawler.graph.occurrence import DECLARED, EDITORIAL, MENU, NOFOLLOW, occurrence_flags


@pytest.mark.parametrize("role", ["related", "navigation", "header", "footer", "byline", "caption", "promo", "other"])
def test_a_link_outside_of_the_body_is_no_editors(role: str) -> None:
    assert not is_editorial(role, "a")


@pytest.mark.parametrize("element", ["canonical", "redirect", "meta_refresh", "feed", "sitemap"])
def test_what_no_reader_sees_is_no_editors(element: str) -> None:
    assert not is_editorial("body", element)


@pytest.mark.parametrize("element", ["a", "area", "iframe"])
def test_a_link_in_the_body_is_an_editors(element: str) -> None:
    assert is_editorial("body", element)


@pytest.mark.parametrize(
    ("role", "element", "rel", "flags"),
    [
        ("body", "a", ["nofollow", "ugc"], EDITORIAL | NOFOLLOW),
        ("footer", "a", [], MENU),
        ("other", "sitemap", [], DECLARED),
        ("other", "redirect", [], 0),
    ],
)
def test_a_link_counts_as_what_it_is(role: str, element: str, rel: list[str], flags: int) -> None:
    assert occurrence_flags(role, element, rel) == flags
