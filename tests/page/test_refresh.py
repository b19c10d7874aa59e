"""Where a refresh leads: whither browsers go."""

from __future__ import annotations

import pytest

from portal_crawler.page.refresh import header_refresh, refresh_target


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=a.htm", "a.htm"),
        ("0;a.htm", "a.htm"),
        ("0,a.htm", "a.htm"),
        ("0 a.htm", "a.htm"),
        (".5 ; URL = a.htm ", "a.htm"),
        ("0;url='a.htm'b", "a.htm"),
        ('0;url="a.htm', "a.htm"),
        ("0;url=it's.htm", "it's.htm"),
        ("0;'a.htm'", "a.htm"),
        ("url=a.htm", "a.htm"),
        ("0url=a.htm", "a.htm"),
        ("0;urls.htm", "urls.htm"),
        ("0;url", "url"),
        ("", ""),
        ("300", ""),
        ("300;", ""),
        ("0;url=", ""),
        ("0;url=''", ""),
        ("a.htm", ""),
        ("-1;url=a.htm", ""),
        ("0a.htm", ""),
    ],
)
def test_a_refresh_leads_where_it_leads_a_browser(content: str, target: str) -> None:
    assert refresh_target(content) == target


def test_the_header_keeps_its_bytes_and_minds_no_base() -> None:
    (found,) = header_refresh(b"0; url=/\xd6\xd0.htm", "http://h.test/a/b")
    assert (found.element, found.href) == ("meta_refresh", "http://h.test/%D6%D0.htm")
    assert header_refresh(b"30", "http://h.test/") == ()
