# ruff: noqa: RUF001 - Chinese takes full-width punctuation

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.dedup.fingerprints import ALGORITHM, sketch_of

_WORDS = st.lists(
    st.sampled_from(("river", "ferry", "bridge", "school", "12", "2004", "8.27", "and", "the")), max_size=60
)


@pytest.mark.parametrize(
    ("given_text", "prints", "numbers", "tokens", "whole"),
    [
        ("", [], [], 0, 0),
        ("Ferry.", [3967840673], [], 1, 17041745930521904445),
        (
            "The ferry to Linhe runs again since Monday, May 3, 2004; 1,250 people waited for it at eight o'clock.",
            [730612753, 887767365, 1033636150, 779875181],
            [2832568081, 3139143292, 3752015732],
            20,
            13068882725024855156,
        ),
        (
            "轮渡公司日前表示，临河新桥将在8月之前通车，今年大米价格下降了百分之12。",
            [396064809, 568551496, 965755345, 604247524, 47254549, 19294495, 138466495],
            [328315199, 2671219383],
            33,
            1787984807707109178,
        ),
    ],
)
def test_the_fingerprints_of_an_algorithm_never_change(
    given_text: str, prints: list[int], numbers: list[int], tokens: int, whole: int
) -> None:
    assert ALGORITHM == 1, "another algorithm has other fingerprints: pin them anew"
    sketch = sketch_of(given_text)
    assert (sketch.prints.tolist(), sketch.numbers.tolist(), sketch.tokens, sketch.whole) == (
        prints, numbers, tokens, whole,
    )  # fmt: skip


@given(_WORDS)
def test_case_punctuation_and_line_breaks_make_no_difference(words: list[str]) -> None:
    one, other = sketch_of(" ".join(words)), sketch_of(" -\n".join(words).upper() + "!")
    assert one.whole == other.whole
    assert one.prints.tolist() == other.prints.tolist()
    assert one.numbers.tolist() == other.numbers.tolist()


@given(st.text())
def test_any_text_has_a_sketch_without_a_fingerprint_twice(any_text: str) -> None:
    sketch = sketch_of(any_text, any_text)
    assert len(set(sketch.prints.tolist())) == len(sketch.prints) <= max(1, sketch.tokens)
    assert bool(len(sketch.prints)) == bool(sketch.tokens) == bool(len(sketch.title))
    assert sketch.numbers.tolist() == sorted(set(sketch.numbers.tolist()))


@given(_WORDS, _WORDS, st.integers(0, 50))
def test_texts_that_share_twelve_tokens_in_a_row_share_a_fingerprint(
    before: list[str], after: list[str], start: int
) -> None:
    passage = [f"word{number}" for number in range(start, start + 12)]
    one, other = sketch_of(" ".join([*before, *passage])), sketch_of(" ".join([*passage, *after]))
    shorter = min(len(before), len(after))
    assert np.intersect1d(one.prints, other.prints).size or shorter == 0


def test_fingerprints_stand_in_the_order_of_the_text() -> None:
    one, other = (" ".join(f"{letter}{number}" for number in range(100)) for letter in "ab")
    first, second = sketch_of(one).prints.tolist(), sketch_of(other).prints.tolist()
    both = sketch_of(f"{one} {other}").prints.tolist()
    assert both[: len(first)] == first
    assert both[-len(second) :] == second


def test_about_two_fingerprints_stand_for_nine_tokens() -> None:
    for words in (
        " ".join(f"word{number}" for number in range(2_000)),
        "".join(map(chr, range(0x4E00, 0x4E00 + 2_000))),
    ):
        sketch = sketch_of(words)
        assert sketch.tokens == 2_000
        assert 0.2 < len(sketch.prints) / sketch.tokens < 0.25


@pytest.mark.parametrize("unspaced", ["漢字かな交じり文", "ภาษาไทย", "ພາສາລາວ", "ភាសាខ្មែរ", "မြန်မာ", "བོད་ཡིག"])
def test_scripts_without_spaces_have_a_token_a_character(unspaced: str) -> None:
    letters = [character for character in unspaced if character.isalpha() or not character.isascii()]
    assert sketch_of(unspaced).tokens >= len(letters) - 2
    assert sketch_of(unspaced).tokens > len(unspaced) / 2


def test_numbers_are_told_by_the_word_before_them() -> None:
    one, other = sketch_of("the high was 31 and the low 12"), sketch_of("the high was 12 and the low 31")
    assert len(one.numbers) == len(other.numbers) == 2
    assert not np.intersect1d(one.numbers, other.numbers).size
