from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from portal_crawler.dedup.fingerprints import sketch_of
from portal_crawler.dedup.near_rule import Evidence, NearKind, evidence_of, near_verdict
from portal_crawler.dedup.story_counts import StoryCounts

# Two texts of forty fingerprints that have half of them in common, in two halves.
HALF = Evidence(40, 40, 20, (40, 40, 20), 20, 0.5, (4, 4, 2), same_title=False)
KINDS = NearKind


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, None),
        ({"rare": (40, 40, 21), "shared": 21}, None),
        ({"rare": (40, 40, 21), "shared": 21, "same_title": True}, KINDS.REVISION_OF),
        ({"rare": (40, 40, 24), "shared": 24}, KINDS.REVISION_OF),
        ({"rare": (40, 40, 39), "shared": 39, "bare": 1, "tail": 0.0, "numbers": (4, 4, 4)}, KINDS.NEAR),
        ({"rare": (20, 40, 16), "shorter": 20, "shared": 16, "bare": 4}, KINDS.TRUNCATED_OF),
        ({"rare": (20, 40, 16), "shorter": 20, "shared": 16, "bare": 4, "tail": 0.1}, KINDS.REVISION_OF),
        # Numbers that differ all over, and one of one.
        ({"rare": (40, 40, 30), "shared": 30, "bare": 4, "numbers": (4, 4, 1)}, KINDS.TEMPLATE_SIBLING),
        ({"rare": (40, 40, 30), "shared": 30, "bare": 4, "numbers": (1, 1, 0)}, KINDS.TEMPLATE_SIBLING),
        ({"rare": (40, 40, 39), "shared": 39, "bare": 1, "numbers": (1, 1, 0)}, KINDS.TEMPLATE_SIBLING),
        # Where most of what both have is a template's, all numbers must agree.
        ({"rare": (8, 8, 6), "shared": 35, "bare": 2, "numbers": (4, 4, 3)}, KINDS.TEMPLATE_SIBLING),
        ({"rare": (8, 8, 6), "shared": 35, "bare": 2, "tail": 0.0, "numbers": (4, 4, 4)}, KINDS.NEAR),
        # A passage of its own has numbers of its own.
        ({"rare": (40, 40, 30), "shared": 30, "bare": 10, "numbers": (4, 4, 1)}, KINDS.REVISION_OF),
        ({"rare": (40, 40, 30), "shared": 30, "bare": 10, "numbers": (8, 8, 1)}, KINDS.TEMPLATE_SIBLING),
        # Few of what both have are rare: a template.
        ({"rare": (8, 8, 3), "shared": 35, "bare": 2}, None),
        ({"rare": (8, 8, 4), "shared": 35, "bare": 2}, None),
        # Reworded all over: something is in both everywhere.
        ({"rare": (40, 40, 10), "shared": 14, "bare": 8}, KINDS.REVISION_OF),
        ({"rare": (40, 40, 10), "shared": 14, "bare": 9}, None),
        ({"rare": (40, 40, 10), "shared": 14, "bare": 8, "numbers": (4, 4, 1)}, None),
        ({"rare": (40, 40, 6), "shared": 14, "bare": 8}, None),
        # Under one headline less is asked.
        ({"rare": (40, 40, 14), "shared": 14, "same_title": True}, KINDS.REVISION_OF),
        ({"rare": (40, 40, 14), "shared": 14}, None),
        ({"rare": (2, 40, 2), "shorter": 2, "shared": 2, "bare": 0, "same_title": True}, None),
        ({"rare": (2, 9, 2), "shorter": 2, "shared": 2, "bare": 0, "numbers": (1, 4, 1), "same_title": True},
         KINDS.TRUNCATED_OF),
        ({"rare": (2, 9, 2), "shorter": 2, "shared": 2, "bare": 0, "numbers": (1, 4, 1)}, None),
        # Too little of the shorter is in the longer.
        ({"rare": (8, 8, 8), "shared": 11}, None),
    ],
)  # fmt: skip
def test_the_rule(change: dict[str, object], kind: NearKind | None) -> None:
    verdict = near_verdict(replace(HALF, **change))  # type: ignore[arg-type]
    assert (verdict.kind if verdict else None) == kind


def test_a_verdict_says_its_figures() -> None:
    verdict = near_verdict(replace(HALF, shared=30, rare=(40, 39, 30)))
    assert verdict is not None
    assert verdict.similarity == 0.7692
    assert verdict.reason == (
        "alike: 30 of 40 fingerprints in both, 30 of them rare (alike 0.61, contained 0.77); 2 of 4 and 4 numbers"
    )


def test_evidence_is_the_same_from_either_side() -> None:
    shared = " ".join(f"word{number}" for number in range(60))
    one, other = sketch_of(f"{shared} 12", "Title"), sketch_of(f"{shared} " + " ".join(map("x{}".format, range(80))))
    found = evidence_of(one, other, StoryCounts(1))
    assert found == evidence_of(other, one, StoryCounts(1))
    assert (found.shorter, found.longer) == (len(one.prints), len(other.prints))
    assert found.shared == found.rare[2] == len(np.intersect1d(one.prints, other.prints))
    assert found.tail > 0.4
    assert (found.numbers, found.same_numbers, found.same_title) == ((1, 0, 0), 1.0, False)


def test_texts_without_words_have_nothing_in_common() -> None:
    assert near_verdict(evidence_of(sketch_of(""), sketch_of(""), StoryCounts(1))) is None


def test_of_a_brief_of_which_nothing_is_missing_under_one_headline_one_rare_fingerprint_is_enough() -> None:
    brief = Evidence(8, 15, 8, (1, 5, 1), 0, 0.4, (1, 5, 1), same_title=True)
    found = near_verdict(brief)
    assert found is not None
    assert found.kind is NearKind.TRUNCATED_OF
    for other in ({"same_title": False}, {"shared": 7, "rare": (2, 5, 1)}, {"rare": (1, 5, 0)}, {"numbers": (2, 5, 1)}):
        assert near_verdict(replace(brief, **other)) is None
