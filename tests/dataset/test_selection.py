"""Which articles a dataset takes, and what is said of the others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal_crawler.dataset.selection import Selection, day_of
from portal_crawler.errors import UsageError
from tests.article_lines import article, sentences


@pytest.mark.parametrize(
    ("selection", "taken", "left_out", "rule"),
    [
        (Selection(languages=("zh",)), {"language": "zh-CN"}, {"language": "en"}, "language"),
        (Selection(languages=("en-GB",)), {"language": "en-gb"}, {"language": "en"}, "language"),
        (Selection(languages=("und",)), {"language": None}, {"language": "en"}, "language"),
        (Selection(sections=("News", "x")), {"section": "news"}, {"section": None}, "section"),
        (Selection(sites=("www.portal.test",)), {}, {"site": "portal.test"}, "site"),
        (Selection(verdicts=("revised",)), {"verdict": "revised"}, {}, "verdict"),
        (Selection(since=date(2005, 10, 3)), {}, {"published": "2005-10-02T23:59:59Z"}, "since"),
        (Selection(until=date(2005, 10, 3)), {"published": "2005-10-03T23:59:59Z"}, {"published": None}, "until"),
        (Selection(min_words=10), {"word_count": 10}, {"word_count": 9}, "min_words"),
        (Selection(max_words=10), {"word_count": 10}, {"word_count": 11}, "max_words"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_takes_what_it_says_and_names_itself(
    selection: Selection, taken: dict[str, Any], left_out: dict[str, Any], rule: str
) -> None:
    one = article("a", sentences(1))
    assert selection.refusal(one | taken) is None
    refusal = selection.refusal(one | left_out)
    assert refusal is not None
    assert refusal.rule == rule
    assert refusal.reason


def test_a_selection_without_rules_takes_everything() -> None:
    assert Selection().refusal(article("a", "x", published=None, section=None, language=None)) is None
    assert Selection().told() == {}


@pytest.mark.parametrize("told", ["", "05", "2005-13", "2005-02-30", "2005-1-1", "2005-01-01-01", "yesterday", "0000"])
def test_what_is_no_day_is_told_with_the_option(told: str) -> None:
    with pytest.raises(UsageError, match=r"--since: '.*' is no day; write 2005"):
        day_of(told, "--since")
