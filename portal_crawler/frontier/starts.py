"""Starts: what a crawl's frontier begins with: the profile's addresses, and those that an earlier crawl knew. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from portal_crawler.errors import UsageError
from portal_crawler.frontier.ledger_sqlite import Discovery
from portal_crawler.frontier.revisit import RevisitRule, next_visit, visit_priority
from portal_crawler.frontier.scope import TAKEDOWN, Refusal, ScopeRule
from portal_crawler.frontier.traps import Endless, trap
from portal_crawler.frontier.visits_sqlite import KnownAddress
from portal_crawler.sites.profile import Revisit, SiteProfile
from portal_crawler.urls import UrlRules, host_of, resolve, url_key

# Before whatever is found: a seed is asked for first.
SEED_PRIORITY = 9
NOT_DUE = "not_due"


def starts_of(profile: SiteProfile) -> tuple[str, ...]:
    """The addresses that a profile names."""
    return (*profile.seeds, *profile.feeds, *profile.sitemaps)


def seeds(profile: SiteProfile, scope: ScopeRule, rules: UrlRules) -> list[Discovery]:
    """The profile's addresses as the first of a frontier.

    :raises UsageError: where one is no address, or the profile's own scope refuses it.
    """
    return [_seed(text, scope, rules) for text in starts_of(profile)]


def check_starts(profile: SiteProfile) -> None:
    """Whether a crawl can begin with the profile's addresses; to be asked before it writes anything.

    :raises UsageError: as ``seeds`` does.
    """
    seeds(profile, ScopeRule(profile), UrlRules(frozenset(profile.urls.drop_params)))


def named(profile: SiteProfile, rules: UrlRules) -> dict[str, Discovery]:
    """The profile's addresses, as it writes them, whatever its scope says of them.

    :raises UsageError: where one is no address.
    """
    return {text: Discovery(*(found := _address(text, rules)), host_of(found[0])) for text in starts_of(profile)}


def seeds_among(
    found: Mapping[str, Discovery], keys: Container[str], scope: ScopeRule, rules: UrlRules
) -> list[Discovery]:
    """Those of the named addresses that have one of some keys, each once, as the first of a frontier.

    :raises UsageError: where the profile's own scope refuses one.
    """
    texts = {one.url_key: text for text, one in found.items() if one.url_key in keys}
    return [_seed(text, scope, rules) for text in texts.values()]


def _address(text: str, rules: UrlRules) -> tuple[str, str]:
    url = resolve(text, "") or ""
    key = url_key(url, rules)
    if key is None:
        raise UsageError(text, "is no http or https address", "write it in full, such as http://www.example.org/")
    return url, key


def _seed(text: str, scope: ScopeRule, rules: UrlRules) -> Discovery:
    url, key = _address(text, rules)
    refusal = scope.refusal(url, key, 0)
    if refusal and refusal.reason == TAKEDOWN:
        return Discovery(url, key, host_of(url), reason=refusal.reason, rule=refusal.rule)
    if refusal:
        cure = "change [scope] so that the seed belongs to the crawl"
        raise UsageError(text, f"is outside of the crawl's own scope ({refusal.rule})", cure)
    return Discovery(url, key, host_of(url), priority=SEED_PRIORITY)


def known_again(
    known: Iterable[KnownAddress],
    scope: ScopeRule,
    revisit: Revisit,
    now: float,
    seeded: frozenset[str],
    endless: Endless = trap,
) -> Iterator[Discovery]:
    """The addresses of an earlier crawl: to visit again, or with the rule that decided against it.

    :param now: seconds since the epoch.
    :param seeded: keys that are seeds of this crawl.
    :param endless: the mark of an address that is hopeless by its form alone.
    """
    rule = RevisitRule(revisit.min_interval, revisit.max_interval)
    for one in known:
        if one.url_key in seeded:
            continue
        refusal = (
            scope.refusal(one.url, one.url_key, one.depth) or endless(one.url) or _not_due(one, revisit, rule, now)
        )
        yield Discovery(
            url=one.url,
            url_key=one.url_key,
            host=one.host,
            priority=visit_priority(one.history, one.kind, rule, now),
            depth=one.depth,
            via=one.via,
            hops=one.hops,
            reason=refusal.reason if refusal else None,
            rule=refusal.rule if refusal else None,
        )


def _not_due(one: KnownAddress, revisit: Revisit, rule: RevisitRule, now: float) -> Refusal | None:
    if one.history is None or one.history.last_visit is None:
        return None
    if now < one.history.last_visit:
        return None  # a clock was ahead: how long ago that was is not known
    if now - one.history.last_visit < rule.min_interval:
        last = _iso(one.history.last_visit)
        return Refusal(NOT_DUE, f"[revisit] min_interval = {rule.min_interval:g}; the last visit was at {last}")
    due = next_visit(one.history, one.kind, rule)
    if revisit.policy == "due" and now < due:
        return Refusal(NOT_DUE, f'[revisit] policy = "due"; the next visit is due at {_iso(due)}')
    return None


def _iso(at: float) -> str:
    return f"{datetime.fromtimestamp(min(at, 253_402_300_799), UTC):%Y-%m-%dT%H:%M:%SZ}"
