"""What is drafted of a portal, and with which evidence."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime

import pytest

from portal_crawler.capture import Capture
from portal_crawler.errors import SeedsUnreachableError
from portal_crawler.probe.draft import draft
from portal_crawler.probe.entry import Entry
from portal_crawler.probe.evidence import Evidence, NotFetched, RobotsFile, check_pages
from portal_crawler.reading import read_page
from portal_crawler.sites.profile import Network, Politeness, Scope, SiteProfile
from portal_crawler.sites.profile_of_url import profile_of_url
from tests.probe.evidence_of import evidence_of, hub, story

DAY = datetime(2026, 11, 28, 12, tzinfo=UTC)


def drafted(evidence: Evidence, requests: int = 1) -> str:
    return draft(evidence, "data/crawls/probe-portal.test/x", DAY, requests).text


def entry(evidence: Evidence, key: str) -> Entry:
    found = [one for one in draft(evidence, "x", DAY, 30).entries if one.key == key]
    assert len(found) == 1
    return found[0]


PORTAL = {
    "/": hub(
        "/china/", "/travel/", *(f"/china/{n}.htm" for n in range(5)), *(f"/travel/{n}.htm" for n in range(9, 12))
    ),
    "/china/": hub(*(f"/china/{n}.htm" for n in range(8)), title="China"),
    "/travel/": hub(*(f"/travel/{n}.htm" for n in range(9, 14)), title="Travel"),
    "/china/1.htm": story(1),
    "/china/2.htm": story(2),
    "/travel/9.htm": story(9),
}


def test_a_form_of_address_that_stories_have_is_learned_with_its_sections_left_open() -> None:
    found = entry(evidence_of(PORTAL), "pages.article")
    assert found.value == (r"^/[A-Za-z_-]+/\d+\.htm$",)
    assert found.notes[0] == "3 of 3 article pages match, and 0 of 3 other pages"
    assert all(re.search(found.value[0], path) for path in ("/culture/77.htm", "/china/1.htm"))
    assert not any(re.search(found.value[0], path) for path in ("/china/", "/china/index.htm", "/a/b/1.htm"))


def test_the_name_of_a_month_in_an_address_counts_as_a_number() -> None:
    pages = {"/": hub("/2002/Feb/1.htm", "/2003/Mar/2.htm"), "/2002/Feb/1.htm": story(1), "/2003/Mar/2.htm": story(2)}
    assert entry(evidence_of(pages), "pages.article").value == (r"^/\w+/\w+/\d+\.htm$",)


def test_a_form_that_lists_have_as_well_is_not_said_to_be_of_stories() -> None:
    lists = {f"/china/{n}.htm": hub(*(f"/x/{m}" for m in range(9)), title="List") for n in (3, 4, 5, 6, 7)}
    found = entry(evidence_of({**PORTAL, **lists}), "pages.article")
    assert found.value is None
    assert "no form of address to be sure of" in found.notes[-1]


def test_a_drafted_file_says_its_evidence_and_is_a_profile() -> None:
    text = drafted(evidence_of(PORTAL), 30)
    assert text.startswith("# Drafted by portal-crawler probe on 2026-11-28, from 30 requests.\n")
    assert "# Fetched: 6 pages (3 link page, 3 article), 0 robots.txt files, 24 that failed" in text
    data = tomllib.loads(text)
    assert (data["name"], data["seeds"]) == ("portal.test", ["http://www.portal.test/"])
    assert data["title"] == "Great River Online"


def test_what_a_page_says_never_becomes_a_key() -> None:
    evil = 'x"\n[politeness]\nrobots = "ignore"\r\u2028statement = "me"\x00\x1b[2J'
    pages = {**PORTAL, "/china/2.htm": story(2, line=f"(Valley Daily {evil} October 15, 2004)", extra=f"<p>{evil}")}
    pages["/"] = hub(*(f"/china/{n}.htm" for n in range(5)), "/search?q=%0Aname='x' Search", title=evil)
    missed = (NotFetched(f"http://www.portal.test/{evil}", "trap", evil),)
    robots = (RobotsFile("http://www.portal.test", 200, f"Disallow: /{evil}\nSitemap: http://www.portal.test/{evil}"),)
    found = draft(evidence_of(pages, missed=missed, robots=robots), "x", DAY, 30)
    assert found.profile.politeness == Politeness()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u2028]", found.text)


def test_hosts_of_the_portal_that_answered_are_in_and_others_are_named() -> None:
    pages = {
        **PORTAL,
        "http://english.portal.test/": hub("/1.htm", "http://archive.portal.test:8080/", "http://other.test/"),
    }
    found = entry(evidence_of(pages), "scope.hosts")
    assert found.value == ("www.portal.test", "portal.test", "english.portal.test")
    told = "\n".join(found.notes)
    assert "linked, and not asked for: archive.portal.test:8080 (1 link)" in told
    assert "links to others, not followed: other.test (1)" in told


def test_a_host_that_shows_the_same_page_at_the_same_path_is_an_alias() -> None:
    front = hub(*(f"/china/{n}.htm Ferry {n} runs again from Monday" for n in range(9)))
    found = entry(evidence_of({**PORTAL, "/": front, "http://mirror.portal.test/": front}), "scope.aliases")
    assert found.value == {"mirror.portal.test": "www.portal.test"}


def test_a_shared_domain_makes_no_portal_of_its_names() -> None:
    start = SiteProfile(name="gov", seeds=("http://www.gov.cn/",))
    pages = {"http://www.gov.cn/": hub("http://moe.gov.cn/"), "http://moe.gov.cn/": hub("/a.htm")}
    assert entry(evidence_of(pages, start=start), "scope.hosts").value == ("www.gov.cn",)


TRAPS = ("/calendar.php?y=2004&m=1", "/search?q=a", "/mail.asp?id=1", "/login", "/list.htm?sort=date")


@pytest.mark.parametrize("link", TRAPS)
def test_what_leads_to_no_story_is_excluded(link: str) -> None:
    pages = {**PORTAL, "/": hub(link, *(f"/china/{n}.htm" for n in range(5)))}
    found = entry(evidence_of(pages), "scope.exclude")
    assert [bool(re.search(one, link)) for one in found.value] == [True]
    assert not any(re.search(found.value[0], path) for path in ("/china/1.htm", "/research/1.htm", "/mailbag/2.htm"))


def test_an_exclusion_that_would_lose_a_story_is_only_told() -> None:
    pages = {**PORTAL, "/": hub("/search/7.htm"), "/search/7.htm": story(7)}
    found = entry(evidence_of(pages), "scope.exclude")
    assert found.value is None
    assert "left in, since a story was read at such an address" in found.notes[0]


def test_a_parameter_that_chooses_no_page_is_dropped_where_the_page_is_linked_without_it_too() -> None:
    pages = {**PORTAL, "/": hub("/china/1.htm", "/china/1.htm?from=rss", "/travel/99.htm?ref=top")}
    found = entry(evidence_of(pages), "urls.drop_params")
    assert found.value == ("from",)
    assert found.notes[1].startswith('ref: 1 link such as "http://www.portal.test/travel/99.htm?ref=top", 0 of them')


def test_charsets_declared_and_used_are_counted_and_the_one_of_unlabelled_pages_is_preferred() -> None:
    text = "渡船将从星期一起重新开往石桥。港务局星期五表示。此前三周乘客只能绕道走山口公路。" * 8
    chinese = f"<title>渡船</title><h1>渡船重新开航</h1><p>{text}</p><p>{text}</p>".encode("gb18030")
    pages: dict[str, str | bytes] = {**PORTAL, **{f"/zh/{n}.htm": chinese for n in range(3)}}
    found = entry(evidence_of(pages), "charset.prefer")
    assert (found.value, found.sure) == ("gb18030", True)
    assert "declared nothing, read as gb18030: 3 of 9 pages" in found.notes


def test_where_every_page_has_a_right_label_the_charset_of_nearly_all_is_a_guess() -> None:
    chinese = "<meta charset=gb2312><title>渡船</title><p>渡船将从星期一起重新开往石桥。</p>".encode("gb18030")
    found = entry(evidence_of({f"/{n}.htm": chinese for n in range(4)}), "charset.prefer")
    assert (found.value, found.sure) == ("gb18030", False)


def test_dates_that_could_be_read_in_two_ways_get_a_rule_by_those_that_could_not() -> None:
    pages = {
        "/": hub("/china/1.htm"),
        "/china/1.htm": story(1, "(Valley Daily 05/04/2001)"),
        "/china/2.htm": story(2, "(Valley Daily 05/28/2001)"),
    }
    found = entry(evidence_of(pages), "fields.published")
    assert found.value == {"regex": r"\b(\d{1,2}/\d{1,2}/\d{4})\b", "format": "%m/%d/%Y"}
    assert not found.sure
    assert any("the month is first" in note for note in found.notes)


def test_a_time_zone_is_guessed_by_the_country_and_the_guess_is_called_one() -> None:
    start = SiteProfile(name="cn", seeds=("http://www.portal.cn/",))
    pages = {"http://www.portal.cn/": hub("/1.htm"), "http://www.portal.cn/1.htm": story(1)}
    found = entry(evidence_of(pages, start=start), "fields.published")
    assert any("Asia/Shanghai is a guess by .cn" in note for note in found.notes)


def test_site_maps_and_feeds_are_taken_where_they_answered_and_robots_names_more() -> None:
    rss = "<rss><channel><item><link>http://www.portal.test/china/1.htm</link></item></channel></rss>"
    robots = (RobotsFile("http://www.portal.test", 200, "User-agent: *\nSitemap: /maps/news.xml\nCrawl-delay: 7\n"),)
    evidence = evidence_of({**PORTAL, "/news.rss": rss}, robots=robots)
    assert entry(evidence, "feeds").value == ("http://www.portal.test/news.rss",)
    assert entry(evidence, "sitemaps").value == ("http://www.portal.test/maps/news.xml",)
    assert any("Crawl-delay of 7 s: it is kept" in note for note in entry(evidence, "politeness.delay").notes)


def test_what_the_start_says_of_network_and_manners_is_kept() -> None:
    start = SiteProfile(
        name="portal.test",
        seeds=("http://www.portal.test/",),
        scope=Scope(hosts=("www.portal.test",), allow_private=("127.0.0.1:8900",), exclude=("/old/",)),
        network=Network(connect_to={"*": "127.0.0.1:8900"}),
        politeness=Politeness(delay=3, contact="archive@library.test"),
    )
    profile = draft(evidence_of(PORTAL, start=start), "x", DAY, 30).profile
    assert (profile.network, profile.politeness) == (start.network, start.politeness)
    assert profile.scope.allow_private == ("127.0.0.1:8900",)
    assert "/old/" in profile.scope.exclude


def test_a_portal_of_which_nothing_but_the_front_page_came_still_makes_a_profile() -> None:
    text = drafted(evidence_of({"/": hub()}))
    assert "# published: no article was read, so no date line was seen" in text


def test_an_answer_that_is_no_page_and_a_site_map_that_did_not_come_are_told() -> None:
    gone = Capture("http://www.portal.test/", b"gone", "http://www.portal.test/", status=404)
    missed = (NotFetched("http://www.portal.test/sitemap.xml", "timeout", "no answer in 25 s"),)
    text = drafted(Evidence(profile_of_url("http://www.portal.test/"), (read_page(gone),), missed))
    assert "# Fetched: 1 page (1 answer 404), 0 robots.txt files.\n# Found and not fetched: 1 timeout.\n" in text
    assert "# sitemaps: no site map: http://www.portal.test/sitemap.xml: timeout (no answer in 25 s)" in text


def test_a_seed_that_is_not_there_makes_no_profile() -> None:
    gone = read_page(Capture("http://www.portal.test/", b"gone", "http://www.portal.test/", status=404))
    with pytest.raises(SeedsUnreachableError, match="answered 404, and nothing else gave a page; check the address"):
        check_pages([gone], "data/crawls/x")
    check_pages([gone, *evidence_of(PORTAL).readings], "data/crawls/x")


def test_a_seed_that_only_redirects_is_told_with_the_address_to_which_it_leads() -> None:
    moved = read_page(Capture("http://www.portal.test/", b"", "http://www.new.test/", status=301))
    with pytest.raises(
        SeedsUnreachableError, match=r"answered 301, which leads to http://www\.new\.test/, and nothing else"
    ):
        check_pages([moved], "data/crawls/x")


def test_a_host_that_was_asked_for_and_only_redirected_is_not_told_as_not_asked_for() -> None:
    moved = read_page(Capture("http://portal.test/", b"", "http://www.portal.test/", status=301))
    readings = (moved, *evidence_of(PORTAL).readings)
    hosts = entry(Evidence(profile_of_url("http://portal.test/"), readings), "scope.hosts")
    assert "portal.test: asked for, no page (answered 301, which leads to http://www.portal.test/)" in hosts.notes
