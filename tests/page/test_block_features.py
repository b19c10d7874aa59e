from __future__ import annotations

import numpy as np
import pytest

from portal_crawler.page.block_features import BlockFeatures, block_features
from portal_crawler.page.characters import CharacterKind, count_characters
from portal_crawler.page.markup import parse
from portal_crawler.page.network_npz import block_network
from portal_crawler.page.own_text import least_probability
from portal_crawler.page.walk import walk

PAGE = """<title>Talks open - Portal</title><body><div class=nav><a href=/>Home</a> | <a href=/w>World</a></div>
<table><tr><td width=120><a href=/1>One</a></td><td><h1>Talks open</h1><p>The talks were open, and a treaty is near.
They said so on Monday, and again on Tuesday, to whoever would hear them.</p><p>More of it, all in all.</p>
</td></tr></table></body>"""


def features(markup: str, address: str = "http://h.test/2008/05/a.htm") -> BlockFeatures:
    found = block_features(walk(*parse(markup)), address)
    assert found is not None
    return found


def column(found: BlockFeatures, name: str) -> list[float]:
    values: list[float] = np.round(found.values[:, found.names.index(name)], 3).tolist()
    return values


def test_the_features_are_those_that_the_shipped_network_was_trained_on() -> None:
    assert features(PAGE).names == block_network().names
    assert len(set(block_network().names)) == len(block_network().names)


@pytest.mark.parametrize(
    "markup",
    [
        PAGE,
        "x",
        "<p>\U0001f600</p>",
        "<p>" + "a" * 100_000,
        "<select><option>one<option>two</select>",
        "<div hidden>x</div><p>y",
        "<div>" * 150 + "deep",
        "<title></title><h1></h1><p>.</p>" * 50,
        "\ud800<p>&#55357;</p>z",
    ],
)
def test_every_number_of_any_page_is_finite(markup: str) -> None:
    found = features(markup, "")
    assert np.isfinite(found.values).all()
    assert found.values.shape == (len(found.slots), len(found.names))


def test_a_page_without_text_has_no_features() -> None:
    assert block_features(walk(*parse("<img src=a.gif>"))) is None


def test_the_numbers_say_what_stands_where() -> None:
    found = features(PAGE)
    assert column(found, "link_share")[0] > 0.7
    assert column(found, "is_title") == [0, 0, 1, 0, 0]
    assert column(found, "below_title") == [0, 0, 0, 1, 1]
    assert column(found, "core75_in") == [0, 0, 0, 1, 0]
    assert column(found, "path_prose")[3:] == [1, 1], "both paragraphs stand on one path, which has all the prose"
    assert column(found, "near_navigation") == [1, 0, 0, 0, 0]
    assert column(found, "address_dated") == [1] * 5


def test_a_page_in_capitals_has_the_same_numbers() -> None:
    plain = features(PAGE)
    shouting = features(PAGE.upper().replace("CLASS=NAV", "class=nav"))
    for number, name in enumerate(plain.names):
        assert np.allclose(plain.values[:, number], shouting.values[:, number], atol=1e-3), name


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("\u5317\u4eac\u3002\u4e0a\u6d77\uff0c", CharacterKind.IDEOGRAPH, 4),
        ("\u5317\u4eac\u3002\u4e0a\u6d77\uff0c", CharacterKind.SENTENCE_END, 1),
        ("\u3053\u308c\u306f\u3001\u65e5\u672c", CharacterKind.COMMA, 1),
        ("\u0427\u0442\u043e? \u0414\u0430.", CharacterKind.LETTER, 5),
        ("\u0627\u0644\u062e\u0628\u0631\u061f", CharacterKind.SENTENCE_END, 1),
        ("\u06f1\u06f2 \u062e\u0628\u0631\u060c", CharacterKind.DIGIT, 2),
        ("\u06f1\u06f2 \u062e\u0628\u0631\u060c", CharacterKind.COMMA, 1),
        ("\U0001f600", CharacterKind.LETTER, 1),
    ],
)
def test_characters_are_told_apart_in_every_script(text: str, kind: CharacterKind, count: int) -> None:
    counted = count_characters(["Some other text.", text, "12"])
    assert counted.of(kind)[1] == count
    assert counted.counts[1].sum() == len(text)


def test_a_sure_page_is_cut_between_its_texts_and_an_unsure_one_lower() -> None:
    weights = np.full(6, 100, np.float32)
    sure = least_probability(np.array([0.01, 0.99, 0.98, 0.97, 0.02, 0.03], np.float32), weights)
    unsure = least_probability(np.array([0.05, 0.45, 0.4, 0.35, 0.3, 0.02], np.float32), weights)
    assert 0.1 < sure < 0.98
    assert unsure == pytest.approx(0.3)


def test_the_cut_weighs_texts_by_what_they_add() -> None:
    body = np.array([0.9, 0.3], np.float32)
    assert least_probability(body, np.array([1_000, 10], np.float32)) == pytest.approx(0.9)
    assert least_probability(body, np.array([10, 1_000], np.float32)) == pytest.approx(0.3)
