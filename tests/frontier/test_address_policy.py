"""Which addresses may be contacted: every way of writing a private one is known for what it is."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.frontier.address_policy import AddressPolicy, embedded, opened, why_not_public
from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import resolve, url_key

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::2", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "3fff::1",
    "5f00::1", "100::1", "4000::1", "64:ff9b:1::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:a00:1::1",
    "2002:a9fe:a9fe::",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "2001:200::1", "2001:4860::8888", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8", "2002:808:808::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_the_public_network_is_refused(address: str) -> None:
    assert why_not_public(ip_address(address))
    assert "not in [scope] allow_private" in AddressPolicy().refusal(address, 80)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_network_is_allowed(address: str) -> None:
    assert AddressPolicy().refusal(address, 80) == ""


@given(st.ip_addresses(v=4))
def test_an_ipv6_address_that_stands_for_an_ipv4_one_is_judged_as_that(address: IPv4Address) -> None:
    judged = why_not_public(address)
    for form in (f"::ffff:{address}", f"64:ff9b::{address}", f"2002:{int(address) >> 16:x}:{int(address) & 65535:x}::"):
        assert embedded(ip_address(form)) == address
        assert why_not_public(ip_address(form)) == judged


@given(st.ip_addresses())
def test_nothing_is_public_that_python_holds_for_private(address: IPv4Address) -> None:
    if not why_not_public(address):
        meant = embedded(address)
        assert not any((meant.is_private, meant.is_loopback, meant.is_link_local, meant.is_multicast))


def test_a_private_address_is_opened_at_its_port_alone_whatever_its_notation() -> None:
    policy = AddressPolicy(["127.0.0.1:8000", "[::1]:8001", "10.0.0.7", "localhost:8002"])
    for address, port in [
        ("127.0.0.1", 8000), ("::ffff:127.0.0.1", 8000), ("::1", 8001), ("10.0.0.7", 80), ("10.0.0.7", 443),
        ("127.0.0.1", 8002), ("::1", 8002), ("::1%lo", 8002),
    ]:  # fmt: skip
        assert policy.refusal(address, port) == ""
    for address, port in [("127.0.0.1", 8001), ("::1", 8000), ("10.0.0.7", 8000), ("127.0.0.2", 8000), ("x", 80)]:
        assert policy.refusal(address, port)


def test_an_entry_that_names_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"portal\.test"):
        opened("portal.test:80")


# Browsers read each of these as 127.0.0.1 or [::1], so an attacker writes them.
ODD = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.1./", "http://%31%32%37.0.0.1/",
    "http://%6cocalhost/", "http://\uff11\uff12\uff17.0.0.1/", "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/", "http://127\uff0e0\uff0e0\uff0e1/",
    "http://www.portal.test@127.0.0.1/", "http://www.portal.test:80@127.1/", "http:\\\\127.0.0.1\\x",
    "http:/\\127.0.0.1/", "//127.0.0.1/", "\\\\127.0.0.1\\x", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:7f00:1]/", "http://localhost/", "http://LOCALHOST/",
    "http://localhost./", "http://a.localhost/", "http://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/",
    "http://0/", "http://0.0.0.0/",
    "ht\ntp://127.0.\t0.1/", " http://127.1 ", "http:///127.0.0.1/", "http:\\/127.0.0.1", "https:127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("written", ODD)
def test_every_notation_of_a_loopback_address_is_refused_by_the_scope(written: str) -> None:
    url = resolve("http://www.portal.test/a/", written)
    assert url is not None
    scope = ScopeRule(SiteProfile.model_validate({"name": "p", "seeds": ["http://www.portal.test/"]}))
    refusal = scope.refusal(url, url_key(url) or "", 1)
    assert refusal is not None
    assert refusal.reason == "ssrf", url


def test_another_port_of_a_host_that_is_sent_to_a_private_address_is_somebody_elses() -> None:
    profile = {
        "name": "p",
        "seeds": ["http://www.portal.test/"],
        "scope": {"allow_private": ["127.0.0.1:8000"]},
        "network": {"connect_to": {"*": "127.0.0.1:8000"}},
    }
    scope = ScopeRule(SiteProfile.model_validate(profile))
    reasons = [
        found.reason if (found := scope.refusal(url, url_key(url) or "", 1)) else None
        for url in ("http://www.portal.test/", "http://www.portal.test:8001/", "http://other.test/")
    ]
    assert reasons == [None, "ssrf", "offsite"]
