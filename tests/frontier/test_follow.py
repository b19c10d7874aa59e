"""Scope, traps, and what a page's links add to the frontier."""

from __future__ import annotations

import pytest

from portal_crawler.frontier.follow import follow
from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.frontier.traps import trap
from portal_crawler.page.links import Element, Link
from portal_crawler.page.roles import Role
from portal_crawler.sites.profile import Scope, SiteProfile
from portal_crawler.urls import url_key


def _scope(**scope: object) -> ScopeRule:
    return ScopeRule(SiteProfile(name="p", seeds=("http://www.portal.test/",), scope=Scope(**scope)))


def _link(url: str, element: Element = Element.A) -> Link:
    return Link(url, url_key(url) or "", "", Role.BODY, element, 0)


@pytest.mark.parametrize(
    ("scope", "url", "depth", "reason"),
    [
        ({}, "http://www.portal.test/a.htm", 1, None),
        ({}, "http://other.test/a.htm", 1, "offsite"),
        ({"hosts": ["portal.test"]}, "http://portal.test:8080/", 1, "offsite"),
        ({"hosts": ["portal.test:8080"]}, "http://portal.test:8080/", 1, None),
        ({"include": ["^/english/"]}, "http://www.portal.test/french/1.htm", 1, "not_included"),
        ({"surt": ["test,portal,www)/english/"]}, "http://www.portal.test/english/1.htm", 1, None),
        ({"surt": ["test,portal,www)/english/"]}, "http://www.portal.test/french/1.htm", 1, "offsite"),
        ({"surt": ["test,other)/"], "hosts": ["www.portal.test"]}, "http://www.portal.test/french/1.htm", 1, None),
        ({"exclude": [r"/search\?"]}, "http://www.portal.test/search?q=x", 1, "excluded"),
        ({}, "http://www.portal.test/" + "x" * 2100, 1, "url_too_long"),
        ({}, "http://127.0.0.1:8000/", 1, "ssrf"),
        ({"hosts": ["127.0.0.1:8000"]}, "http://127.0.0.1:8000/", 1, "ssrf"),
        ({"hosts": ["127.0.0.1:8000"], "allow_private": ["127.0.0.1:8000"]}, "http://127.0.0.1:8000/", 1, None),
        ({"hosts": ["127.0.0.1:8000"], "allow_private": ["127.0.0.1:8000"]}, "http://127.0.0.1:8001/", 1, "ssrf"),
        ({"hosts": ["127.0.0.1:8000"], "allow_private": ["127.0.0.1:8000"]}, "http://localhost:8000/", 1, "offsite"),
        ({}, "http://localhost/", 1, "ssrf"),
        ({}, "http://[::1]/", 1, "ssrf"),
        ({"max_depth": 2}, "http://www.portal.test/a.htm", 3, "depth"),
        ({"aliases": {"mirror.test": "www.portal.test"}, "hosts": ["www.portal.test"]}, "http://mirror.test/", 1, None),
    ],
)
def test_each_rule_of_the_scope_says_why(scope: dict[str, object], url: str, depth: int, reason: str | None) -> None:
    refusal = _scope(**scope).refusal(url, url_key(url) or "", depth)
    assert (refusal.reason if refusal else None) == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://www.portal.test/rules/robots.txt", None),
        ("http://rules.portal.test/robots.txt", None),
        ("http://www.portal.test:8080/robots.txt", "offsite"),
        ("http://other.test/robots.txt", "offsite"),
    ],
)
def test_a_host_is_of_the_scope_whatever_the_path(url: str, reason: str | None) -> None:
    scope = _scope(surt=["test,portal,www)/english/", "test,portal,rules"], include=["^/english/"])
    refusal = scope.refusal_of_host(url, url_key(url) or "")
    assert (refusal.reason if refusal else None) == reason


@pytest.mark.parametrize(
    ("url", "caught"),
    [
        ("http://h/a/b/c.htm", False),
        ("http://h/a/b/a/b/a/b/c.htm", True),
        ("http://h/" + "/".join(map(str, range(30))) + "/a.htm", True),
        ("http://h/calendar?year=2004&month=2", False),
        ("http://h/calendar?year=2104&month=2", True),
    ],
)
def test_endless_addresses_are_known_by_their_form(url: str, caught: bool) -> None:
    assert (trap(url) is not None) is caught


def test_every_link_is_queued_or_has_its_rule_and_each_address_stands_once() -> None:
    links = [
        _link("http://www.portal.test/1.htm"),
        _link("http://other.test/"),
        _link("http://www.portal.test/1.htm#x"),
    ]
    found = follow(links, _scope(), "http://www.portal.test/", 3)
    assert [(one.url, one.reason, one.depth, one.via) for one in found] == [
        ("http://www.portal.test/1.htm", None, 4, "http://www.portal.test/"),
        ("http://other.test/", "offsite", 4, "http://www.portal.test/"),
    ]


def test_an_address_that_the_profile_vouches_for_is_not_refused_by_its_form() -> None:
    links = [_link("http://www.portal.test/a/b/a/b/a/b/x.htm")]
    assert follow(links, _scope(), "http://www.portal.test/", 0)[0].reason == "trap"
    assert follow(links, _scope(), "http://www.portal.test/", 0, endless=lambda _: None)[0].reason is None


def test_the_target_of_a_redirect_is_as_deep_as_the_page() -> None:
    found = follow([_link("http://www.portal.test/2.htm", Element.REDIRECT)], _scope(), "http://www.portal.test/", 3)
    assert found[0].depth == 3
    assert found[0].priority > 0
