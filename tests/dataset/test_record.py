"""One article as a dataset has it."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.dataset.fields import RECORDS
from portal_crawler.dataset.markup import markdown_text, yaml_text
from portal_crawler.dataset.record import dataset_record, shard_of
from tests.article_lines import article


def test_a_record_has_every_field_in_order_and_one_type_in_each() -> None:
    record = dataset_record(article("a", "text", published="2005-10-03T23:30:00Z"), "crawl-1", "test", "c" * 32)
    assert list(record) == [field.name for field in RECORDS.fields]
    assert (record["published"], record["published_at"]) == ("2005-10-03", "2005-10-03T23:30:00Z")
    assert (record["extractor_profile"], record["extractor_template"]) == ("portal", None)
    assert not any(isinstance(value, dict) for value in record.values())


@pytest.mark.parametrize("told", ["2005-1", "2005-13-01", "0000-01-01", "../2005-10-03", "2005/10/03", "", "2005-10"])
def test_what_is_no_day_is_in_the_shard_of_unknown_days(told: str) -> None:
    assert shard_of(told) == "unknown"


@given(st.text())
def test_no_text_makes_a_path(told: str) -> None:
    assert PurePosixPath(shard_of(told)).name == shard_of(told)


@given(st.text())
def test_text_within_the_card_is_one_line_without_markup(told: str) -> None:
    shown = markdown_text(told)
    assert "\n" not in shown
    assert "<" not in shown
    assert "@" not in shown


@given(st.text())
def test_text_within_yaml_comes_back_as_it_may_stand_in_a_record(told: str) -> None:
    yaml = pytest.importorskip("yaml", reason="comes with a judge of the extra test")
    from portal_crawler.records.clean import clean_text

    assert yaml.safe_load(f"a: {yaml_text(told)}\nb: 1\n") == {"a": clean_text(told), "b": 1}
