"""Text edits: what changed between two versions of a text, by paragraph, and within a paragraph by word. Pure."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

# Two paragraphs are versions of one where this share of their words is the same (difflib's own mark for close lines is
# .75, over characters).
_ONE_PARAGRAPH = 0.5
# Words shown on both sides of a change.
_AROUND = 4
# A word with the spaces behind it; of scripts without spaces, a character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+\s*|\s+")


@dataclass(frozen=True, slots=True)
class TextEdit:
    """One paragraph that was changed; ``before`` is ``None`` where it was added, ``after`` where it was taken out."""

    before: str | None
    after: str | None


def text_edits(before: str, after: str) -> list[TextEdit]:
    r"""The paragraphs that differ, in the order of the text.

    >>> text_edits("same\n\n14 boats in the bay", "same\n\n15 boats in the bay\n\nnew")
    [TextEdit(before='14 boats in the bay', after='15 boats in the bay'), TextEdit(before=None, after='new')]
    """
    old, new = before.split("\n\n"), after.split("\n\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    edits: list[TextEdit] = []
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            edits += _paired(old[old_start:old_end], new[new_start:new_end])
    return edits


def _paired(old: list[str], new: list[str]) -> list[TextEdit]:
    """Each old paragraph with the new one that it became, in order."""
    edits, here = [], 0
    for paragraph in old:
        place = next((n for n in range(here, len(new)) if _are_one(paragraph, new[n])), None)
        if place is None:
            edits.append(TextEdit(paragraph, None))
            continue
        edits += [TextEdit(None, added) for added in new[here:place]]
        edits.append(TextEdit(paragraph, new[place]))
        here = place + 1
    return edits + [TextEdit(None, added) for added in new[here:]]


def words_of(text: str) -> list[str]:
    """The words of a text, each with the spaces behind it, which together are the text again; of scripts without spaces
    the characters.

    >>> words_of("14 boats 渔船")
    ['14 ', 'boats ', '渔', '船']
    """
    return _WORD.findall(text)


def _are_one(old: str, new: str) -> bool:
    matcher = difflib.SequenceMatcher(None, _WORD.findall(old), _WORD.findall(new), autojunk=False)
    return matcher.real_quick_ratio() >= _ONE_PARAGRAPH <= matcher.ratio()


def marked(edit: TextEdit) -> str:
    """An edit on one line, in the form of ``wdiff``: ``[-taken out-]`` and ``{+added+}``, with a few words around.

    >>> marked(TextEdit("The master counts 14 boats in the wide bay.", "The master counts 15 boats in the wide bay."))
    'The master counts [-14-] {+15+} boats in the wide …'
    """
    if edit.before is None or edit.after is None:
        return f"[-{edit.before}-]" if edit.after is None else f"{{+{edit.after}+}}"
    old, new = _WORD.findall(edit.before + " "), _WORD.findall(edit.after + " ")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    parts = []
    codes = matcher.get_opcodes()
    for number, (tag, old_start, old_end, new_start, new_end) in enumerate(codes):
        if tag == "equal":
            parts.append(_context(old[old_start:old_end], first=number == 0, last=number == len(codes) - 1))
            continue
        taken, added = "".join(old[old_start:old_end]).strip(), "".join(new[new_start:new_end]).strip()
        parts += ([f"[-{taken}-] "] if taken else []) + ([f"{{+{added}+}} "] if added else [])
    return "".join(parts).strip()


def _context(words: list[str], *, first: bool, last: bool) -> str:
    """What stands between two changes, shortened."""
    most = _AROUND if first or last else 2 * _AROUND
    if len(words) <= most:
        return "".join(words)
    head = [] if first else words[:_AROUND]
    tail = [] if last else words[-_AROUND:]
    return "".join([*head, "… ", *tail]) if head else "".join(["… ", *tail])
