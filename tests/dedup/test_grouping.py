from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.dedup.addresses import PortalHosts, detours, gateway_target, is_print, path_key, story_number
from portal_crawler.dedup.clusters import Clusters
from portal_crawler.dedup.fingerprints import sketch_of
from portal_crawler.dedup.grouping import Alike, group_parts, group_related
from portal_crawler.dedup.near_rule import containment_of
from portal_crawler.dedup.story_groups import Preference, StoryPage, exact_key, ordered_parts, reason_kept
from portal_crawler.dedup.text_hash import text_digest
from portal_crawler.urls import url_key

TEXT = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen."
RULES = Preference(PortalHosts(("www.portal.test", "portal.test"), {"mirror.portal.test": "www.portal.test"}))


def page(
    number: int,
    url: str,
    text: str = TEXT,
    *,
    published: str = "",
    pager: tuple[str, ...] = (),
    part: int | None = None,
) -> StoryPage:
    return StoryPage(
        number,
        url,
        str(url_key(url)),
        text_digest(text),
        "Title",
        len(text.split()),
        published=published,
        pager=pager,
        part=part,
    )


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))), st.randoms())
def test_clusters_do_not_depend_on_the_order_of_unions(pairs: list[tuple[int, int]], random: object) -> None:
    one, other = Clusters(10), Clusters(10)
    for first, second in pairs:
        one.unite(first, second)
    for first, second in reversed(pairs):
        other.unite(second, first)
    assert list(one.members()) == list(other.members())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h/english/print20041014_50454.htm", True),
        ("http://h/service/print.asp?id=50454", True),
        ("http://h/a/5.htm?printable=1", True),
        ("http://h/print/50454.htm", True),
        ("http://h/printing/5.htm", False),
        ("http://h/blueprint/5.htm", False),
        ("http://print.portal.test/a/5.htm", True),
        ("http://h/sprint/5.htm", False),
    ],
)
def test_print_versions_are_known_by_their_address(url: str, expected: bool) -> None:
    assert is_print(url) is expected


@pytest.mark.parametrize(
    ("url", "same_as"),
    [
        ("http://h/English//a/./5.htm", "http://h/english/a/./5.htm"),
        ("http://h/a/5.htm;jsessionid=9F", "http://other/a/5.htm"),
        ("http://h/(S(abc))/a/5.htm", "http://h/a/5.htm"),
        ("http://big5.h/gate/big5/www.h.test/a/5.htm", "http://www.h.test/a/5.htm"),
    ],
)
def test_addresses_of_one_file_have_one_path_key(url: str, same_as: str) -> None:
    assert path_key(url) == path_key(same_as)


def test_the_story_number_is_the_last_long_one() -> None:
    assert story_number("http://h/archive/2004-10/26/content_1110345.htm") == "1110345"
    assert story_number("http://h:8080/a/12.htm") is None


def test_a_gateway_names_the_page_that_it_stands_for() -> None:
    assert gateway_target("http://h/gate/tour/") is None
    assert detours("http://h/a/5.htm") == 0
    assert detours("http://h/Archive//5.htm?x=1") == 4


def test_the_kept_page_does_not_depend_on_order_and_its_reason_is_told() -> None:
    pages = [
        page(0, "http://mirror.portal.test/a/5000.htm"),
        page(1, "http://www.portal.test/print/5000.htm"),
        page(2, "http://www.portal.test/a/5000.htm"),
        page(3, "http://portal.test/a/5000.htm"),
    ]
    kept = {ordered_parts(list(order), RULES)[0].number for order in permutations(pages)}
    assert kept == {2}
    assert [reason_kept(pages[2], other, RULES) for other in pages] == [
        "its host comes first",
        "it is no print version",
        "they are the same page",
        "its host comes first",
    ]


def test_ties_follow_the_profile() -> None:
    early = page(0, "http://www.portal.test/a/2.htm", published="2004-01-01")
    long = page(1, "http://www.portal.test/a/1.htm", TEXT + " And more.", published="2004-01-02")
    for ties, number in ((("earliest", "longest"), 0), (("longest", "earliest"), 1)):
        rules = Preference(RULES.hosts, ties)
        assert ordered_parts([early, long], rules)[0].number == number
    assert reason_kept(early, long, RULES) == "its story is dated earlier"


def _alike(texts: list[str]) -> Alike:
    sketches = [sketch_of(text) for text in texts]
    return lambda one, other: containment_of(sketches[one], sketches[other])


def test_an_address_key_that_tells_nothing_is_left_out() -> None:
    texts = [f"{TEXT} {'x' * number}" for number in range(60)]
    pages = [page(number, f"http://www.portal.test/s?n={number}", text) for number, text in enumerate(texts)]
    clusters = Clusters(60)
    group_related(clusters, [("c:home", pages)], _alike(texts), 0.8)
    assert list(clusters.members()) == []
    group_related(clusters, [("c:page", pages[:4])], _alike(texts), 0.8)
    assert len(list(clusters.members())) == 3


def test_of_a_key_that_tells_nothing_no_more_pages_are_looked_at_than_show_it() -> None:
    texts = [f"{TEXT} {'x' * number}" for number in range(60)]
    pages = (page(number, f"http://www.portal.test/s?n={number}", text) for number, text in enumerate(texts))
    group_related(Clusters(60), [("n:110345", pages)], _alike(texts), 0.8)
    assert [one.number for one in pages] == list(range(25, 60))


def test_many_addresses_of_one_text_do_not_hide_the_key() -> None:
    texts = [TEXT] * 200 + [TEXT + " Printed on paper."]
    pages = [page(n, f"http://www.portal.test/s?n={n}", text) for n, text in enumerate(texts)]
    clusters = Clusters(201)
    for number in range(200):
        clusters.unite(0, number)
    group_related(clusters, [("p:/s", pages)], _alike(texts), 0.8)
    assert len(list(clusters.members())) == 200


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (1, 2, True),
        (1, 1, False),
        (None, 2, False),
    ],
)
def test_parts_are_joined_by_number_and_headline(one: int | None, other: int, joined: bool) -> None:
    urls = ("http://www.portal.test/a/1.htm", "http://www.portal.test/a/1_2.htm")
    first = page(0, urls[0], pager=(str(url_key(urls[1])),), part=one)
    second = page(1, urls[1], TEXT + " More.", pager=(str(url_key(urls[0])),), part=other)
    clusters = Clusters(2)
    group_parts(clusters, iter([(first, second)]))
    assert bool(list(clusters.members())) is joined


def test_a_text_of_few_words_needs_its_headline() -> None:
    assert exact_key("sha256:1", 11, "A Title") == "t:sha256:1:a title"
    assert exact_key("sha256:1", 12, "A Title") == "t:sha256:1"
    assert exact_key("sha256:1", 0, "A Title") is None
