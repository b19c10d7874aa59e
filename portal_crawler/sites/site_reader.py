"""Site reader: what a profile says on reading pages, compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from lxml import etree
from lxml.etree import _Element as DomElement
from numpy.typing import NDArray

from portal_crawler.page.block_model import RoleReading
from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.date_reader import DateReader, PublishedRule
from portal_crawler.page.kind import UrlKinds
from portal_crawler.page.roles import Reason, Role, RoleDecision
from portal_crawler.sites.profile import LayoutPeriod, SiteProfile
from portal_crawler.sites.selectors import to_xpath
from portal_crawler.sites.site_maps import SiteMaps
from portal_crawler.urls import NO_RULES, UrlRules


@dataclass(frozen=True, slots=True)
class Layout:
    """The selectors of one period, compiled; ``until`` is the day from which they hold no more."""

    until: date | None
    title: tuple[etree.XPath, ...]
    body: tuple[etree.XPath, ...]
    drop: tuple[etree.XPath, ...]


@dataclass(frozen=True, slots=True)
class SiteReader:
    """A site's rules for reading. The default reads a page of which nothing is known."""

    rules: UrlRules = NO_RULES
    charset: str | None = None
    kinds: UrlKinds = field(default_factory=UrlKinds)
    dates: DateReader = field(default_factory=DateReader)
    layouts: tuple[Layout, ...] = ()
    site_maps: SiteMaps = field(default_factory=lambda: SiteMaps((), NO_RULES))

    def layout_of(self, day: date | None) -> Layout | None:
        """The selectors that hold for a story of that day; of an undated one, those without an end."""
        for layout in self.layouts:
            if layout.until is None or (day is not None and day < layout.until):
                return layout
        return None

    def overrule(self, tree: BlockTree, roles: RoleReading, day: date | None) -> RoleReading:
        """The roles with the selectors' word above the model's: what they take as body is, and nothing else is."""
        layout = self.layout_of(day)
        if layout is None:
            return roles
        titles, bodies, drops = (_selected(paths, tree.root) for paths in (layout.title, layout.body, layout.drop))
        decisions = []
        by_slot: dict[int, Role] = {}
        for decision, at in zip(roles.decisions, tree.block_slots, strict=True):
            within = _ancestry(tree.slots[at].element)
            role, selector = decision.role, ""
            if drops and not drops.isdisjoint(within):
                role, selector = Role.OTHER, "drop"
            elif titles and not titles.isdisjoint(within):
                role, selector = Role.TITLE, "title"
            elif bodies and not bodies.isdisjoint(within):
                role, selector = (decision.role if decision.role in _KEPT else Role.BODY), "body"
            elif bodies and decision.role is Role.BODY:
                role, selector = Role.OTHER, "body (of another place)"
            if selector:
                by_slot[at] = role
                decision = RoleDecision(decision.block, role, _SURE, (Reason(f"[[layout]] {selector}", 1.0),))
            decisions.append(decision)
        occurrence_roles = tuple(
            by_slot.get(one.slot, role) if one.slot is not None else role
            for one, role in zip(tree.occurrences, roles.occurrence_roles, strict=True)
        )
        prose = (
            sum(len(tree.blocks[one.block].text) for one in decisions if one.role is Role.BODY)
            if bodies
            else roles.prose
        )
        return replace(
            roles,
            decisions=tuple(decisions),
            occurrence_roles=occurrence_roles,
            story=roles.story or bool(bodies and prose),
            prose=prose,
            overruled=_overruled(roles, by_slot),
        )


def _overruled(roles: RoleReading, by_slot: Mapping[int, Role]) -> NDArray[np.int8] | None:
    """``RoleReading.overruled`` where selectors have said whether some texts are the page's own."""
    if roles.found is None:
        return None
    before = [0] * len(roles.found.slots) if roles.overruled is None else roles.overruled.tolist()
    said = [by_slot.get(slot) for slot in roles.found.slots]
    return np.array(
        [one if role is None else 1 if role is Role.BODY else -1 for one, role in zip(before, said, strict=True)],
        np.int8,
    )


# Within what a selector takes as the body, these stay what they are.
_KEPT = frozenset({Role.TITLE, Role.CAPTION, Role.BYLINE})
# So sure is a selector's word.
_SURE = 0.99
_NOTHING = SiteReader()


def read_site(profile: SiteProfile | None) -> SiteReader:
    """Compile a profile."""
    if profile is None:
        return _NOTHING
    published = profile.fields.published
    rule = None
    if published is not None:
        zone = ZoneInfo(published.time_zone) if published.time_zone else None
        rule = PublishedRule(re.compile(published.regex), published.format, zone)
    rules = UrlRules(frozenset(profile.urls.drop_params))
    return SiteReader(
        rules=rules,
        charset=profile.charset.prefer,
        kinds=UrlKinds(
            tuple(re.compile(pattern) for pattern in profile.pages.article),
            tuple(re.compile(pattern) for pattern in profile.pages.link),
        ),
        dates=DateReader(rule=rule),
        layouts=tuple(map(_layout, sorted(profile.layout, key=lambda one: one.until or date.max))),
        site_maps=SiteMaps(profile.sitemaps, rules),
    )


class SiteReaders:
    """Compiles each profile once; keeps the last, which is the one that a crawl asks for again and again."""

    def __init__(self) -> None:
        self._last: tuple[SiteProfile | None, SiteReader] = (None, _NOTHING)

    def of(self, profile: SiteProfile | None) -> SiteReader:
        """The reader of a profile."""
        if self._last[0] is not profile:
            self._last = (profile, read_site(profile))
        return self._last[1]


def _layout(period: LayoutPeriod) -> Layout:
    return Layout(period.until, *(_compiled(selectors) for selectors in (period.title, period.body, period.drop)))


def _compiled(selectors: tuple[str, ...]) -> tuple[etree.XPath, ...]:
    return tuple(etree.XPath(to_xpath(selector)) for selector in selectors)


def _selected(paths: tuple[etree.XPath, ...], root: DomElement) -> frozenset[DomElement]:
    found = (path(root) for path in paths)
    return frozenset(one for many in found if isinstance(many, list) for one in many if isinstance(one, DomElement))


def _ancestry(element: DomElement) -> set[DomElement]:
    return {element, *element.iterancestors()}
