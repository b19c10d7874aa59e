"""Where in its block an anchor stands."""

from __future__ import annotations

from portal_crawler.page.anchor_spans import anchor_spans


def test_anchors_are_found_in_their_order() -> None:
    text = "The bridge, the dam and the bridge"
    assert anchor_spans([(0, "bridge"), (0, "bridge")], [text]) == [(4, 10), (28, 34)]


def test_an_anchor_is_rather_a_word_than_the_end_of_one() -> None:
    assert anchor_spans([(0, "here")], ["There it is, and here too"]) == [(17, 21)]
    assert anchor_spans([(0, "Hike")], ["BrandHike boots"]) == [(5, 9)]
    assert anchor_spans([(0, "\u6865")], ["\u5927\u6865\u548c\u6865"]) == [(1, 2)]


def test_what_stands_elsewhere_or_nowhere_has_no_span() -> None:
    assert anchor_spans([(None, "a"), (0, ""), (0, "dam"), (1, "dam")], ["A bridge", "a dam"]) == [
        None, None, None, (2, 5),
    ]  # fmt: skip


def test_anchors_far_apart_are_not_looked_for_through_the_whole_block() -> None:
    assert anchor_spans([(0, "b")], ["a " * 5_000 + "b"]) == [None]
