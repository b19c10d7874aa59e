from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.dedup.story_groups import same_shape
from portal_crawler.dedup.text_hash import normal_text, story_id, text_digest, text_shape, word_count

_TEXTS = st.text(st.sampled_from("aB1_ .,\n\t-é北京“”½ﬁß\x1c\u2028"), max_size=40)


@given(_TEXTS)
def test_the_normal_form_is_the_words_one_space_apart(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text).casefold()
    assert normal_text(text) == " ".join(re.findall(r"\w+", folded))


@given(st.text(max_size=60))
def test_the_normal_form_of_any_text_is_its_own(text: str) -> None:
    once = normal_text(text)
    assert normal_text(once) == once
    assert word_count(once) == word_count(text)


@given(_TEXTS)
def test_line_breaks_case_and_punctuation_make_no_difference(text: str) -> None:
    assert text_digest(text) == text_digest(text.upper().lower().replace("\n", " ;\r\n "))


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("... --", 0), ("one", 1), ("co-operation", 2), ("北京 2004年", 4), ("Été à Pékin", 3)]
)
def test_words_are_counted(text: str, words: int) -> None:
    assert word_count(text) == words


def test_another_text_or_address_has_another_id() -> None:
    ids = {story_id(key, text_digest(text)) for key in ("a", "b") for text in ("one", "two")}
    assert len(ids) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", found) for found in ids)


def test_a_shape_outlives_another_script_and_no_other_number_or_paragraph() -> None:
    shape = text_shape("Am 3. Mai 2004 fuhren 12 Boote.\n\nSie kamen an.")
    assert same_shape(shape, text_shape("Åm 3. Máï 2004 führén 12 Böötê.\n\nSïé kämén än."))
    assert not same_shape(shape, text_shape("Am 3. Mai 2004 fuhren 13 Boote.\n\nSie kamen an."))
    assert not same_shape(shape, text_shape("Am 3. Mai 2004 fuhren 12 Boote. Sie kamen an."))
    assert not same_shape(shape, text_shape("Am 3. Mai 2004, 12.\n\nSie."))
    assert not same_shape(text_shape(""), text_shape(""))
