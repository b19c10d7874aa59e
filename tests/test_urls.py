"""The canonical form: what makes two addresses one page, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.whatwg_urls import measured
from portal_crawler.urls import UrlRules, canonical_url, host_of, resolve, resolve_with_key, url_key
from tests.url_cases import CASES

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
    ("http://h.test/x", "https://h.test/x"),
    ("http://h.test/x", "http://h.test/x?utm%5Fsource=feed&GCLID=1&_hsenc=2"),
    ("http://h.test/x", "http://h.test/x?sid=0123456789abcdef0123456789abcdef"),
    ("http://h.test/x?id=3", "http://h.test/x?PHPSESSID=9f3a&id=3&session_id=a1b2c3d4e5f6a7b8c9"),
    ("http://h.test/b", "http://h.test/a/%2e%2E/b"),
    ("http://h.test/b", "http://h.test/a/..;jsessionid=1/b"),
]

OTHER_PAGE = [
    ("http://h.test/a", "http://h.test/A"),
    ("http://h.test/a", "http://h.test/a/"),
    ("http://h.test/a", "http://h.test:8080/a"),
    ("http://h.test/a", "http://www.h.test/a"),
    ("http://h.test/a?x=1", "http://h.test/a?x=2"),
    ("http://h.test/a/b", "http://h.test/a%2Fb"),
    ("http://h.test/x", "http://h.test/x?sid=20040512"),
    ("http://h.test/x", "http://h.test/x?sid=20040512123456789012"),
    ("http://h.test/x", "http://h.test/x?session=morning"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PAGE)
def test_two_spellings_of_a_page_have_one_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)
    assert (canonical_url(one) or "").partition("://")[2] == (canonical_url(other) or "").partition("://")[2]


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


def test_references_resolve_as_the_standard_has_it() -> None:
    differ, taken, valid, invalid = measured(CASES)
    assert valid + invalid >= 250
    assert len(differ) <= 0.01 * valid, differ
    assert len(taken) <= 0.05 * invalid, taken


def test_a_name_and_a_password_in_a_link_are_dropped() -> None:
    assert resolve("http://h.test/", "http://user:secret@o.test:81/a@b?c@d") == "http://o.test:81/a@b?c@d"


# Pieces of addresses in which one step of the canonical form makes work for another.
_PIECES = st.lists(
    st.sampled_from(
        ["a", "..", ".", "%2e", "%2E%2e", "%7e", "%41", "%d6", "/", "//", "\\", ";jsessionid=1F", "/(S(abc))/",
         "?", "&", "=", "#", "utm_source=1", "utm%5Fsource=2", "sid=0123456789abcdef01", "@", ":", "[", "é",
         " ", "\t", "%zz", "%"]
    ),
    max_size=10,
).map("".join)  # fmt: skip


@given(st.sampled_from(["http://h.test", "HTTPS://u:p@H.test:443", "//[::1]:81", "", "/", "http://127.1"]), _PIECES)
def test_key_and_address_of_a_link_are_those_of_its_two_steps(start: str, rest: str) -> None:
    url = resolve("http://base.test/x/y?z", start + rest)
    both = resolve_with_key("http://base.test/x/y?z", start + rest)
    assert both == (None if url is None else (url, url_key(url)))
    if url is not None:
        once = canonical_url(url)
        assert once is None or canonical_url(once) == once
        assert resolve(url, "") == url
