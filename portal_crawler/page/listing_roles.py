"""Listing roles: the roles of a page without running text: its central listing is the body, its links lead on."""

from __future__ import annotations

from portal_crawler.page.blocks import Box
from portal_crawler.page.features import Features
from portal_crawler.page.roles import Reason, Role
from portal_crawler.page.surroundings import Surroundings
from portal_crawler.page.wording import NOTICE, RELATED
from portal_crawler.page.zones import Zone, column_of, find_core, read_zones

# The central listing holds about half of a page's headlines: boxes beside it have their own.
_SHARE = 0.5


class ListingJudge:
    """The judge of one page without running text. ``listed`` is the number of links in its central listing."""

    def __init__(self, features: Features, sites: frozenset[str], title: int | None) -> None:
        self._features = features
        self._title = title
        tree = features.tree
        if title is not None:
            self._zones = read_zones(features, column_of(features, tree.slots[title].box)).below(title)
        else:
            name = "headlines" if features.within("headlines", features.root) else "links"
            core = find_core(features, name, _SHARE)
            column = column_of(features, core)
            single = column.parent is None
            self._zones = read_zones(features, core if single else _widest(features, column, name))
            self._zones = self._zones.below(core.first) if single else self._zones
        self.around = Surroundings(features, self._zones, sites)
        self._is_frameset = any(one.element == "frame" for one in tree.occurrences)
        self.listed = 0

    def judge(self) -> tuple[list[Role], list[tuple[Reason, ...]]]:
        """Role and reasons of every slot."""
        roles: list[Role] = []
        reasons: list[tuple[Reason, ...]] = []
        for index in range(len(self._features.tree.slots)):
            role, why = self._one(index)
            self.listed += self._features.links[index] if role is Role.BODY else 0
            roles.append(role)
            reasons.append(why)
        return roles, reasons

    def _one(self, index: int) -> tuple[Role, tuple[Reason, ...]]:
        if index == self._title:
            return Role.TITLE, (Reason("the page's heading", 0.8),)
        central = (Zone.HEAD, Zone.CORE, Zone.TAIL) if self._title is not None else (Zone.HEAD, Zone.CORE)
        if self._zones.of[index] not in central:
            return self.around.judge(index)
        slot = self._features.tree.slots[index]
        if self._title is not None and index < self._title and self._zones.of[index] is not Zone.TOP:
            return self._before(index)
        if slot.option:
            return Role.NAVIGATION, (Reason("an entry of a jump menu", 0.7),)
        if furniture := (self.around.furniture(index) or self.around.promo(index)):
            return furniture
        if slot.text and NOTICE.match(slot.text):
            return Role.OTHER, (Reason("a standing notice", 0.9),)
        if RELATED.match(self.around.heading_of(index)) and slot.box.floats:
            return Role.RELATED, (Reason("a box set aside", 0.6),)
        if self._is_frameset:
            return Role.NAVIGATION, (Reason("for browsers without frames", 0.7),)
        return Role.BODY, (Reason("the page's central listing", 0.6),)

    def _before(self, index: int) -> tuple[Role, tuple[Reason, ...]]:
        if self._features.links[index]:
            return Role.NAVIGATION, (Reason("links above the page's heading", 0.6),)
        return Role.OTHER, (Reason("above the page's heading", 0.4),)


def _widest(features: Features, column: Box, name: str) -> Box:
    """Of a column and those beside it, the one that counts most by what it holds times how wide it is set."""
    if column.parent is None:
        return column
    beside = [box for box in features.children[column.parent.index] if box.tag == column.tag]
    return max(beside, key=lambda box: features.within(name, box) * _width(box), default=column)


def _width(box: Box) -> int:
    """The width that a cell is set to, in pixels of a page of 800; 200 where nothing says."""
    if box.width.rstrip("%").isdigit():
        number = int(box.width.rstrip("%"))
        return 8 * number if box.width.endswith("%") else number
    return 200
