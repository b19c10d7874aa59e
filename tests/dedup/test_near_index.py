from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from portal_crawler.dedup import near_index_sqlite, near_schema_sqlite, near_survey_sqlite, story_counts
from portal_crawler.dedup.fingerprints import Sketch, distinct, sketch_of
from portal_crawler.dedup.near_columns import keys_of
from portal_crawler.dedup.near_frequent import features_of
from portal_crawler.dedup.near_index_sqlite import Found, NearIndex
from portal_crawler.dedup.near_meeting import whole_key
from portal_crawler.dedup.near_rule import NearKind, verdict_of
from portal_crawler.dedup.near_schema_sqlite import STEPS, is_usable
from portal_crawler.dedup.shared_keys import SharedKeys
from portal_crawler.dedup.story_counts import CrowdedCounts
from portal_crawler.errors import DamagedFileError, StateError
from tests.dedup.near_stories import chinese_stories, rates, stories, text


def _decided(texts: Iterable[tuple[str, str]], path: Path | str = "") -> dict[str, Found]:
    with NearIndex(path) as index:
        for identifier, one in texts:
            index.add(identifier, sketch_of(one))
        index.finalize()
        return dict(index.decisions())


def _copies(found: dict[str, Found]) -> dict[str, tuple[str | None, str]]:
    return {one: (at.of, str(at.verdict.kind)) for one, at in found.items() if at.verdict and at.is_copy}


def _portal() -> list[tuple[str, str]]:
    """Forty stories, of which eight have copies, and sixty of one template."""
    told = stories(40)
    texts = [(f"story-{number}", text(one)) for number, one in enumerate(told)]
    texts += [(f"rate-{number}", one) for number, one in enumerate(rates(60))]
    fresh = stories(4, seed=2, paragraphs=1)
    texts += [
        ("exact", text(told[0])),
        ("spaced", text(told[0]).upper().replace(". ", " -- ")),
        ("cut", text(told[1][:3])),
        ("cut-within", text(told[2])[: len(text(told[2])) // 2]),
        ("grown", text([*told[3], *fresh[0]])),
        ("rewritten", text([*told[4][:2], *fresh[1], *told[4][3:]])),
        ("framed", text([*fresh[2], *told[5], *fresh[3]])),
        ("reworded", " ".join(word if place % 17 else "anew" for place, word in enumerate(text(told[6]).split()))),
    ]
    return texts


def test_copies_are_found_and_stories_of_one_template_are_left_apart() -> None:
    assert _copies(_decided(_portal())) == {
        # Of equal texts, the one whose id comes first stands for the story; of others, the longest.
        "story-0": ("exact", "exact"),
        "spaced": ("exact", "exact"),
        "cut": ("story-1", "truncated_of"),
        "cut-within": ("story-2", "truncated_of"),
        "story-3": ("grown", "near"),
        "story-4": ("rewritten", "revision_of"),
        "story-5": ("framed", "revision_of"),
        "story-6": ("reworded", "near"),
    }


def test_chinese_copies_are_found() -> None:
    told = chinese_stories(30)
    texts = [(f"story-{number}", text(one)) for number, one in enumerate(told)]
    texts += [("cut", text(told[1][:3])), ("grown", text([*told[2], *chinese_stories(1, seed=9, paragraphs=1)[0]]))]
    found = _copies(_decided(texts))
    assert found["cut"] == ("story-1", "truncated_of")
    assert found["story-2"][0] == "grown"
    assert len(found) == 2


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_texts_come_plays_no_part(seed: int) -> None:
    texts = _portal()
    expected = _decided(texts)
    Random(seed).shuffle(texts)
    assert _decided(texts) == expected


def test_an_index_that_is_opened_again_decides_as_one_that_was_never_closed(tmp_path: Path) -> None:
    texts = _portal()
    for start in range(0, len(texts), 20):
        with NearIndex(tmp_path / "near.sqlite") as index:
            for identifier, one in texts[start : start + 20]:
                index.add(identifier, sketch_of(one))
            index.commit()
    with NearIndex(tmp_path / "near.sqlite") as index:
        assert len(index) == len(texts)
        opened = dict(index.decisions())
        index.finalize()
        assert dict(index.decisions()) == _decided(texts)
    with NearIndex("") as whole:
        for identifier, one in texts:
            whole.add(identifier, sketch_of(one))
        assert dict(whole.decisions()) == opened


def test_a_text_that_is_added_again_is_what_it_was(tmp_path: Path) -> None:
    story = text(stories(1)[0])
    with NearIndex(tmp_path / "near.sqlite") as index:
        assert index.add("aa" * 16, sketch_of(story)) == Found()
        copy = index.add("copy", sketch_of(story))
        assert (copy.of, copy.is_copy) == ("aa" * 16, True)
        assert index.add("copy", sketch_of("something else")) == copy
        assert index.found("none") is None
        assert len(index) == 2


def test_texts_are_held_until_all_are_decided() -> None:
    story = text(stories(1)[0])
    with NearIndex("") as index:
        assert index.hold("one", sketch_of(story))
        assert index.hold("other", sketch_of(story))
        assert index.hold("one", sketch_of(story))
        assert not index.hold("one", sketch_of("another text"))
        assert index.found("other") == Found()
        index.finalize()
        assert index.found("other") == Found("one", index.found("other").verdict)  # type: ignore[union-attr]


def test_short_texts_are_one_story_under_one_headline_only() -> None:
    with NearIndex("") as index:
        index.add("one", sketch_of("The bridge in the evening", "The new bridge"))
        assert not index.add("other", sketch_of("The bridge in the evening", "Fair in Linhe")).is_copy
        assert index.add("same", sketch_of("The bridge in the evening!", "The new bridge")).of == "one"
        assert [index.add(f"empty-{n}", sketch_of("", "The new bridge")) for n in range(2)] == [Found(), Found()]


def test_a_template_sibling_is_said_but_is_a_story_of_its_own() -> None:
    one, other, *_ = rates(2)
    with NearIndex("") as index:
        index.add("one", sketch_of(one))
        found = index.add("other", sketch_of(other))
    assert found.verdict is not None
    assert (found.of, found.verdict.kind, found.is_copy) == ("one", NearKind.TEMPLATE_SIBLING, False)


def test_a_file_that_is_no_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>" * 1_000)
    with pytest.raises(DamagedFileError, match="is no index of near-duplicates"):
        NearIndex(tmp_path / "page.html")


def test_an_index_of_another_algorithm_is_told(tmp_path: Path) -> None:
    NearIndex(tmp_path / "near.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "near.sqlite", isolation_level=None)) as db:
        db.execute("UPDATE meta SET value = '9'")
    with pytest.raises(DamagedFileError, match=r"has fingerprints of algorithm 9, not 1; move it away"):
        NearIndex(tmp_path / "near.sqlite")


def test_of_two_texts_that_a_third_is_as_much_within_the_first_in_order_is_told_whatever_came_first() -> None:
    told = []
    for seed in range(20):
        within, *others = stories(3, seed)
        told += [(f"whole-{seed}-{place}", text([*within, *other, *other[::-1]])) for place, other in enumerate(others)]
        told.append((f"part-{seed}", text(within)))
    found = _decided(told)
    assert all(found[f"part-{seed}"].is_copy for seed in range(20))
    assert _decided(told[::-1]) == found


_KILLED = """
import sys
from portal_crawler.dedup import near_index_sqlite, near_schema_sqlite, story_counts
from portal_crawler.dedup.fingerprints import sketch_of
from portal_crawler.dedup.near_index_sqlite import NearIndex
from tests.dedup.test_near_index import _portal
index = NearIndex(sys.argv[1])
for number, (identifier, one) in enumerate(_portal()):
    index.add(identifier, sketch_of(one))
    if number % 10 == 9:
        index.commit()
        print(number + 1, flush=True)
"""


def test_a_kill_leaves_the_index_as_of_the_last_commit(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path / "near.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(3)]
        os.kill(child.pid, signal.SIGKILL)
        told += [int(line) for line in child.stdout]
    with NearIndex(tmp_path / "near.sqlite") as index:
        assert len(index) in {told[-1], told[-1] + 10}
        for identifier, one in _portal():
            index.add(identifier, sketch_of(one))
        index.finalize()
        assert dict(index.decisions()) == _decided(_portal())


def test_an_index_of_an_older_form_is_brought_forward(tmp_path: Path) -> None:
    path = tmp_path / "near.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"{STEPS[0]} PRAGMA user_version = 1;")
        assert not is_usable(path)
    with NearIndex(path) as index:
        assert index.hold("one", sketch_of("A text of some words.")) == 1
        index.commit()
    assert is_usable(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(DamagedFileError, match=r"was made by a newer program \(form 3, known here: 2\)"):
        NearIndex(path)


def test_an_index_has_one_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_schema_sqlite, "PATIENCE", 0.1)
    with NearIndex(tmp_path / "near.sqlite"), pytest.raises(StateError, match="is in use"):
        NearIndex(tmp_path / "near.sqlite")


@pytest.mark.parametrize("at_once", [1 << 18, 1 << 9])
def test_counting_only_what_many_texts_have_decides_the_same(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    told = _portal()

    def settled() -> tuple[dict[str, Found], list[tuple[int, int]], Found]:
        with NearIndex("") as index:
            for identifier, one in told:
                index.add(identifier, sketch_of(one))
            index.finalize()
            postings = index.database.execute("SELECT print, document FROM posting").fetchall()
            decisions = dict(index.decisions())
            return decisions, postings, index.add("one more", sketch_of(rates(61)[-1]))

    plain = settled()
    monkeypatch.setattr(near_survey_sqlite, "_FEW_CELLS", 0)
    monkeypatch.setattr(near_survey_sqlite, "_AT_ONCE", at_once)
    monkeypatch.setattr(near_survey_sqlite, "_PART", at_once)
    assert settled() == plain
    monkeypatch.setattr(story_counts, "_CROWD", 10_000)  # nothing is frequent then
    assert settled() != plain


@pytest.mark.parametrize("seed", [1, 2])
def test_an_index_that_takes_no_more_keeps_the_keys_that_texts_share(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_survey_sqlite, "_FEW_CELLS", 0)
    have = Counter[int]()

    def settled(*, durable: bool) -> tuple[dict[str, Found], set[tuple[int, int]]]:
        with NearIndex("", durable=durable) as index:
            for number, told in enumerate(stories(60, seed)):
                index.hold(f"{number:032x}", sketch_of(text(told), f"Story {number}"))
                if number % 3 == 0:
                    index.hold(f"{number + 100:032x}", sketch_of(text(told[:-1]), f"Story {number}"))
                if number % 7 == 0:
                    index.hold(f"{number + 200:032x}", sketch_of(text(told)))
            index.finalize()
            have.clear()
            for number in range(1, len(index) + 1):
                sketch = index.sketch(number)
                have.update(keys_of(np.append(features_of(sketch), np.uint32(whole_key(sketch)))))
            rows = index.database.execute("SELECT print, document FROM posting")
            return dict(index.decisions()), set(rows)

    all_keys, shared = settled(durable=True), settled(durable=False)
    assert shared[0] == all_keys[0]
    assert sum(found.is_copy for found in shared[0].values()) == 20 + 9
    assert shared[1] < all_keys[1]
    alone = {row for row in all_keys[1] if have[row[0]] == 1}
    assert all_keys[1] - shared[1] <= alone
    assert len(shared[1] & alone) < 0.1 * len(alone)


@pytest.mark.parametrize(("texts", "at_once"), [(0, 1 << 18), (1, 1 << 18), (500, 1 << 18), (1300, 1 << 11)])
def test_a_survey_tells_what_texts_share_and_what_many_have(
    texts: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_survey_sqlite, "_FEW_CELLS", 0)
    monkeypatch.setattr(near_survey_sqlite, "_AT_ONCE", at_once)
    monkeypatch.setattr(near_survey_sqlite, "_PART", at_once)
    rng, have, cells = np.random.default_rng(texts), Counter[int](), Counter[int]()
    none = np.zeros(0, np.uint32)
    often = rng.integers(0, 1 << 32, 40, np.uint32)
    with NearIndex("") as index:
        for number in range(texts):
            prints = distinct(np.append(rng.integers(0, 1 << 32, 30, np.uint32), rng.choice(often, rng.integers(4))))
            sketch = Sketch(prints, prints[:3] + np.uint32(1), none, 50, (number + 5) << 32, 0, none)
            index.hold(f"{number:032x}", sketch)
            keys = [*prints.tolist(), *sketch.numbers.tolist(), whole_key(sketch)]
            have.update(keys)
            cells.update(key % story_counts.cells_for(texts) for key in keys)
        counts, shared = near_survey_sqlite.survey(index.database)
    assert isinstance(counts, CrowdedCounts)
    assert shared is not None
    told = np.array([*have, *range(10**6, 10**6 + 1000)], np.uint32)
    found = dict(zip(told.tolist(), shared.among(told).tolist(), strict=True))
    assert all(found[key] for key, times in have.items() if times > 1)
    assert sum(found.values()) < sum(times > 1 for times in have.values()) + 0.05 * len(found)
    assert counts._known.tolist() == sorted(cell for cell, times in cells.items() if times >= story_counts._CROWD)
    assert (texts < 500) == (not len(counts._known))


def test_where_most_keys_are_shared_it_is_said() -> None:
    shared = SharedKeys(10_000)
    rng = np.random.default_rng(1)
    shared.add(rng.integers(0, 1 << 32, 100_000, np.uint32))
    assert not shared.are_most
    shared.add(rng.integers(0, 1 << 32, 300_000, np.uint32))
    assert shared.are_most


@pytest.mark.parametrize("caption", ["Photo", "Click here to read the whole story now", ""])
def test_captions_that_are_stories_of_their_own_are_not_all_compared(
    caption: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = [0]

    def counted(*told: Any) -> Any:
        looks[0] += 1
        return verdict_of(*told)

    monkeypatch.setattr(near_index_sqlite, "verdict_of", counted)
    with NearIndex("") as index:
        for number in range(120):
            index.hold(str(number), sketch_of(caption, f"Title {number // 2}"))
        index.finalize()
        copies = sum(found.is_copy for _, found in index.decisions())
    assert copies == (60 if caption else 0)
    assert looks[0] <= 3 * 120
