"""The order in which a sample asks for what it finds, and when it has asked enough."""

from __future__ import annotations

from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.sampling import Sampling
from portal_crawler.urls import host_of, url_key


def found(url: str, priority: int = 0, via: str | None = "http://h.test/") -> Discovery:
    return Discovery(url, url_key(url) or "", host_of(url), priority=priority, via=via)


def order(sampling: Sampling, *urls: str) -> list[str]:
    placed = sampling.ordered([found(url) for url in urls])
    return [one.url for one in sorted(placed, key=lambda one: -one.priority) if one.reason is None]


def begun(most: int = 30) -> Sampling:
    sampling = Sampling(most)
    sampling.ordered([found("http://h.test/", 9, via=None)])
    return sampling


def test_one_endless_list_does_not_use_up_the_sample() -> None:
    calendar = [f"http://h.test/cal?day={day}" for day in range(50)]
    stories = ["http://h.test/china/1.htm", "http://h.test/2004-05/07/content_9.htm"]
    sections = ["http://h.test/china/index.htm", "http://h.test/about.htm"]
    first = order(begun(), *calendar, *stories, *sections)[:5]
    assert set(first) == {*stories, *sections, calendar[0]}


def test_of_another_host_one_page_is_asked_for_and_of_a_few_hosts_only() -> None:
    sampling = begun(30)
    urls = [f"http://{name}.h.test/{page}" for name in "abcde" for page in ("", "1.htm")]
    placed = sampling.ordered([found(url) for url in urls])
    assert [one.url for one in placed if one.reason is None] == [f"http://{name}.h.test/" for name in "abc"]
    assert {one.reason for one in placed if one.reason} == {"sample"}


def test_a_host_to_which_the_seed_redirects_is_sampled_like_the_seeds_own() -> None:
    sampling = begun(30)
    there = Discovery("http://www.h.test/", "test,h,www)/", "www.h.test", via="http://h.test/", hops="R")
    pages = [f"http://www.h.test/china/{number}.htm" for number in range(5)]
    others = [f"http://{name}.h.test/" for name in "abcd"]
    placed = sampling.ordered([there, *(found(url, via=there.url) for url in [*pages, *others])])
    assert [one.url for one in placed if one.reason is None] == [there.url, *pages, *others[:3]]


def test_a_host_to_which_a_linked_page_redirects_gives_one_page() -> None:
    sampling = begun(30)
    there = Discovery("http://x.h.test/", "test,h,x)/", "x.h.test", via="http://h.test/1.htm", hops="LR")
    placed = sampling.ordered([there, found("http://x.h.test/1.htm", via=there.url)])
    assert [one.reason for one in placed] == [None, "sample"]


def test_a_refusal_of_the_scope_stays() -> None:
    refused = Discovery("http://o.test/", "test,o)/", "o.test", via="http://h.test/", reason="offsite", rule="no")
    assert begun().ordered([refused]) == [refused]


def test_a_sample_stops_while_a_page_and_a_robots_txt_would_not_both_fit() -> None:
    sampling = Sampling(10)
    sampling.spent = 8
    assert not sampling.is_spent
    sampling.spent = 9
    assert sampling.is_spent


def test_a_crawl_that_is_no_sample_keeps_its_order_and_never_ends_by_it() -> None:
    sampling, all_found = Sampling(), [found("http://h.test/1.htm"), found("http://h.test/2.htm")]
    sampling.spent = 10**9
    assert sampling.ordered(all_found) is all_found
    assert not sampling.is_spent
