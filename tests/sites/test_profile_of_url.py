from __future__ import annotations

import pytest

from portal_crawler.errors import UsageError
from portal_crawler.sites.profile_of_url import profile_of_url


@pytest.mark.parametrize(
    ("url", "name", "hosts"),
    [
        ("http://www.portal.test/english/", "portal.test", ("www.portal.test", "portal.test")),
        ("http://portal.test", "portal.test", ("portal.test", "www.portal.test")),
        ("https://en.portal.test/a?b=c#d", "en.portal.test", ("en.portal.test", "www.en.portal.test")),
        ("HTTP://Old.Portal.Test:8080/", "old.portal.test-8080", ("old.portal.test:8080", "www.old.portal.test:8080")),
    ],
)
def test_a_crawl_of_an_address_stays_on_its_host_with_and_without_www(
    url: str, name: str, hosts: tuple[str, ...]
) -> None:
    profile = profile_of_url(url)
    assert (profile.name, profile.scope.hosts, profile.scope.allow_private) == (name, hosts, ())


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8900/", "127.0.0.1:8900"),
        ("http://localhost/", "localhost:80"),
        ("https://10.0.0.7/x", "10.0.0.7:443"),
        ("http://[::1]:81/", "[::1]:81"),
    ],
)
def test_a_private_address_that_the_url_names_may_be_contacted_and_no_other(url: str, allowed: str) -> None:
    assert profile_of_url(url).scope.allow_private == (allowed,)


@pytest.mark.parametrize("url", ["www.portal.test", "ftp://portal.test/", "http://", "http:///x", "javascript:1", ""])
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(UsageError, match=r"give one such as http://"):
        profile_of_url(url)
