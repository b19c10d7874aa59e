"""Block model: where the rules' word stands against a network that is sure, and what a text is drawn to."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from portal_crawler.capture import Capture
from portal_crawler.page.block_network import PAGE_TYPES, BlockNetwork
from portal_crawler.page.network_npz import block_network
from portal_crawler.page.roles import Role
from portal_crawler.page.wording import is_disclaimer
from portal_crawler.reading import PageReading, read_page

STORY = [
    "The council of the lower river met on Friday, and its engineers said that the bridge would open before winter.",
    "Teachers of the three villages had asked for a ferry, since the road behind the market is under water in May.",
    "“We have waited for forty years,” said the captain of the old boat, who will give up his trade in the autumn.",
]
ENGLISH = "The views expressed here are those of the author and do not reflect the position of the paper."
CHINESE = "本文仅代表作者个人观点，与本网立场无关，请读者仅作参考并自行核实相关内容。"  # noqa: RUF001
LINKS = ["Bridge Opens Before Winter", "Old Captain Gives Up His Trade", "Three Villages Ask for a Ferry"]


def certain(of_prose: float, of_links: float) -> BlockNetwork:
    """A network to which each page is an article, with the same log odds for each text, or for each that is links."""
    return BlockNetwork(certain_arrays(of_prose, of_links, 9.0), block_network().names)


def certain_arrays(of_prose: float, of_links: float, of_article: float) -> dict[str, NDArray[np.float32]]:
    """Its arrays. Its two cells are set apart by the text's share of links, and made -1 and 1 as layers are normalised.

    :param of_article: the log odds of an article against each other type.
    """
    names = block_network().names
    weight = np.zeros((len(names), 2), np.float32)
    weight[names.index("link_share"), 0] = 1
    arrays: dict[str, NDArray[np.floating]] = {
        "mean": np.zeros(len(names)),
        "deviation": np.ones(len(names)),
        "0.in.weight": weight,
        "0.in.bias": np.array([0, 0.5]),
        "0.in.norm": np.ones(2),
        "0.in.shift": np.zeros(2),
        "0.out.weight": np.array([[of_links - of_prose], [0]]) / 2,
        "0.out.bias": np.array([of_links + of_prose]) / 2,
        "0.type.weight": np.zeros((6, len(PAGE_TYPES))),
        "0.type.bias": np.array([of_article] + [0.0] * (len(PAGE_TYPES) - 1)),
    }
    return {key: value.astype(np.float32) for key, value in arrays.items()}


def read(body: str, network: BlockNetwork) -> PageReading:
    html = f"<title>The bridge</title><body><table><tr><td>{body}</table>"
    headers = ((b"Content-Type", b"text/html; charset=utf-8"),)
    return read_page(Capture(url="http://h.test/a/1.htm", body=html.encode(), headers=headers), network=network)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}" for text in texts)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
@pytest.mark.parametrize("below", ["", "</table><table><tr><td>"])
def test_whose_the_opinions_are_is_not_the_story_however_sure_a_network_is(text: str, below: str) -> None:
    reading = read(paragraphs(*STORY) + below + paragraphs(text), certain(20, -20))
    assert list(reading.paragraphs) == STORY
    judged = next(one for one in reading.roles if reading.blocks[one.block].text == text)
    assert "says whose the opinions are" in {reason.text for reason in judged.reasons}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENGLISH, True),
        (CHINESE, True),
        ("Opinions expressed in this column do not necessarily reflect those of the editors.", True),
        ("Disclaimer: Any views or opinions stated here are the writer's and do not represent the bank.", True),
        ("The views expressed at the meeting reflect what farmers of the delta have said for years.", False),
        ("Opinions differ on whether the author may reflect on them.", False),
        (f"{ENGLISH} {' '.join(STORY)}", False),
    ],
)
def test_a_disclaimer_is_told_by_its_words(text: str, expected: bool) -> None:
    assert is_disclaimer(text) is expected


def test_links_set_as_paragraphs_are_not_drawn_to_the_story_above_them() -> None:
    links = paragraphs(*(f"<a href=/{number}.htm>{text}</a>" for number, text in enumerate(LINKS)))
    reading = read(paragraphs(*STORY) + links, certain(20, -1.1))
    assert list(reading.paragraphs) == STORY
    assert {link.role for link in reading.links} == {Role.RELATED}


@pytest.mark.parametrize("texts", [1, 2, 9, 40, 300, 1_300])
def test_networks_that_vote_are_run_together_and_say_what_each_would_alone(texts: int) -> None:
    every = _arrays_of_random_networks(3)
    together = BlockNetwork(every, ("a", "b", "c", "d"))
    alone = [
        BlockNetwork(
            {f"0.{key[2:]}" if key[0] == str(number) else key: value for key, value in every.items()
             if not key[0].isdigit() or key[0] == str(number)},
            ("a", "b", "c", "d"),
        )
        for number in range(3)
    ]  # fmt: skip
    numbers = np.random.default_rng(7)
    values = numbers.standard_normal((texts, 4)).astype(np.float32)
    words = numbers.integers(1, 400, texts).astype(np.float32)
    told, said = together.read(values, words, all_vote=True), [one.read(values, words) for one in alone]
    assert told.body.shape == (texts,)
    assert np.allclose(told.body, np.mean([one.body for one in said], axis=0), atol=1e-6)
    assert np.allclose(told.types, np.mean([one.types for one in said], axis=0), atol=1e-6)
    assert np.ptp([one.body for one in said], axis=0).max() > 0.01


@pytest.mark.parametrize(
    ("second_body", "second_type", "asked"),
    [(6.0, 9.0, False), (5.0, 9.0, False), (3.0, 9.0, True), (-6.0, 9.0, True), (6.0, 1.5, True)],
)
def test_others_are_asked_where_the_first_two_differ_in_the_texts_or_in_the_page(
    second_body: float, second_type: float, *, asked: bool
) -> None:
    names = block_network().names
    odds = ((6.0, 9.0), (second_body, second_type), (0.0, 9.0))
    every = [certain_arrays(body, body, of_article) for body, of_article in odds]
    voting = {
        key.replace("0.", f"{number}.", 1): array
        for number, arrays in enumerate(every)
        for key, array in arrays.items()
    }
    values, words = np.zeros((5, len(names)), np.float32), np.full(5, 80, np.float32)
    alone = [BlockNetwork(arrays, names).read(values, words).body for arrays in every]
    told = BlockNetwork(voting, names).read(values, words)
    assert told.body == pytest.approx(np.mean(alone if asked else alone[:2], axis=0))
    everyone = BlockNetwork(voting, names).read(values, words, all_vote=True)
    assert everyone.body == pytest.approx(np.mean(alone, axis=0))


def test_one_text_of_many_on_which_the_first_two_differ_lets_the_others_be_asked() -> None:
    names = block_network().names
    every = [certain_arrays(6, 6, 9), certain_arrays(6, -6, 9), certain_arrays(6, 6, 9)]
    voting = {
        key.replace("0.", f"{number}.", 1): array
        for number, arrays in enumerate(every)
        for key, array in arrays.items()
    }
    values, words = np.zeros((400, len(names)), np.float32), np.full(400, 80, np.float32)
    values[7, names.index("link_share")] = 1
    told = BlockNetwork(voting, names).read(values, words)
    assert told.body[7] == pytest.approx(2 / 3, abs=0.01)


def _arrays_of_random_networks(count: int) -> dict[str, NDArray[np.float32]]:
    """Networks of 4 features and width 8 with two layers, their matrices column by column as training writes them."""
    numbers = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {
        "in.weight": (4, 8), "page.weight": (24, 8), "out.weight": (8, 1), "type.weight": (24, len(PAGE_TYPES)),
        "conv0.weight": (3, 8, 8), "conv1.weight": (3, 8, 8), "out.bias": (1,), "type.bias": (len(PAGE_TYPES),),
    }  # fmt: skip
    shapes |= {f"{name}.bias": (8,) for name in ("in", "page", "conv0", "conv1")}
    shapes |= {f"{name}.{part}": (8,) for name in ("in", "conv0", "conv1") for part in ("norm", "shift")}
    arrays = {"mean": np.zeros(4, np.float32), "deviation": np.ones(4, np.float32)}
    for number in range(count):
        arrays[f"{number}.middle"] = np.array(1, np.float32)
        for name, shape in shapes.items():
            arrays[f"{number}.{name}"] = np.asfortranarray(numbers.standard_normal(shape).astype(np.float32))
    return arrays
