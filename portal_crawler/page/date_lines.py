"""Date lines: the dates that a page shows around its story, the likelier first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from portal_crawler.page.blocks import Block
from portal_crawler.page.date_labels import is_of_change, is_of_publication
from portal_crawler.page.date_reader import DateReader
from portal_crawler.page.dates import FoundDate
from portal_crawler.page.roles import Role, RoleDecision, blocks_of

# Lines longer than this are prose: a date in them is part of the story.
_MAX_LINE = 120
# A line of a date alone, with a word or two.
_MAX_ALONE = 60
# How many blocks before and after the headline a date line is looked for, and how far a byline may stand from it.
_BEFORE, _AFTER, _FAR = 4, 8, 30
# Of the lines of one place, those nearest to the headline that are looked at.
_MOST_LINES = 2_000
# What a member's card says before a date.
_OF_MEMBER = re.compile(r"(?:joined|registered|member since|join date)\s*:?\s*(?:\w{3},?\s*)?\Z", re.IGNORECASE)
_WORD_LEFT = re.compile(r"\w+")
_OTHERS = (Role.RELATED, Role.COMMENTS)
SKIPPED = frozenset({Role.NAVIGATION, Role.RELATED, Role.FOOTER, Role.COMMENTS, Role.PROMO})


@dataclass(frozen=True, slots=True)
class DateLine:
    """``found`` stands in the text of ``block``, ``where`` says around what; ``updated`` whether it says when the story
    was changed, ``near`` whether it stands by the headline.
    """

    block: Block
    found: FoundDate
    where: str
    updated: bool
    near: bool = False


def date_lines(blocks: Sequence[Block], roles: Sequence[RoleDecision], reader: DateReader) -> Iterator[DateLine]:
    """Dates around the story: in bylines, next to the headline, at the story's end, above it. Where all of them tell of
    changes, or there is none, those of the page follow that say of which kind they are, or that stand alone.
    """
    seen: set[int] = set()
    published = False
    for where, index in _places(blocks, roles):
        text = blocks[index].text
        at_end = where == "end of the story"
        if index in seen or (len(text) > _MAX_LINE and not at_end):
            continue
        seen.add(index)
        offset = max(0, len(text) - _MAX_LINE)
        if offset and at_end:
            text = " " * offset + text[offset:]
        for found in reader.all(text):
            lead = text[: found.start]
            if (at_end and not _closes(text, found)) or _OF_MEMBER.search(lead):
                continue
            line = DateLine(blocks[index], found, where, is_of_change(text, found.start, found.end), where in _NEAR)
            published = published or not line.updated
            yield line
    if not published:
        yield from _labelled(blocks, roles, reader, seen)


_NEAR = ("byline", "next to the headline")


def _places(blocks: Sequence[Block], roles: Sequence[RoleDecision]) -> Iterator[tuple[str, int]]:
    title = next(iter(blocks_of(roles, Role.TITLE)), None)
    body = blocks_of(roles, Role.BODY)
    anchor = title if title is not None else (body[0] if body else 0)
    # On a forum the lines of each post are its text.
    short = {index: "short line of the text" for index in body if len(blocks[index].text) <= _MAX_ALONE}
    lines = short | dict.fromkeys(blocks_of(roles, Role.BYLINE), "byline")
    ordered = sorted(lines, key=lambda index: abs(index - anchor))
    by_headline = (index for index in ordered if index <= anchor + _FAR)
    yield from ((lines[index], index) for index in islice(by_headline, _MOST_LINES))
    if title is not None:
        last = min(len(blocks), title + _AFTER + 1)
        yield from (("next to the headline", index) for index in range(title, last) if _may_date(blocks, roles, index))
    if body:
        tail = range(max(body[-1] - 2, 0), min(len(blocks), body[-1] + 3))
        yield from (("end of the story", index) for index in reversed(tail) if roles[index].role not in SKIPPED)
    if title is not None:
        above = range(title - 1, max(title - _BEFORE, 0) - 1, -1)
        yield from (("above the headline", index) for index in above if roles[index].role is not Role.COMMENTS)
    elif body:
        yield from (("above the story", index) for index in range(body[0], max(body[0] - _BEFORE, 0) - 1, -1))
    far = (index for index in ordered if index > anchor + _FAR)
    yield from (("line with a date", index) for index in islice(far, _MOST_LINES))


def _may_date(blocks: Sequence[Block], roles: Sequence[RoleDecision], index: int) -> bool:
    return roles[index].role not in SKIPPED and not blocks[index].hidden


def _labelled(
    blocks: Sequence[Block], roles: Sequence[RoleDecision], reader: DateReader, seen: set[int]
) -> Iterator[DateLine]:
    """Short lines anywhere that say of which kind their date is, or whose line before says so; then the only date
    of the page that stands alone.
    """
    alone = []
    for index, block in enumerate(blocks):
        if index in seen or len(block.text) > _MAX_ALONE or roles[index].role in _OTHERS:
            continue
        for found in reader.all(block.text)[:1]:
            label = block.text[: found.start].strip() or (blocks[index - 1].text if index else "")
            if len(label) <= _MAX_ALONE // 2 and not _OF_MEMBER.search(label):
                updated = is_of_change(label, len(label), len(label))
                if updated or is_of_publication(label):
                    yield DateLine(block, found, "labelled date", updated)
            if roles[index].role is not Role.HEADER and found.end - found.start > 0.5 * len(block.text):
                alone.append(DateLine(block, found, "only date", updated=False))
    if len({line.found.day for line in alone}) == 1:
        yield alone[0]


def _closes(text: str, found: FoundDate) -> bool:
    """Whether a date stands at the end of its text and in brackets or alone, as a source line's does."""
    tail = text[found.end :].strip()
    if _WORD_LEFT.search(tail):
        return False
    lead = text[: found.start].rstrip()
    bracket = max(lead.rfind("("), lead.rfind("\uff08"), lead.rfind("["))
    return (bracket >= 0 and len(lead) - bracket < 90) or len(lead.strip()) < 50
