"""Story roles: the roles of a page with a running text: headline, paragraphs, captions, and what stands among them."""

from __future__ import annotations

import re
from functools import cached_property

from portal_crawler.page.blocks import Box, Slot
from portal_crawler.page.bylines import authors_of_line
from portal_crawler.page.captions import is_caption
from portal_crawler.page.dates import DateBounds, find_dates
from portal_crawler.page.features import Features
from portal_crawler.page.roles import Reason, Role
from portal_crawler.page.surroundings import Surroundings, is_footer_links, own_sites
from portal_crawler.page.titles import find_title, is_declared_heading
from portal_crawler.page.wording import NOTICE, RELATED, ends_sentence, is_copyright, is_copyright_line, is_disclaimer
from portal_crawler.page.zones import Zone, find_core, read_zones

# Less running text than this makes no story; the shortest briefs are about as long.
_LEAST_PROSE = 70
# A digest has at least so many headlines with an abstract, and they are at least this share of its paragraphs.
_DIGEST, _SHORT_DIGEST = (3, 0.6), (2, 1.0)
_SOURCE_LINE = re.compile(r"\A[(\[\uff08].{3,90}\d.{0,40}[)\]\uff09]\W*\Z", re.DOTALL)
_BOUNDS = DateBounds()
_IN_COLUMN = (Zone.HEAD, Zone.CORE, Zone.TAIL)
_SHORT = 140
_LONG_NOTICE = 600
_TITLE_WEIGHT = (12, 200)

Judged = tuple[Role, tuple[Reason, ...]]


class StoryJudge:
    """The judge of one page. ``is_story``: it has running text and is no digest; ``title``: the headline's slot;
    ``sites``: those that are the page's own.
    """

    def __init__(self, features: Features, address: str) -> None:
        self._features = features
        self._slots = features.tree.slots
        self.sites = own_sites(features.tree, address)
        for index, slot in enumerate(self._slots):
            if features.prose[index] and (
                NOTICE.match(slot.text)
                or _is_copyright(slot.text)
                or is_caption(features, index)
                or is_declared_heading(features, index)
            ):
                features.forget_prose(index)
        core = find_core(features, "prose")
        self._zones = read_zones(features, core)
        self.around = Surroundings(features, self._zones, self.sites)
        self._paragraphs = [
            index
            for index in range(core.first, core.end)
            if features.prose[index] and not self._is_aside(index) and not self.around.furniture(index)
        ]
        self.prose = sum(features.prose[index] for index in self._paragraphs)
        self.title = self._find_title()
        self._zones = self._zones.below(self.title)
        self.around = self.around.seen_from(self._zones)
        self.is_digest = self._is_digest()
        self.is_story = self.prose >= _LEAST_PROSE and not self.is_digest
        if self._paragraphs:
            self._first, self._last = self._span()

    def judge(self) -> tuple[list[Role], list[tuple[Reason, ...]]]:
        """Role and reasons of every slot."""
        judged = [self._one(index) for index in range(len(self._slots))]
        return [role for role, _ in judged], [reasons for _, reasons in judged]

    # -- what the page is

    def _find_title(self) -> int | None:
        first = self._paragraphs[0] if self._paragraphs else len(self._slots)
        outside = (Zone.LEFT, Zone.RIGHT, Zone.BOTTOM)
        found = find_title(self._features, (i for i in range(first) if self._zones.of[i] not in outside))
        if found is None and not self._paragraphs:
            found = find_title(self._features, range(len(self._slots)))
        return self._line_above(first) if found is None else found

    def _line_above(self, first: int) -> int | None:
        """The first short line of the column, behind all links, where no line is set or declared as a headline."""
        if first == len(self._slots):
            return None
        start = self._zones.column.first
        if self._zones.column is self._features.root:
            start = max((i + 1 for i in range(first) if self._slots[i].occurrences), default=start)
        for index in range(start, first):
            slot = self._slots[index]
            if (
                not slot.shown
                or slot.occurrences
                or not _TITLE_WEIGHT[0] <= self._features.weights[index] <= _TITLE_WEIGHT[1]
            ):
                continue
            if not (self._line(index) or self.around.furniture(index) or is_caption(self._features, index)):
                return index
        return None

    def _is_digest(self) -> bool:
        """Whether the paragraphs are abstracts, each with its own headline link in or right before it."""
        headed = 0
        column = self._zones.column
        entries = [i for i in range(column.first, column.end) if self._features.prose[i] and not self._is_aside(i)]
        for index in entries:
            here = self._slots[index]
            before = self._slots[index - 1] if index else here
            starts = bool(here.occurrences) and self._starts_with_link(here)
            follows = (
                before.link_chars > 0.7 * len(before.text) > 10 and self._zones.of[index - 1] is self._zones.of[index]
            )
            headed += starts or follows
        few, share = _DIGEST if len(entries) > 2 else _SHORT_DIGEST
        return headed >= few and headed >= share * len(entries)

    def _starts_with_link(self, slot: Slot) -> bool:
        text = self._features.tree.occurrences[slot.occurrences[0]].text
        return len(text) > 15 and slot.text.startswith(text[:40])

    def _span(self) -> tuple[int, int]:
        """First and last slot of the story: its paragraphs, and short ones of the same setting at both ends."""
        first, last = self._paragraphs[0], self._paragraphs[-1]
        floor = (
            self.title if self.title is not None and self.title < first else max(first - 2, self._zones.core.first) - 1
        )
        for index in range(first - 1, floor, -1):
            if not self._continues(index, first):
                break
            first = index
        for index in range(last + 1, min(self._zones.core.end, last + 6)):
            if not self._continues(index, last):
                break
            last = index
        return first, last

    def _continues(self, index: int, neighbour: int) -> bool:
        slot, other = self._slots[index], self._slots[neighbour]
        alike = slot.box is other.box or (slot.box.label == other.box.label and slot.box.parent is other.box.parent)
        return (
            alike
            and slot.shown
            and not slot.occurrences
            and ends_sentence(slot.text)
            and len(slot.text.split()) > 1
            and not self._line(index)
            and not RELATED.match(slot.text)
        )

    # -- one slot

    def _one(self, index: int) -> Judged:
        slot = self._slots[index]
        if index == self.title:
            return Role.TITLE, (Reason("like the title element, or set as a headline", 0.8),)
        if slot.option:
            return Role.NAVIGATION, (Reason("an entry of a jump menu", 0.7),)
        if is_disclaimer(slot.text):
            return Role.OTHER, (Reason("says whose the opinions are", 0.95),)
        if self._zones.of[index] not in _IN_COLUMN:
            return self.around.judge(index)
        if self._first <= index <= self._last:
            return self._within(index, slot)
        if index < self._first:
            return self._before(index, slot)
        return self._after(index, slot)

    def _within(self, index: int, slot: Slot) -> Judged:
        prose = self._features.prose[index]
        if self._is_aside(index):
            return self._aside(index, slot)
        if is_caption(self._features, index):
            return Role.CAPTION, (Reason("stands with a picture", 0.7),)
        if judged := (self.around.furniture(index) or self._line(index)):
            return judged
        if prose:
            return Role.BODY, (Reason("running text", 0.8), Reason("in the story's box", 0.6))
        if not slot.shown:
            promo = self.around.promo(index)
            return promo or (Role.OTHER, (Reason("a picture in the story", 0.4),))
        if slot.link_chars * 10 > 6 * len(slot.text):
            heading = RELATED.match(self.around.heading_of(index))
            if heading or slot.link_chars > 0.9 * len(slot.text):
                return Role.RELATED, (Reason("a link by itself between paragraphs", 0.5),)
        if RELATED.match(slot.text):
            return Role.RELATED, (Reason("the heading of a list of other stories", 0.7),)
        return Role.BODY, (Reason("between the story's paragraphs", 0.6),)

    def _aside(self, index: int, slot: Slot) -> Judged:
        if is_caption(self._features, index):
            return Role.CAPTION, (Reason("stands with a picture that the text flows around", 0.8),)
        if slot.occurrences or RELATED.match(slot.text):
            return self.around.promo(index) or (Role.RELATED, (Reason("a box that the text flows around", 0.7),))
        return Role.OTHER, (Reason("a box that the text flows around", 0.5),)

    def _before(self, index: int, slot: Slot) -> Judged:
        if judged := self.around.furniture(index):
            return judged
        if is_caption(self._features, index):
            return Role.CAPTION, (Reason("stands with a picture", 0.7),)
        if self._is_aside(index):
            return self._aside(index, slot)
        if self.title is not None and index < self.title:
            if promo := self.around.promo(index):
                return promo
            if slot.occurrences and self._zones.column is self._features.root:
                return self.around.judge(index) if self._zones.of[index] is Zone.TOP else _NAVIGATION
            return _NAVIGATION if slot.occurrences else (Role.OTHER, (Reason("above the headline", 0.4),))
        if judged := self._line(index):
            return judged
        if slot.occurrences and RELATED.match(self.around.heading_of(index)):
            return Role.RELATED, (Reason("a list of other stories, by its heading", 0.7),)
        if slot.occurrences:
            return self.around.promo(index) or (Role.OTHER, (Reason("links between headline and story", 0.5),))
        return Role.OTHER, (Reason("between headline and story", 0.4),)

    def _after(self, index: int, slot: Slot) -> Judged:
        if judged := self._line(index):
            return judged
        if judged := self.around.furniture(index):
            return judged
        if promo := self.around.promo(index):
            return promo
        texts = [self._features.tree.occurrences[number].text for number in slot.occurrences]
        if is_footer_links(texts) or (texts and index > self._footer):
            return Role.FOOTER, (Reason("links of a footer", 0.7),)
        if slot.occurrences or RELATED.match(slot.text):
            return Role.RELATED, (Reason("links below the story", 0.6),)
        if is_caption(self._features, index):
            return Role.CAPTION, (Reason("stands with a picture", 0.7),)
        return Role.OTHER, (Reason("below the story", 0.4),)

    def _line(self, index: int) -> Judged | None:
        """A line about the story that is not of it: agency and date, author, editor's or portal's notice."""
        slot = self._slots[index]
        text = slot.text
        if not text or len(text) > 400:
            return None
        if NOTICE.match(text):
            return Role.OTHER, (Reason("a standing notice", 0.9),)
        if len(text) > _SHORT:
            return None
        dated = find_dates(text, _BOUNDS)
        if dated and (_SOURCE_LINE.match(text) or not ends_sentence(text) or len(text) < 50):
            return Role.BYLINE, (Reason("a line with the date", 0.8),)
        if not slot.occurrences and authors_of_line(text) and not self._features.prose[index]:
            return Role.BYLINE, (Reason("a line with the author", 0.7),)
        return None

    def _is_aside(self, index: int) -> bool:
        """Whether a slot stands in a box within the core that is set aside and holds no larger part of the text."""
        box: Box | None = self._slots[index].box
        core = self._zones.core
        while box is not None and box is not core:
            if box.floats and 3 * self._features.within("prose", box) < self._features.within("prose", core):
                return True
            box = box.parent
        return False

    @cached_property
    def _footer(self) -> int:
        """The slot with which a footer begins below the story: a copyright line, or a footer's links."""
        for number in range(max(self._last + 1, self._zones.core.end), len(self._slots)):
            slot = self._slots[number]
            if is_copyright(slot.text) or is_footer_links(
                [self._features.tree.occurrences[one].text for one in slot.occurrences]
            ):
                return number
        return len(self._slots)


def _is_copyright(text: str) -> bool:
    """Whether a text is a line of copyright; a longer one is about it."""
    return len(text) < _LONG_NOTICE and is_copyright_line(text)


_NAVIGATION: Judged = (Role.NAVIGATION, (Reason("links above the headline", 0.6),))
