"""All is decided twice over, and the second time only what may be decided otherwise."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from portal_crawler.dedup.fingerprints import Sketch, sketch_of
from portal_crawler.dedup.near_frequent import Frequent
from portal_crawler.dedup.near_index_sqlite import NearIndex
from portal_crawler.dedup.near_second_look import SecondLook

Rows = tuple[list[Any], list[Any]]


def _paragraph(rng: Random) -> str:
    words = (f"w{rng.randrange(400)}" if rng.random() < 0.92 else str(rng.randrange(40)) for _ in range(24))
    return " ".join(words)


def _texts(seed: int) -> list[tuple[str, str]]:
    """Texts that share paragraphs with many, which become frequent one by one, and copies of texts."""
    rng = Random(seed)
    shared, texts = [_paragraph(rng) for _ in range(20)], list[tuple[str, str]]()
    for number in range(200):
        if texts and rng.random() < 0.3:
            told = rng.choice(texts)[1].split("\n")
            kept = [one if rng.random() < 0.8 else _paragraph(rng) for one in told][: rng.randint(1, 9)]
        else:
            kept = [rng.choice(shared) if rng.random() < 0.4 else _paragraph(rng) for _ in range(rng.randint(1, 9))]
        texts.append((f"{rng.getrandbits(40)}-{number}", "\n".join(kept)))
    return texts


def _settled(seed: int) -> Rows:
    with NearIndex("") as index:
        for identifier, text in _texts(seed):
            index.hold(identifier, sketch_of(text))
        index.finalize()
        return list(index.decisions()), index.database.execute("SELECT * FROM posting ORDER BY 1, 2").fetchall()


SEEDS = range(6)


def test_a_text_that_is_long_no_more_is_compared_with_more() -> None:
    """Of more than 32 rare fingerprints two must be met, of fewer one."""
    none = np.empty(0, np.uint32)
    look = SecondLook(Frequent(64, np.array([32]), np.array([5])), bytearray(9))
    long, longer = (Sketch(np.arange(many, dtype=np.uint32), none, none, 99, 1 << 60, 0, none) for many in (33, 34))
    assert [look.is_due(long, place) for place in (5, 6)] == [True, False]
    assert not look.is_due(longer, 5)


def test_texts_that_are_left_out_would_be_decided_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    due = list[bool]()
    is_due = SecondLook.is_due

    def counted(look: SecondLook, sketch: Any, place: int) -> bool:
        due.append(is_due(look, sketch, place))
        return due[-1]

    monkeypatch.setattr(SecondLook, "is_due", counted)
    found = list(map(_settled, SEEDS))
    assert 0.1 < sum(due) / len(due) < 0.9
    monkeypatch.setattr(SecondLook, "is_due", lambda *_: True)
    assert list(map(_settled, SEEDS)) == found


@pytest.mark.parametrize(
    ("name", "instead"),
    [("is_due", lambda *_: False), ("is_late", lambda *_: False), ("add_keys", lambda *_: None)],
)
def test_each_reason_to_decide_a_text_again_is_needed(name: str, instead: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(map(_settled, SEEDS))
    monkeypatch.setattr(SecondLook, name, instead)
    assert list(map(_settled, SEEDS)) != found
