"""Records as CSV: nothing in a cell runs, and every text comes back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.dataset.csv_text import csv_head, csv_line
from portal_crawler.dataset.formula_guard import guarded, unguarded
from portal_crawler.dataset.record import dataset_record
from tests.article_lines import article

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "  =1",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "|cmd",
    "%0A=1",
    '=HYPERLINK("http://evil.test")',
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_to_a_spreadsheet(text: str) -> None:
    assert guarded(text) == "'" + text


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@"))


def _read(*records: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_head() + "".join(map(csv_line, records)), newline="")))


def test_line_breaks_quotes_and_commas_of_a_text_stay_in_its_cell() -> None:
    text = 'one,\n\ntwo "three"\nfour\u2028five'
    record = dataset_record(article("a", text, title='=1,"', authors=["=A", 'B "b"'], section=None), "c", "train", "h")
    (row,) = _read(record)
    assert row["text"] == text
    assert unguarded(row["title"]) == '=1,"'
    assert row["title"].startswith("'=")
    assert row["authors"] == '["=A", "B \\"b\\""]'
    assert row["section"] == ""
    assert row["word_count"] == str(record["word_count"])
