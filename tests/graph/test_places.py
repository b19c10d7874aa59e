"""Section, host and registered domain of an address."""

from __future__ import annotations

import pytest

from portal_crawler.graph.places import Domains
from portal_crawler.urls import host_of_key, name_of, section_of_key, url_key


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("http://www.portal.test/english/2004/1.htm", "www.portal.test/english/"),
        ("http://www.portal.test/english/", "www.portal.test/english/"),
        ("http://www.portal.test/english", "www.portal.test/"),
        ("http://www.portal.test/?next=/a/b", "www.portal.test/"),
        ("http://portal.test:8080//double/x", "portal.test:8080/"),
        ("http://[::1]:80/a/b", "[::1]/a/"),
        ("http://127.0.0.1:8900/a/b", "127.0.0.1:8900/a/"),
    ],
)
def test_a_section_is_a_host_and_the_first_folder(url: str, section: str) -> None:
    key = url_key(url)
    assert key is not None
    assert name_of(section_of_key(key)) == section


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("http://www.portal.test/", "portal.test"),  # a suffix that the list does not know
        ("http://a.b.paper.co.uk:8080/", "paper.co.uk"),
        ("http://co.uk/", "co.uk"),
        ("http://news.example.com/", "example.com"),
        ("http://me.blogspot.com/", "blogspot.com"),  # the private part of the list is left out
        ("http://xn--fiqs8s.xn--fiqs8s/", "xn--fiqs8s.xn--fiqs8s"),
        ("http://localhost:8000/", "localhost"),
        ("http://127.0.0.1:8900/", "127.0.0.1"),
        ("http://[2001:db8::1]:8080/", "[2001:db8::1]"),
    ],
)
def test_a_domain_is_what_was_registered(url: str, domain: str) -> None:
    key = url_key(url)
    assert key is not None
    assert name_of(Domains().of_host(host_of_key(key))) == domain
