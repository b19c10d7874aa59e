"""Which links an editor set: pages in several languages, the demo portal's generations, and what must not cost much."""

# ruff: noqa: RUF001

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from portal_crawler import Capture, PageReading, read_page
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.render import render
from portal_crawler.page.block_model import decide_roles
from portal_crawler.page.editorial import NO_LINKS
from portal_crawler.page.link_features import NAMES, Target, link_features
from portal_crawler.page.links import Link
from portal_crawler.page.markup import parse
from portal_crawler.page.network_npz import link_model
from portal_crawler.page.roles import Role
from portal_crawler.page.walk import walk
from portal_crawler.reading import page_evidence
from portal_crawler.sites.profile import LayoutPeriod, SiteProfile


@dataclass(frozen=True, slots=True)
class Language:
    """A story's sentence before and behind a link, the link, and the words of a menu and of a list of other stories."""

    code: str
    before: str
    anchor: str
    behind: str
    menu: tuple[str, ...]
    others: tuple[str, ...]


LANGUAGES = [
    Language(
        "en",
        "The bridge over the river was opened on Monday by the mayor, who said it took nine years to build, as",
        "the railway's report",
        "had foretold. It carries four lanes, and nobody at the station knew of a longer one in the country.",
        ("Home", "News", "Business", "Sports", "Weather", "Contact"),
        ("Trains stop for the night", "A dam in the north is full", "Ferries go again", "Two roads are closed"),
    ),
    Language(
        "de",
        "Die Brücke über den Fluss wurde am Montag eröffnet, neun Jahre nach dem Beschluss der Stadt, wie",
        "der Bericht der Bahn",
        "vorhergesagt hatte. Sie trägt vier Spuren, und niemand im Bahnhof kannte eine längere im Land.",
        ("Start", "Nachrichten", "Wirtschaft", "Sport", "Wetter", "Kontakt"),
        ("Nachts fährt kein Zug", "Ein Damm ist voll", "Fähren fahren wieder", "Zwei Straßen gesperrt"),
    ),
    Language(
        "ru",
        "Мост через реку открыл в понедельник мэр города, сказав, что строили его девять лет, как",
        "доклад дороги",
        "и предсказывал. По нему идут четыре полосы, и никто на станции не знал более длинного.",
        ("Главная", "Новости", "Спорт", "Погода", "О нас"),
        ("Ночью поезда стоят", "Плотина полна", "Паромы снова ходят"),
    ),
    Language(
        "zh",
        "长江上的新大桥星期一通车，市长说，这座桥用了九年时间建成，正如",
        "铁路局的报告",
        "所说的那样，桥上有四条车道和两条铁路，车站里没有人知道国内还有更长的桥。",
        ("首页", "新闻", "财经", "体育", "天气", "联系我们"),
        ("火车夜间停运", "北方水库蓄满", "轮渡恢复通航", "两条公路封闭"),
    ),
]  # fmt: skip


def _list(name: str, texts: tuple[str, ...]) -> str:
    return "".join(f"<li><a href='/{name}/{number}.htm'>{text}</a></li>" for number, text in enumerate(texts))


def _today(one: Language) -> str:
    story = "".join(
        f"<p>{one.before} <a href='/story/{number}.htm'>{one.anchor}</a> {one.behind}</p>" for number in range(5)
    )
    return (
        f"<html lang={one.code}><head><meta charset=utf-8><title>{one.anchor}</title></head><body><div><ul>"
        f"{_list('menu', one.menu)}</ul></div><div><h1>{one.anchor}</h1>{story}</div><div><h3>&raquo;</h3><ul>"
        f"{_list('other', one.others)}</ul></div><div><ul>{_list('foot', one.menu)}</ul></div></body></html>"
    )


def _of_2004(one: Language) -> str:
    """In tables, the list of other stories in the story's cell."""
    story = "<br><br>".join(
        f"{one.before} <a href='/story/{number}.htm'>{one.anchor}</a> {one.behind}" for number in range(5)
    )
    menu = "".join(f"<td><a href='/menu/{number}.htm'>{text}</a></td>" for number, text in enumerate(one.menu))
    others = "".join(f"<li><a href='/other/{number}.htm'>{text}</a>" for number, text in enumerate(one.others))
    foot = " | ".join(f"<a href='/foot/{number}.htm'>{text}</a>" for number, text in enumerate(one.menu))
    return (
        f"<html><head><meta charset=utf-8><title>{one.anchor}</title></head><body><table><tr>{menu}</tr></table><table>"
        f"<tr><td width=480><font size=5><b>{one.anchor}</b></font><br><br>{story}<br><br><ul>{others}</ul></td></tr>"
        f"</table><center>{foot}</center></body></html>"
    )


def _read(html: str, profile: SiteProfile | None = None) -> PageReading:
    return read_page(Capture(url="http://www.portal.test/news/1.htm", body=html.encode()), profile)


def _editorial(reading: PageReading) -> set[str]:
    return {link.url.split("/")[3] for link in reading.links if link.editorial}


@pytest.mark.parametrize("page", [_today, _of_2004], ids=["today", "2004"])
@pytest.mark.parametrize("one", LANGUAGES, ids=lambda one: one.code)
def test_links_within_a_story_are_an_editors_and_menus_and_lists_are_not(one: Language, page: object) -> None:
    reading = _read(_today(one) if page is _today else _of_2004(one))
    told = [link.editorial for link in reading.links if "/story/" in link.url]
    assert told == [True] * 5
    assert _editorial(reading) == {"story"}
    assert all(0.5 <= link.confidence <= 1 for link in reading.links)


def test_what_no_reader_can_follow_is_no_editors_for_sure() -> None:
    head = "<head><link rel=canonical href='http://www.portal.test/a.htm'><meta charset=utf-8>"
    reading = _read(_today(LANGUAGES[0]).replace("<head><meta charset=utf-8>", head))
    told = [(link.editorial, link.confidence) for link in reading.links if link.element in NO_LINKS]
    assert told == [(False, 1.0)]


def test_a_page_without_text_has_no_editors_links() -> None:
    reading = _read("<body><a href='/x.htm'><img src=a.png></a>")
    assert [link.editorial for link in reading.links] == [False]


@pytest.mark.parametrize(
    ("layout", "wanted"),
    [(LayoutPeriod(drop=("//p",)), set()), (LayoutPeriod(body=("//ul",), drop=("//p",)), {"menu", "other", "foot"})],
    ids=["drop", "body"],
)
def test_a_profiles_selectors_decide_of_links_too(layout: LayoutPeriod, wanted: set[str]) -> None:
    profile = SiteProfile(name="portal", seeds=["http://www.portal.test/"], layout=[layout])
    reading = _read(_today(LANGUAGES[0]), profile)
    assert "story" not in _editorial(reading)
    assert _editorial(reading) >= wanted


def _drawn(seed: int) -> Iterator[tuple[str, str, Link, Role]]:
    """(generation, kind of page, link as read, its true role) of the links for readers of a small demo portal."""
    portal = build_portal("small", seed)
    for plan in portal.plans.values():
        if plan.answer.status != 200 or plan.generation is None or plan.alias_of:
            continue
        page = render(plan, portal)
        headers = ((b"Content-Type", page.content_type.encode()),)
        reading = read_page(Capture(url=plan.url, body=page.body, headers=headers))
        for link, gold in zip(reading.links, page.links, strict=False):
            if link.url == gold.url and link.element == "a" and link.text:
                yield plan.generation.value, plan.kind.value, link, gold.role


def test_of_a_portal_that_it_was_not_trained_on_it_finds_nearly_all_and_little_else() -> None:
    told = list(_drawn(2026))
    wanted = np.array([role is Role.BODY for *_, role in told])
    taken = np.array([link.editorial for *_, link, _ in told])
    assert wanted.sum() > 200
    assert (taken & wanted).sum() >= 0.95 * taken.sum()
    assert (taken & wanted).sum() >= 0.95 * wanted.sum()
    related = [link.editorial for _, kind, link, role in told if kind == "article" and role is Role.RELATED]
    assert len(related) > 200
    assert sum(related) <= 0.02 * len(related)


def test_the_features_are_those_that_the_model_was_trained_with() -> None:
    assert link_model().names == NAMES
    assert link_model().identifier.startswith("links-")


def test_a_page_of_very_many_links_has_features_like_any_other() -> None:
    links = " ".join(f"<a href='/{number}.htm'>link</a>" for number in range(20_000))
    tree = walk(*parse(f"<title>Links</title><p>{links}</p>"))
    evidence = page_evidence(tree, decide_roles(tree, "http://www.portal.test/"))
    assert evidence is not None
    targets = [Target(number, f"http://h/{number}", f"h)/{number}") for number in range(len(tree.occurrences))]
    values = link_features(evidence, targets)
    assert values.shape == (20_000, len(NAMES))
    assert np.isfinite(values).all()
