"""The site's name in a title of which only the title element tells: known by the host, and by nothing less."""

from __future__ import annotations

import pytest

from portal_crawler.extraction import extract

_PROSE = (
    "The council of the river town met on the second day and agreed to rebuild the old bridge before the rains, which "
    "had closed the road to the market ten times."
)
_MORE = (
    "Work begins in June. The Ministry of Transport pays for half of it, and the towns along the river share the rest "
    "of the money, which they have to find by the end of the year."
)
_HEADLINE = "Council agrees to rebuild the old bridge"


def _title(declared: str, address: str) -> str:
    page = f"<html><title>{declared}</title><body><p>{_PROSE}</p><p>{_MORE}</p></body></html>"
    return extract(page, address).title


@pytest.mark.parametrize(
    "declared",
    [
        f"Valley News: {_HEADLINE}",
        f"[Valley News] {_HEADLINE}",
        f"【Valley News】{_HEADLINE}",
        f"{_HEADLINE} (Valley News)",
        f"{_HEADLINE} [Valley News]",
        f"{_HEADLINE}, Valley News",
        f"{_HEADLINE} (www.valley-news.test)",
    ],
)
@pytest.mark.parametrize("host", ["www.valley-news.test", "valleynews.test:8080", "archive.valleynews.co.test"])
def test_a_name_that_the_host_bears_goes(declared: str, host: str) -> None:
    if "www" in declared and "valley-news" not in host:
        return
    assert _title(declared, f"http://{host}/a/b.htm") == _HEADLINE


@pytest.mark.parametrize(
    ("declared", "host"),
    [
        (f"River Times: {_HEADLINE}", "www.valleynews.test"),
        (f"{_HEADLINE} (video)", "www.valleynews.test"),
        (f"{_HEADLINE}, says mayor", "www.valleynews.test"),
        ("China: talks open in the old capital", "www.china.test"),
        ("[China] Talks open in the old capital", "www.china.test"),
        ("Talks open in the old capital, China", "www.china.test"),
        ("Co News: talks open in the old capital", "www.portal.test"),
    ],
)
def test_what_the_host_does_not_bear_out_stays(declared: str, host: str) -> None:
    assert _title(declared, f"http://{host}/a/b.htm") == declared


def test_a_short_name_with_a_word_that_sites_add() -> None:
    assert _title(f"BBC News: {_HEADLINE}", "http://news.bbc.test/1.htm") == _HEADLINE


@pytest.mark.parametrize(
    "declared", ["议会决定重建旧桥_河谷新闻网_2004", "议会决定重建旧桥_河谷新闻网", "议会决定重建旧桥-河谷日报-2004"]
)
def test_a_chinese_portal_with_a_year_behind_it(declared: str) -> None:
    assert _title(declared, "http://www.portal.test/1.htm") == "议会决定重建旧桥"
