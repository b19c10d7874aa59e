"""The references at the start of a page that no parser gets through."""

from __future__ import annotations

from portal_crawler.capture import Capture
from portal_crawler.page.kind import PageKind
from portal_crawler.page.reference_scan import MOST_REFERENCES, scan_references
from portal_crawler.reading import scan_page


def test_references_are_found_as_the_page_wrote_them() -> None:
    tree = scan_references(
        "<base href=/deep/><!-- <a href=/no> --><script>'<a href=/no>'</script>"
        "<A class=x HREF = '/a?x=1&amp;y=2' rel='nofollow me'>The\n text</A><area href=/b><frame src=\"/c\">"
        "<iframe src=/d></iframe><meta http-equiv=Refresh content='0; URL=/e'><a name=here>"
    )
    assert tree.base_href == "/deep/"
    assert [(one.element, one.href) for one in tree.occurrences] == [
        ("a", "/a?x=1&y=2"), ("area", "/b"), ("frame", "/c"), ("iframe", "/d"), ("meta_refresh", "/e"),
    ]  # fmt: skip
    assert (tree.occurrences[0].text, tree.occurrences[0].rel) == ("The text", ("nofollow", "me"))


def test_what_is_looked_at_is_bounded() -> None:
    assert len(scan_references("<a href=/x>" * 100_000).occurrences) == MOST_REFERENCES
    for bait in (
        "<a " * 300_000,
        "<a href" + " " * 900_000,
        "<a href='" + "x" * 900_000,
        "<!--" * 200_000,
        "<" * 900_000,
    ):
        assert scan_references(bait).occurrences == ()


def test_a_page_that_is_scanned_is_unreadable_and_says_why() -> None:
    body = "<a href=/one.html>один</a>".encode("windows-1251")
    headers = ((b"Content-Type", b"text/html; charset=windows-1251"),)
    reading = scan_page(Capture("http://h.test/x.html", body, headers=headers), None, "it was too much")
    assert reading.kind.kind is PageKind.UNREADABLE
    assert [(link.url, link.text) for link in reading.links] == [("http://h.test/one.html", "один")]
    assert reading.problems[0] == "it was too much"
