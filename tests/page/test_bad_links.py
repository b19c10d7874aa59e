"""References that lead to no address: which are told, and how often."""

from __future__ import annotations

import pytest

from portal_crawler.capture import Capture
from portal_crawler.page.bad_links import bad_link
from portal_crawler.reading import read_page
from portal_crawler.sites.profile import Limits, SiteProfile

URL = "http://h.test/"
HTML = ((b"Content-Type", b"text/html"),)


@pytest.mark.parametrize(
    ("reference", "link", "redirect"),
    [
        ("file:///etc/passwd", "bad_url", "redirect_scheme"),
        (" FI\nLE:///x ", "bad_url", "redirect_scheme"),
        ("ftp://h/x", "bad_url", "redirect_scheme"),
        ("gopher://127.0.0.1:6379/_x", "bad_url", "redirect_scheme"),
        ("C:\\docs\\a.htm", "bad_url", "redirect_scheme"),
        ("http://[::1", "bad_url", "bad_url"),
        ("//h:99999/", "bad_url", "bad_url"),
        ("mailto:a@b.test", None, "redirect_scheme"),
        ("javascript:void(0)", None, "redirect_scheme"),
        ("data:text/html,x", None, "redirect_scheme"),
        ("tel:1", None, "redirect_scheme"),
    ],
)
def test_a_reference_is_told_by_where_it_stands(reference: str, link: str | None, redirect: str) -> None:
    found, followed = bad_link(reference), bad_link(reference, forwards=True)
    assert (found.reason if found else None) == link
    assert followed is not None
    assert followed.reason == redirect


def test_no_key_of_a_bad_link_is_that_of_an_address() -> None:
    found = bad_link("file:///a)/b" + "x" * 5000)
    assert found is not None
    assert ")" not in found.url_key
    assert len(found.reference) <= 2083


def test_a_page_tells_each_bad_reference_once_and_follows_links_to_its_limit() -> None:
    body = '<p><a href="file:///a">A</a> <a href="file:///a">B</a> <a href="mailto:x">C</a>'
    body += "".join(f'<a href="/{number}">{number}</a> ' for number in range(30))
    profile = SiteProfile(name="p", seeds=(URL,), limits=Limits(links=10))
    reading = read_page(Capture(URL, body.encode(), headers=HTML), profile)
    assert [one.reference for one in reading.bad_links] == ["file:///a"]
    assert len(reading.links) == 10
    assert "more links than 10: 20 further ones are not followed" in reading.problems


def test_an_address_longer_than_a_tag_is_read_so_that_it_can_be_told() -> None:
    body = f'<p><a href="/{"x" * 100_000}">A long one</a> <a href="/b">B</a>'
    links = read_page(Capture(URL, body.encode(), headers=HTML)).links
    assert [len(link.url) for link in links] == [len(URL) + 100_000, len(URL) + 1]
