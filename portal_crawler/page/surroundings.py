"""Surroundings: the roles of what stands around a page's core, which are the same on story pages and on lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property, lru_cache

from portal_crawler.page.blocks import BlockTree, Box, Slot
from portal_crawler.page.features import Features
from portal_crawler.page.roles import Reason, Role
from portal_crawler.page.wording import (
    FOOTER_LINK,
    PAGER_WORD,
    RELATED,
    TOOLS,
    asks_for_comments,
    is_copyright_line,
    is_offer,
    is_pager_link,
)
from portal_crawler.page.zones import Zone, Zones
from portal_crawler.urls import host_of

Judgement = tuple[Role, tuple[Reason, ...]]

_GROUPS = frozenset(("table", "ul", "ol", "div", "nav", "form", "select", "header", "footer", "td"))
_LINES, _BANNERS = (Role.BYLINE, Role.TITLE), (Role.HEADER, Role.PROMO)
_MENU_LINKS = 5
# Scheme and host of an absolute reference.
_ABSOLUTE = re.compile(r"\s*[a-zA-Z][a-zA-Z0-9+.-]*:[/\\]*[^/\\?#]*")
# More running text than this is no comment form's, however near it stands.
_FORM_PROSE = 150
_CRUMBS = re.compile(r"\A\W*(?:home|\u9996\u9875)\b.{0,120}\s(?:/|>+|\u00bb|\u203a|::|\|)\s", re.IGNORECASE)
_COMMENT_WORDS = re.compile(r"\bcomments?\b|\bcommentlist|\bdisqus|\breplies", re.IGNORECASE)


class Surroundings:
    """The judge of TOP, LEFT, RIGHT and BOTTOM, and of furniture wherever it stands."""

    def __init__(self, features: Features, zones: Zones, sites: frozenset[str]) -> None:
        self._features = features
        self._tree = features.tree
        self._zones = zones
        self._sites = sites
        self._furniture: dict[int, Judgement | None] = {}
        self._of_comments: dict[int, bool] = {}

    def seen_from(self, zones: Zones) -> Surroundings:
        """The same page's, as other zones have it; what does not depend on them is not judged again."""
        other = Surroundings(self._features, zones, self._sites)
        other._furniture, other._of_comments = self._furniture, self._of_comments
        return other

    def judge(self, index: int) -> Judgement:
        """The role of a slot outside the column, by its zone."""
        slot = self._tree.slots[index]
        if promo := self.promo(index):
            return promo
        return _JUDGES[self._zones.of[index]](self, index, slot)

    def furniture(self, index: int) -> Judgement | None:
        """Tools, pager, breadcrumb, comments and copyright lines, wherever they stand in the column."""
        if index not in self._furniture:
            self._furniture[index] = self._furniture_of(index)
        return self._furniture[index]

    def _furniture_of(self, index: int) -> Judgement | None:
        slot = self._tree.slots[index]
        if self.is_pager(slot):
            return Role.NAVIGATION, (Reason("links to other pages of the same list or story", 0.8),)
        short = len(slot.text) < 160
        if short and slot.text and TOOLS.match(slot.text):
            return Role.OTHER, (Reason("a line of tools", 0.85),)
        if short and _CRUMBS.match(slot.text):
            return Role.NAVIGATION, (Reason("a breadcrumb", 0.8),)
        if self._in_comments(slot):
            return Role.COMMENTS, (Reason("stands in the comments' form or list", 0.7),)
        if self._features.weights[index] < 300 and is_copyright_line(slot.text):
            return Role.FOOTER, (Reason("a copyright or contact line", 0.9),)
        return None

    def promo(self, index: int) -> Judgement | None:
        """A picture that leads to another site, or an offer."""
        slot = self._tree.slots[index]
        if slot.occurrences and slot.hidden and all(map(self.leads_away, slot.occurrences)):
            return Role.PROMO, (Reason("hidden links to other sites", 0.9),)
        if slot.occurrences and not slot.shown and slot.images and all(map(self.leads_away, slot.occurrences)):
            return Role.PROMO, (Reason("a picture that leads to another site", 0.8),)
        if slot.occurrences and not slot.shown and slot.images and self._zones.of[index] in (Zone.RIGHT, Zone.TAIL):
            return Role.PROMO, (Reason("a linked picture beside or below the story", 0.5),)
        if slot.text and len(slot.text) < 120 and slot.link_chars and is_offer(slot.text):
            return Role.PROMO, (Reason("words of an offer", 0.5),)
        return None

    def is_pager(self, slot: Slot) -> bool:
        """Whether a slot's links all are page numbers or lead one page on."""
        occurrences = self._tree.occurrences
        if not slot.occurrences or not all(is_pager_link(occurrences[number].text) for number in slot.occurrences):
            return False
        return len(PAGER_WORD.sub("", slot.text)) < 12

    def leads_away(self, number: int) -> bool:
        """Whether an occurrence leads to another site."""
        site = _site_of(self._tree.occurrences[number].href)
        return bool(site) and site not in self._sites

    def occurrence_role(self, number: int, role: Role) -> Role:
        """The role of one occurrence in a slot of ``role``: tools in a byline, a logo beside a banner."""
        one = self._tree.occurrences[number]
        if role in _LINES and TOOLS.match(one.text):
            return Role.OTHER
        slot = self._tree.slots[one.slot] if one.slot is not None else None
        if slot is not None and not slot.shown and slot.images > 1 and role in _BANNERS:
            return Role.PROMO if self.leads_away(number) else Role.HEADER
        return role

    def _in_comments(self, slot: Slot) -> bool:
        box: Box | None = slot.box
        for _ in range(4):
            if box is None or box.end - box.first > 12:
                return False
            if (box.controls and slot.text and self._is_comment_form(box)) or (
                box.words and _names_comments(box.words)
            ):
                return True
            box = box.parent
        return False

    def _is_comment_form(self, box: Box) -> bool:
        found = self._of_comments.get(box.index)
        if found is None:
            found = self._features.within("prose", box) <= _FORM_PROSE and asks_for_comments(
                _text_of(self._tree.slots[box.first : box.end])
            )
            self._of_comments[box.index] = found
        return found

    # -- zones

    @cached_property
    def _menu(self) -> int:
        """The first slot of the menu above the core: of the groups with many links the one nearest to the core."""
        counts: dict[int, list[int]] = {}
        for index, zone in enumerate(self._zones.of):
            if zone is Zone.TOP and self._features.links[index] and not self._tree.slots[index].hidden:
                group = _group(self._tree.slots[index])
                count = counts.setdefault(group.index, [0, index])
                count[0] += self._features.links[index]
        most = max((count for count, _ in counts.values()), default=0)
        menus = [first for count, first in counts.values() if count >= _MENU_LINKS and 2 * count >= most]
        return menus[-1] if menus else len(self._zones.of)

    def _top(self, index: int, slot: Slot) -> Judgement:
        if self.is_pager(slot) or _CRUMBS.match(slot.text):
            return Role.NAVIGATION, (Reason("a breadcrumb or pager", 0.8),)
        if index >= self._menu or slot.option:
            return Role.NAVIGATION, (Reason("the menu above the content, or behind it", 0.6),)
        return Role.HEADER, (Reason("above the menu", 0.6),)

    def _left(self, index: int, slot: Slot) -> Judgement:
        return Role.NAVIGATION, (Reason("the column in front of the content", 0.7),)

    def _right(self, index: int, slot: Slot) -> Judgement:
        heading = self.heading_of(index)
        if is_offer(heading):
            return Role.PROMO, (Reason("under the heading of an offer", 0.6),)
        if not slot.occurrences and not slot.text:
            return Role.OTHER, (Reason("a picture in the column behind the content", 0.3),)
        return Role.RELATED, (Reason("the column behind the content", 0.6),)

    def _bottom(self, index: int, slot: Slot) -> Judgement:
        if RELATED.match(self.heading_of(index)):
            return Role.RELATED, (Reason("a list of other stories, by its heading", 0.7),)
        if self._in_comments(slot):
            return Role.COMMENTS, (Reason("stands in the comments' form or list", 0.7),)
        if slot.occurrences and TOOLS.match(slot.text):
            return Role.OTHER, (Reason("a line of tools", 0.85),)
        return Role.FOOTER, (Reason("below the content", 0.7),)

    def heading_of(self, index: int) -> str:
        """The text that heads a slot's list: the first without link in its group, or in the one before."""
        slots = self._tree.slots
        box = _group(slots[index])
        for _ in range(3):
            first = slots[box.first] if box.first < len(slots) else slots[index]
            if first.text and not first.link_chars and len(first.text) < 60 and box.first != index:
                return first.text
            before = box.first - 1
            if before >= 0 and self._zones.of[before] == self._zones.of[index]:
                text = slots[before].text
                if text and not slots[before].link_chars and len(text) < 60:
                    return text
            if box.parent is None or box.parent.end - box.parent.first > 60:
                break
            box = box.parent
        return ""


_JUDGES: dict[Zone, Callable[[Surroundings, int, Slot], Judgement]] = {
    Zone.TOP: Surroundings._top,
    Zone.LEFT: Surroundings._left,
    Zone.HEAD: Surroundings._left,
    Zone.CORE: Surroundings._right,
    Zone.TAIL: Surroundings._bottom,
    Zone.RIGHT: Surroundings._right,
    Zone.BOTTOM: Surroundings._bottom,
}


def _names_comments(words: str) -> bool:
    """Whether a class and id are those of a list of comments."""
    return ("comment" in words or "disqus" in words or "replies" in words) and (
        "content" not in words and bool(_COMMENT_WORDS.search(words))
    )


def is_footer_links(texts: list[str]) -> bool:
    """Whether a line's links are those of a footer."""
    return sum(bool(FOOTER_LINK.match(text)) for text in texts) * 2 > len(texts) > 0


def _group(slot: Slot) -> Box:
    box = slot.box
    while box.parent is not None and (box.tag not in _GROUPS or (box.tag == "td" and box.end - box.first <= 1)):
        box = box.parent
    return box


def _text_of(slots: tuple[Slot, ...]) -> str:
    return " ".join(slot.text for slot in slots)


def own_sites(tree: BlockTree, address: str) -> frozenset[str]:
    """The page's own site, and those to which a good part of its links lead: a mirror's lead to the original."""
    sites = Counter(site for one in tree.occurrences if (site := _site_of(one.href)))
    many = {site for site, count in sites.items() if 4 * count >= len(tree.occurrences)}
    return frozenset(many | {_site_of(address)})


def _site_of(reference: str) -> str:
    """The site that a reference names; "" of a relative one."""
    named = _ABSOLUTE.match(reference)
    return _site(named[0].strip()) if named else ""


@lru_cache(4_096)
def _site(start: str) -> str:
    """The last two labels of a host: near enough to its registered domain to tell an advertiser from the portal."""
    return ".".join(host_of(start).partition(":")[0].split(".")[-2:])
