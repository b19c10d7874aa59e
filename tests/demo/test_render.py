from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from portal_crawler.demo.fixtures_portal import fixture_portal
from portal_crawler.demo.model import Answer, Entry, Generation, Group, PagePlan, PlanKind
from portal_crawler.demo.pen import GoldLink
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.render import Rendered, render
from portal_crawler.page import markup
from portal_crawler.page.charset import decode
from portal_crawler.page.feeds import read_feed
from portal_crawler.page.links import Element, feed_links, read_links
from portal_crawler.page.roles import Role
from portal_crawler.page.walk import walk

PORTAL, NAMES = fixture_portal()
ARTICLES = [PORTAL.plans[NAMES[f"{code}-article"]] for code in ("a", "b1", "b2", "b3", "c", "d", "z")]
HUB = PORTAL.plans[NAMES["b2-hub"]]
TRAITS = [
    "no-related",
    "no-tools",
    "no-right",
    "nested-fonts",
    "nested-anchor",
    "two-bodies",
    "two-titles",
    "unknown-tags",
    "huge",
    "odd-entities",
    "backslash-links",
    "conditional-comments",
    "copyright-line",
    "updated-line",
    "base-href",
    "no-date",
    "stray-links",
    "pager-select",
    "unlisted",
]
STYLES = ["frameset", "top", "menu", "print", "bare", "clone", "stub-meta", "stub-script", "soft404"]


def found(drawn: Rendered, plan: PagePlan) -> list[tuple[str, str, str]]:
    """The links as lxml's HTML parser sees them."""
    root, _ = markup.parse(drawn.body.decode(plan.charset))
    tree = walk(root)
    reading = read_links(tree, [Role.OTHER] * len(tree.occurrences), plan.url, plan.charset)
    return [(link.url, link.text, link.element.value) for link in reading.links]


def gold(links: tuple[GoldLink, ...]) -> list[tuple[str, str, str]]:
    return [(link.url, link.text, link.element.value) for link in links]


@pytest.mark.parametrize("plan", ARTICLES, ids=lambda plan: plan.generation.value)
@pytest.mark.parametrize("trait", TRAITS)
def test_a_trait_changes_the_markup_and_keeps_gold_exact(plan: PagePlan, trait: str) -> None:
    odd = replace(plan, traits=frozenset({trait}))
    drawn = render(odd, PORTAL)
    assert found(drawn, odd) == gold(drawn.links)
    assert len(drawn.links) > 10


@pytest.mark.parametrize("plan", ARTICLES, ids=lambda plan: plan.generation.value)
def test_a_pager_is_a_line_of_links_or_a_drop_down(plan: PagePlan) -> None:
    pager = (Entry("", "1"), Entry("x_2.htm", "2"), Entry("x_2.htm", "Next"))
    for traits, element in ((frozenset[str](), Element.A), (frozenset({"pager-select"}), Element.OPTION)):
        paged = replace(plan, pager=pager, traits=traits)
        drawn = render(paged, PORTAL)
        assert found(drawn, paged) == gold(drawn.links)
        pages = [link for link in drawn.links if link.url.endswith("x_2.htm")]
        assert [(link.text, link.element, link.role) for link in pages] == [
            ("2", element, Role.NAVIGATION),
            ("Next", element, Role.NAVIGATION),
        ]


@pytest.mark.parametrize("plan", ARTICLES, ids=lambda plan: plan.generation.value)
@pytest.mark.parametrize("style", STYLES)
def test_a_style_keeps_gold_exact(plan: PagePlan, style: str) -> None:
    other = replace(plan, style=style)
    drawn = render(other, PORTAL)
    assert found(drawn, other) == gold(drawn.links)


def test_a_page_is_the_same_in_every_run_and_on_every_host_of_the_main_site() -> None:
    plan = ARTICLES[2]
    copy = replace(plan, url=plan.url.replace("www.", ""), alias_of=plan.url)
    copies = replace(PORTAL, plans={**PORTAL.plans, **{p.url.replace("www.", ""): p for p in PORTAL.plans.values()}})
    assert render(plan, PORTAL) == render(plan, PORTAL)
    assert render(copy, copies).body == render(plan, copies).body


def test_a_huge_page_has_three_megabytes() -> None:
    body = render(replace(ARTICLES[2], traits=frozenset({"huge"})), PORTAL).body
    assert 2_900_000 < len(body) < 3_300_000


def test_a_character_outside_the_charset_stands_as_a_reference_and_comes_back() -> None:
    plan = PORTAL.plans[NAMES["z-gateway-big5"]]
    drawn = render(plan, PORTAL)
    text, decision = decode(drawn.body, drawn.content_type)
    story = PORTAL.stories[plan.story or 0]
    root, _ = markup.parse(text)
    shown = "".join(block.text for block in walk(root).blocks)
    assert b"&#" in drawn.body
    assert decision.used == "big5hkscs"
    assert all(paragraph in shown for paragraph in story.paragraphs)


def test_the_gateway_rewrites_links_to_the_pages_that_it_serves() -> None:
    plan = PORTAL.plans[NAMES["z-gateway-big5"]]
    hub = "http://chinese.portal.test/z/china/index.htm"
    inside = "http://big5.portal.test/gate/big5/chinese.portal.test/z/china/index.htm"
    served = replace(PORTAL, plans={**PORTAL.plans, inside: replace(PORTAL.plans[hub], url=inside, alias_of=hub)})
    targets = [link.url for link in render(plan, served).links]
    assert inside in targets
    assert hub not in targets
    assert all(url.startswith("http://") for url in targets)


def test_a_clone_hides_its_spam_in_front_of_everything() -> None:
    links = render(PORTAL.plans[NAMES["b2-clone-with-spam"]], PORTAL).links
    assert links[0].role is Role.PROMO
    assert links[0].url.startswith("http://other")


def test_a_byte_order_mark_and_nuls_are_drawn_where_the_answer_has_them() -> None:
    plan = replace(ARTICLES[5], answer=Answer(quirks=frozenset({"bom", "nul"})))
    drawn = render(plan, PORTAL)
    assert drawn.body.startswith(b"\xef\xbb\xbf<!DOCTYPE")
    assert b"\0" in drawn.body


def test_a_redirect_is_one_link_and_an_error_none() -> None:
    moved = PagePlan("http://h.test/a", PlanKind.REDIRECT, answer=Answer(301, "/b"))
    gone = PagePlan("http://h.test/a", PlanKind.ERROR, answer=Answer(410))
    assert render(moved, PORTAL).links == (GoldLink("http://h.test/b", "", Role.OTHER, Element.REDIRECT),)
    assert render(gone, PORTAL).links == ()
    assert b"410 Gone" in render(gone, PORTAL).body


def test_a_soft_404_looks_like_the_site_and_has_no_story() -> None:
    drawn = render(PORTAL.plans[NAMES["d-soft-404"]], PORTAL)
    assert b"could not be found" in drawn.body
    assert len(drawn.links) > 20


@pytest.mark.parametrize("style", ["feed-rss", "sitemap", "sitemap-index"])
def test_feeds_and_site_maps_read_as_they_were_listed(style: str) -> None:
    entries = tuple(Entry(f"http://h.test/{n}?a=1&b=2", f"Story <{n}> & more", date="2009-03-19") for n in range(3))
    groups = (Group("", entries),)
    plan = PagePlan(f"http://h.test/{style}.xml", PlanKind.FEED, style=style, title="News", groups=groups)
    drawn = render(plan, PORTAL)
    feed = read_feed(drawn.body)
    assert feed is not None
    assert found_in_feed(feed_links(feed, plan.url)) == gold(drawn.links)
    assert len(drawn.links) == 3
    packed = render(replace(plan, url=plan.url + ".gz"), PORTAL)
    assert gzip.decompress(packed.body) == drawn.body


def found_in_feed(links: tuple[object, ...]) -> list[tuple[str, str, str]]:
    return [(link.url, link.text, link.element.value) for link in links]  # type: ignore[attr-defined]


def test_robots_and_the_empty_page() -> None:
    robots = PagePlan(
        "http://h.test/robots.txt", PlanKind.OTHER, style="robots", body=("User-agent: *", "Disallow: /x")
    )
    assert render(robots, PORTAL).body == b"User-agent: *\nDisallow: /x\n"
    assert render(replace(ARTICLES[0], style="empty"), PORTAL) == Rendered(b"", "text/html")


def test_gold_is_what_the_parser_finds_on_every_page_of_the_small_portal() -> None:
    portal = build_portal("small")
    differ = []
    for plan in portal.plans.values():
        if plan.answer.status != 200 or plan.kind is PlanKind.FEED or plan.style in ("robots", "empty"):
            continue
        drawn = render(plan, portal)
        if found(drawn, plan) != gold(drawn.links):
            differ.append(plan.url)
    assert differ == []


def test_the_small_portal_is_linked_within_itself() -> None:
    portal = build_portal("small")
    menus = [
        link.url
        for plan in portal.plans.values()
        for link in render(plan, portal).links
        if link.role in (Role.NAVIGATION, Role.FOOTER, Role.HEADER, Role.RELATED) and ".portal.test" in link.url
    ]
    dead = {url for url in menus if url not in portal.plans and not url.endswith("/sss")}
    assert len(menus) > 3_000
    assert dead == set()


def test_the_frameset_holds_its_top_its_menu_and_a_page_without_frames() -> None:
    portal = build_portal("small")
    plan = next(plan for plan in portal.plans.values() if plan.style == "frameset")
    frames = [link.url for link in render(plan, portal).links if link.element is Element.FRAME]
    assert [portal.plans[url].style for url in frames] == ["top", "menu", ""]


def test_a_menu_leads_only_to_what_is_planned() -> None:
    for plan in (*ARTICLES, HUB):
        menus = [link.url for link in render(plan, PORTAL).links if link.role is Role.NAVIGATION]
        dead = [url for url in menus if ".portal.test" in url and url not in PORTAL.plans and "index_2" not in url]
        assert dead == []


def test_the_menu_of_each_generation_is_that_of_its_years() -> None:
    of = {plan.generation: render(plan, PORTAL).body.decode(plan.charset) for plan in ARTICLES}
    assert "<FONT FACE" in of[Generation.A]
    assert "CHINA</font>" in of[Generation.B1]
    assert "MM_swapImage('china'" in of[Generation.B2]
    assert "Adjust font size:" in of[Generation.C]
    assert "0 Comment(s)" in of[Generation.D]
    assert "\u3000\u3000" in of[Generation.Z]
