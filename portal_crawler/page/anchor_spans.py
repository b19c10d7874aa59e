"""Anchor spans: where in the text of its block each anchor stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

# Behind the anchor before it, an anchor is looked for this far: a block of thousands of links, whose anchors cannot be
# found since they go on in the next one, would else be read thousands of times.
_REACH = 4_000
# Of a short anchor, such as a letter, so many places that are no words are passed over.
_TRIES = 20
Span = tuple[int, int]


def anchor_spans(
    anchors: Iterable[tuple[int | None, str]], texts: Sequence[str] | Mapping[int, str]
) -> list[Span | None]:
    """The span of each anchor in characters of its block's text; ``None`` where its text does not stand there.

    :param anchors: (index of its block, text) in document order.
    :param texts: those of the blocks, by their indexes.

    >>> anchor_spans([(0, "a"), (0, "a"), (None, "a")], ["a far a"])
    [(0, 1), (6, 7), None]
    """
    spans: list[Span | None] = []
    last, at = -1, 0
    for block, text in anchors:
        if block is None or not text:
            spans.append(None)
            continue
        if block != last:
            last, at = block, 0
        found = _found(texts[block], text, at)
        if found < 0:
            spans.append(None)
            continue
        at = found + len(text)
        spans.append((found, at))
    return spans


def _found(text: str, anchor: str, at: int) -> int:
    """Where the anchor next stands, best not as the end of a longer word; -1 where it does not."""
    end = at + _REACH + len(anchor)
    first = found = text.find(anchor, at, end)
    for _ in range(_TRIES):
        if found <= 0 or not _within_word(text[found - 1 : found + 1]):
            return first if found < 0 else found
        found = text.find(anchor, found + 1, end)
    return first


def _within_word(pair: str) -> bool:
    return pair.isascii() and pair.isalnum()
