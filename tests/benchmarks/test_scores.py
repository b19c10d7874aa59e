"""Comparing readers: means, spreads, paired differences, and scores that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from kept_scores import KeptScores
from rivals import Rival
from scores import OURS, group, score, table


def test_the_spread_is_the_standard_error_of_the_mean() -> None:
    found = score([0.0, 1.0] * 200)
    assert found.mean == 0.5
    assert found.spread == pytest.approx(0.5 / 400**0.5, rel=0.1)
    assert score([0.25]).spread == 0


def test_the_difference_is_paired_and_to_the_best_of_the_others() -> None:
    hard = [number / 100 for number in range(100)]
    found = group("all", {OURS: [value + 0.1 for value in hard], "good": hard, "bad": [0.1] * 100})
    assert (found.best, found.pages) == ("good", 100)
    assert found.difference is not None
    assert found.difference.mean == pytest.approx(0.1)
    assert found.difference.spread < 1e-9 < found.readers[OURS].spread


def test_the_table_has_a_line_a_group_and_the_best_in_bold() -> None:
    lines = table([group("all", {OURS: [0.5], "other": [0.75]})]).splitlines()
    assert len(lines) == 3
    assert lines[2] == "| all | 1 | 0.5000 ± 0.0000 | **0.7500 ± 0.0000** | -0.2500 ± 0.0000 (other) |"


def test_ours_alone_has_no_difference() -> None:
    assert group("all", {OURS: [0.5]}).difference is None


def test_a_kept_score_is_not_measured_again_unless_the_version_is_another(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    KeptScores(path).add("page 1", "other 2.0", 0.25, True)
    kept = KeptScores(path)
    assert kept.found["page 1", "other 2.0"] == (0.25, True)
    assert kept.missing("page 1", {"other": "2.0"}) == ()
    assert kept.missing("page 1", {"other": "2.1"}) == ("other",)
    assert kept.missing("page 2", {"other": "2.0"}) == ("other",)


def test_what_a_rival_raises_is_counted_and_read_as_no_text() -> None:
    def text(html: bytes, url: str) -> str:
        raise ValueError(url)

    rival = Rival("other", text, "1")
    assert [rival.read(b"", "http://h/"), rival.read(b"", "http://h/")] == ["", ""]
    assert rival.failures == 2
