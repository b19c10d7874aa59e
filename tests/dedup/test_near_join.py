"""The near join: what rounds over all texts decide is what the index decides text by text."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from portal_crawler.dedup import near_frequent, near_join, near_meeting, near_survey_sqlite, story_counts
from portal_crawler.dedup.fingerprints import Sketch, sketch_of
from portal_crawler.dedup.near_frequent import Frequent, Ints
from portal_crawler.dedup.near_index_sqlite import NearIndex
from portal_crawler.dedup.near_join import Decisions, Round, Words
from portal_crawler.dedup.near_joined_sqlite import JoinedIndex
from portal_crawler.dedup.near_rule import NearKind
from tests.dedup.near_stories import chinese_stories, rates, stories, text

Text = tuple[str, str]


class Here:
    """Does a round in this process, its texts and keys in ``parts``."""

    def __init__(self, sketches: list[Sketch], parts: int) -> None:
        self.texts, self.parts = list(enumerate(sketches)), parts

    def frequent(self, size: int, weights: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
        counted = [near_frequent.counted(self.texts[part :: self.parts], size, weights) for part in range(self.parts)]
        return near_frequent.frequent_in(*(np.concatenate(columns) for columns in zip(*counted, strict=True)))

    def verdicts(self, frequent: Frequent, stories: npt.NDArray[np.bool_]) -> Decisions:
        asked, posted, least = list[tuple[Ints, Ints, Ints]](), list[tuple[Ints, Ints]](), list[int]()
        for place, sketch in self.texts:
            keys, batches, many = near_meeting.queries(place, sketch, frequent)
            asked.append((keys, np.full(len(keys), place), batches))
            least.append(many)
            found = near_meeting.postings(place, sketch, frequent)
            posted.append((found, np.full(len(found), place)) if stories[place] else (found[:0], found[:0]))
        wanted, askers, batches = (np.concatenate(columns) for columns in zip(*asked, strict=True))
        offered, standing = (np.concatenate(columns) for columns in zip(*posted, strict=True))
        pairs = []
        for part in range(self.parts):
            asks, posts = wanted % self.parts == part, offered % self.parts == part
            queries = wanted[asks], askers[asks], batches[asks]
            pairs.append(near_meeting.met(queries, (offered[posts], standing[posts])))
        ones, others, hits, whole = (np.concatenate(columns) for columns in zip(*pairs, strict=True))
        later, earlier, same = near_meeting.compared(ones, others, hits, whole, np.array(least))
        theirs: dict[int, list[tuple[int, Sketch, bool]]] = {}
        for one, other, equal in zip(later.tolist(), earlier.tolist(), same.tolist(), strict=True):
            theirs.setdefault(one, []).append((other, self.texts[other][1], bool(equal)))
        decisions = {one: near_join.decided(self.texts[one][1], one, told, frequent) for one, told in theirs.items()}
        return {one: decided for one, decided in decisions.items() if decided is not None}


def _corpus(seed: int) -> list[Text]:
    """Stories with copies of every kind, copies of copies, and texts that one template made."""
    rng, made, (notice,) = Random(seed), list[Text](), stories(1, seed + 100)
    for number, told in enumerate(stories(90, seed)):
        if number % 4 == 0:
            told.append(notice[0])  # more have it than are few
        made.append((f"Story {number}", text(told)))
        while rng.random() < 0.5:
            copy = [
                *told[: rng.randint(2, 6)],
                *(stories(1, rng.randint(1, 10**6))[0][:1] if rng.random() < 0.4 else []),
            ]
            made.append((f"Story {number}" if rng.random() < 0.7 else "Another headline", text(copy)))
    made += [("", one) for one in rates(9, seed)]
    made += [(f"消息 {number}", text(told)) for number, told in enumerate(chinese_stories(20, seed))]
    made += [("Photo", "Two boats."), ("Photo", "Two boats."), ("Another photo", "Two boats."), ("Empty", "")]
    made += [(title, body) for title, body in made[:40:3]]
    rng.shuffle(made)
    return made


def _rows(index: NearIndex) -> tuple[list[Any], list[Any]]:
    queries = ("SELECT * FROM document ORDER BY number", "SELECT * FROM posting ORDER BY print, document")
    return tuple(index.database.execute(query).fetchall() for query in queries)  # type: ignore[return-value]


@pytest.mark.parametrize(("seed", "parts", "few"), [(1, 1, 1 << 21), (2, 3, 1 << 21), (3, 7, 1 << 21), (4, 2, 0)])
def test_rounds_leave_the_rows_that_the_index_leaves(
    seed: int, parts: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_survey_sqlite, "_FEW_CELLS", few)
    said: list[str] = []

    def join(_: int, sketches: Iterator[Sketch]) -> tuple[Round, Decisions]:
        texts = list(sketches)
        return near_join.decide(Words.of(texts), Here(texts, parts), said.append)

    alone, joined = NearIndex("", durable=False), JoinedIndex("", 2, durable=False, join=join)
    with alone, joined:
        for number, (title, body) in enumerate(_corpus(seed)):
            for index in (alone, joined):
                index.hold(f"{number:032x}", sketch_of(body, title))
        alone.finalize()
        joined.finalize()
        rows = _rows(alone)
        assert _rows(joined) == rows
        assert {row[10] for row in rows[0]} >= set(NearKind)
        for number in range(1, len(rows[0]) + 1):
            sketch = alone.sketch(number)
            assert alone.compared(number, 1) == joined.compared(number, 1)  # by the counts that are left
            assert np.array_equal(alone._counts.are_rare(sketch.prints), joined._counts.are_rare(sketch.prints))
    assert len(said) >= 4


def test_an_index_without_texts_is_settled() -> None:
    def join(_: int, sketches: Iterator[Sketch]) -> tuple[Round, Decisions]:
        return near_join.first_round(Words.of(sketches)), {}

    with JoinedIndex("", 2, durable=False, join=join) as index:
        index.finalize()
        assert list(index.decisions()) == []


def test_a_fingerprint_is_frequent_from_the_text_on_that_made_it_so() -> None:
    places = np.arange(20)
    cells, weights = np.full(20, 9), np.full(20, story_counts.STORY)
    weights[3] = story_counts.COPY
    found, since = near_frequent.frequent_in(cells, places, weights)
    assert (found.tolist(), since.tolist()) == ([9], [13])
    frequent = Frequent(16, found, since)
    prints = np.array([9, 25, 8], np.uint32)
    assert near_frequent.CountsAt(frequent, 13).are_rare(prints).tolist() == [True, True, True]
    assert near_frequent.CountsAt(frequent, 14).are_rare(prints).tolist() == [False, False, True]
    assert near_frequent.CountsAt(frequent, 13, after=True).are_rare(prints).tolist() == [False, False, True]
