"""The canonical form: what makes two addresses one page, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.urls import UrlRules, canonical_url, host_of, resolve, url_key

SAME_PAGE = [
    ("http://h.test/a", "HTTP://H.TEST:80/a#top"),
    ("http://h.test/", "http://h.test"),
    ("http://h.test/b", "http://h.test/a/../b"),
    ("http://h.test/b", "http://h.test/./b"),
    ("http://h.test/~x", "http://h.test/%7Ex"),
    ("http://h.test/%D6", "http://h.test/%d6"),
    ("http://h.test/x?a=1&b=2", "http://h.test/x?b=2&a=1"),
    ("http://h.test/x", "http://h.test/x?utm_source=feed&fbclid=1"),
    ("http://h.test/x", "http://h.test/x;jsessionid=00FF"),
    ("http://h.test/x.aspx", "http://h.test/(S(abc123))/x.aspx"),
    ("https://h.test/x", "https://user:secret@h.test:443/x"),
]

OTHER_PAGE = [
    ("http://h.test/a", "http://h.test/A"),
    ("http://h.test/a", "http://h.test/a/"),
    ("http://h.test/a", "http://h.test:8080/a"),
    ("http://h.test/a", "http://www.h.test/a"),
    ("http://h.test/a?x=1", "http://h.test/a?x=2"),
    ("http://h.test/a/b", "http://h.test/a%2Fb"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PAGE)
def test_two_spellings_of_a_page_have_one_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(("one", "other"), OTHER_PAGE)
def test_addresses_that_may_differ_keep_their_own_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_the_key_reads_from_the_general_to_the_particular() -> None:
    assert url_key("http://www.portal.test/english/") == "test,portal,www)/english/"
    assert url_key("http://archive.portal.test:8080/") == "test,portal,archive:8080)/"
    assert url_key("http://127.0.0.1:8900/a") == "127.0.0.1:8900)/a"


def test_a_profile_can_drop_parameters_of_its_portal() -> None:
    rules = UrlRules(frozenset({"from"}))
    assert canonical_url("http://h.test/x?from=rss&id=3", rules) == "http://h.test/x?id=3"


@pytest.mark.parametrize(
    "reference", ["javascript:void(0)", "mailto:a@b.test", "data:text/html,x", "http://", "file:///etc/x"]
)
def test_a_reference_that_is_no_web_page_resolves_to_nothing(reference: str) -> None:
    assert resolve("http://h.test/", reference) is None


def test_a_legacy_reference_resolves_as_a_browser_does() -> None:
    assert resolve("http://h.test/a/b.htm", "..\\c d.htm") == "http://h.test/c%20d.htm"
    assert resolve("http://h.test/a/b.htm", "sss") == "http://h.test/a/sss"
    assert resolve("http://h.test/a/b.htm", "\n/x\t.htm ") == "http://h.test/x.htm"


def test_escapes_of_the_address_stay_as_the_page_wrote_them() -> None:
    assert resolve("http://h.test/", "/%d6%D0.htm") == "http://h.test/%d6%D0.htm"


def test_host_of_names_only_an_unusual_port() -> None:
    assert host_of("http://h.test:80/") == "h.test"
    assert host_of("http://h.test:8080/") == "h.test:8080"
    assert host_of("mailto:a@b") == ""


@given(st.text(max_size=60), st.text(max_size=30))
def test_the_canonical_form_of_a_canonical_form_is_itself(path: str, query: str) -> None:
    once = canonical_url(f"http://h.test/{path}?{query}")
    assert once is None or canonical_url(once) == once


@given(st.text(max_size=80))
def test_no_reference_makes_resolve_raise(reference: str) -> None:
    url = resolve("http://h.test/a/b", reference)
    assert url is None or url.startswith(("http://", "https://"))
