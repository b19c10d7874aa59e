"""Scope changes: which of a crawl's known addresses another profile would take in or leave out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import UrlRules, url_key

# Addresses that are told of each kind of change; all are counted.
_MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address of a crawl: ``depth`` is the number of links from a seed to it."""

    url: str
    depth: int


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """An address that changes sides; ``rule`` is what keeps it out before, or after."""

    url: str
    rule: str


@dataclass(frozen=True, slots=True)
class ScopeChanges:
    """Of ``known`` addresses ``within_before`` belonged to the crawl and ``within_after`` would; ``enter`` and
    ``leave`` tell the first of the ``entering`` and ``leaving`` ones.
    """

    known: int = 0
    within_before: int = 0
    within_after: int = 0
    entering: int = 0
    leaving: int = 0
    enter: tuple[ScopeChange, ...] = ()
    leave: tuple[ScopeChange, ...] = ()


def compare_scopes(addresses: Iterable[KnownAddress], before: SiteProfile, after: SiteProfile) -> ScopeChanges:
    """Hold every address against the scope of both profiles."""
    old, new = _Sides(before), _Sides(after)
    known = within_before = within_after = 0
    enter, leave = list[ScopeChange](), list[ScopeChange]()
    entering = leaving = 0
    for address in addresses:
        was, would = old.rule(address), new.rule(address)
        known += 1
        within_before += was is None
        within_after += would is None
        if was is not None and would is None:
            entering += 1
            if entering <= _MOST_TOLD:
                enter.append(ScopeChange(address.url, was))
        elif was is None and would is not None:
            leaving += 1
            if leaving <= _MOST_TOLD:
                leave.append(ScopeChange(address.url, would))
    return ScopeChanges(known, within_before, within_after, entering, leaving, tuple(enter), tuple(leave))


class _Sides:
    """One profile's scope."""

    def __init__(self, profile: SiteProfile) -> None:
        self._scope = ScopeRule(profile)
        self._rules = UrlRules(frozenset(profile.urls.drop_params))

    def rule(self, address: KnownAddress) -> str | None:
        """What keeps an address out; ``None`` where nothing does."""
        key = url_key(address.url, self._rules) or address.url
        refusal = self._scope.refusal(address.url, key, address.depth)
        return None if refusal is None else refusal.rule
