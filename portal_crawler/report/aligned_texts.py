"""Aligned texts: two versions of a text side by side, paragraph against paragraph, with the runs that differ. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal_crawler.report.text_edits import TextEdit, text_edits, words_of

# Paragraphs, and characters of one, that are shown; a text may be of any length, and a reader has one screen.
MOST_ROWS = 40
MOST_CHARACTERS = 2_000
# Words of two paragraphs that are still compared one by one: difflib's time grows with their product.
_MOST_WORDS = 1_500


class RunKind(StrEnum):
    """SAME: in both. TAKEN: in the first text alone. ADDED: in the second alone."""

    SAME = "same"
    TAKEN = "taken"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words of one paragraph."""

    text: str
    kind: RunKind


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """A paragraph of each text that belong together, ``None`` where one has none; or so many ``same`` paragraphs."""

    before: tuple[Run, ...] | None = None
    after: tuple[Run, ...] | None = None
    same: int = 0


@dataclass(frozen=True, slots=True)
class AlignedTexts:
    """The rows from the first text to the second. ``left_out`` are rows beyond ``MOST_ROWS``."""

    rows: tuple[AlignedRow, ...]
    left_out: int = 0


def aligned_texts(before: str, after: str) -> AlignedTexts:
    r"""Align two texts.

    >>> aligned_texts("same\n\n14 boats", "same\n\n15 boats").rows[1].after
    (Run(text='15 ', kind=<RunKind.ADDED: 'added'>), Run(text='boats', kind=<RunKind.SAME: 'same'>))
    """
    rows = list(_rows(before, after))
    return AlignedTexts(tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS))


def _rows(before: str, after: str) -> Iterator[AlignedRow]:
    old, new = before.split("\n\n"), after.split("\n\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield AlignedRow(same=old_end - old_start)
            continue
        for edit in text_edits("\n\n".join(old[old_start:old_end]), "\n\n".join(new[new_start:new_end])):
            row = aligned_edit(edit)
            if row.before or row.after:
                yield row


def aligned_edit(edit: TextEdit) -> AlignedRow:
    """One changed paragraph with its runs."""
    before, after = _shown(edit.before), _shown(edit.after)
    if not before or not after:
        taken, added = _whole(before, RunKind.TAKEN), _whole(after, RunKind.ADDED)
        return AlignedRow(taken, added)
    old, new = words_of(before)[:_MOST_WORDS], words_of(after)[:_MOST_WORDS]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    left: list[Run] = []
    right: list[Run] = []
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        same = tag == "equal"
        if old_end > old_start:
            left.append(Run("".join(old[old_start:old_end]), RunKind.SAME if same else RunKind.TAKEN))
        if new_end > new_start:
            right.append(Run("".join(new[new_start:new_end]), RunKind.SAME if same else RunKind.ADDED))
    return AlignedRow(tuple(left), tuple(right))


def _whole(text: str | None, kind: RunKind) -> tuple[Run, ...] | None:
    return (Run(text, kind),) if text else None


def _shown(text: str | None) -> str | None:
    """A paragraph as far as it is shown."""
    return text if text is None or len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + " …"
