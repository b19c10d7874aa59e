"""What is put into the table of second readings comes out as it was, and by the key of its page alone."""

from __future__ import annotations

import sqlite3

import pytest

from portal_crawler.records.second_readings_sqlite import LinkJudged, SecondReading, SecondReadings

LINKS = (LinkJudged("body", 0, True, 0.97), LinkJudged("other", 0, False, 1.0))


def _again(number: int, *, story: bool = True) -> SecondReading:
    article = {"article": {"id": f"id-{number}", "text": f"Bridge {number}\n\u6d2a\u6c34"}, "again": True}
    return SecondReading(article if story else None, {"kind": "article", "kind_confidence": 0.5}, "story", LINKS)


def test_a_reading_is_found_by_its_page_alone() -> None:
    with SecondReadings() as table:
        assert len(table) == 0
        table.add("test,portal)/1", _again(1))
        table.add("test,portal)/2", _again(2, story=False))
        assert len(table) == 2
        assert table.of("test,portal)/1") == _again(1)
        second = table.of("test,portal)/2")
        assert second is not None
        assert second == _again(2, story=False)
        assert second.links == LINKS
        assert table.of("test,portal)/3") is None
        assert list(table.stories()) == [("test,portal)/1", "id-1")]


def test_nothing_outlives_it() -> None:
    with SecondReadings() as table:
        table.add("key", _again(1))
    with pytest.raises(sqlite3.ProgrammingError):
        table.of("another")
