"""Which shard asks for the addresses of a host."""

from __future__ import annotations

from collections import Counter

import pytest

from portal_crawler.frontier.ownership import Ownership, shard_name

_ALIASES = {"mirror.portal.test": "www.portal.test", "old.mirror.test:8080": "mirror.portal.test"}


def test_the_owner_of_a_host_is_the_same_in_every_process_and_version() -> None:
    hosts = ("a.test", "b.test", "c.test", "[::1]", "10.0.0.1")
    assert [Ownership(7, {}).of(host) for host in hosts] == [1, 6, 4, 1, 5]


@pytest.mark.parametrize(
    "host",
    ["portal.test", "portal.test:8080", "www.portal.test:81", "mirror.portal.test", "old.mirror.test:8080"],
)
def test_other_names_and_ports_of_a_site_have_its_owner(host: str) -> None:
    ownership = Ownership(64, _ALIASES)
    assert ownership.of(host) == ownership.of("www.portal.test")
    assert ownership.of("service.portal.test") != ownership.of("www.portal.test")


def test_aliases_that_lead_in_a_circle_end() -> None:
    assert 0 <= Ownership(3, {"a.test": "b.test", "b.test": "a.test"}).of("a.test") < 3


def test_many_hosts_are_spread_evenly() -> None:
    ownership = Ownership(4, {})
    counts = Counter(ownership.of(f"www.site{number}.test") for number in range(4_000))
    assert sorted(counts) == [0, 1, 2, 3]
    assert min(counts.values()) > 900
    assert shard_name(3) == "03"
