"""The trap rule: what is a find, what is in doubt, how much may be spent on it."""

from __future__ import annotations

import re
from functools import partial

import pytest

from portal_crawler.capture import Capture
from portal_crawler.frontier.new_texts import is_dead, new_texts, page_text
from portal_crawler.frontier.trap_rule import (
    Lineage,
    PatternState,
    Shown,
    TrapOptions,
    budget_refusal,
    in_doubt,
    token_refusal,
    trap_refusal,
)
from portal_crawler.frontier.url_pattern import UrlPattern, pattern_of
from portal_crawler.reading import PageReading, read_page
from portal_crawler.sites.profile import Traps

OPTIONS = TrapOptions()


def _pattern(path: str) -> UrlPattern:
    return pattern_of("h", f"http://h{path}")


_state = partial(PatternState, 1, 1, "h/x")


def _read(text: str, url: str = "http://h/1.htm", status: int = 200) -> PageReading:
    page = f"<html><head><title>Valley</title></head><body>{text}</body></html>"
    return read_page(Capture(url, page.encode(), status=status))


@pytest.mark.parametrize(
    ("state", "lineage", "doubted"),
    [
        (_state(), Lineage(), False),
        (_state(), Lineage(2, _pattern("/other")), False),
        (_state(), Lineage(3, _pattern("/other")), True),
        (_state(), Lineage(1, _pattern("/other"), doubted=True), True),
        (_state(), Lineage(1, _pattern("/cal?m=9")), True),
        (_state(pages=9, finds=1, run=7), Lineage(3, _pattern("/cal?m=9")), False),
        (_state(pages=9, finds=1, run=8), Lineage(3, _pattern("/cal?m=9")), True),
        (_state(pages=9, run=9, repeats=4), Lineage(), True),
        (_state(pages=9, run=9, dead=4), Lineage(), False),
        (_state(pages=9, run=9, dead=4), Lineage(1, _pattern("/other")), True),
        (_state(pages=12, run=12, dead=12), Lineage(), True),
        (_state(pages=20, finds=20, inner=80, outer=4), Lineage(), True),
        (_state(pages=20, finds=20, inner=80, outer=5), Lineage(), False),
        (_state(pages=20, finds=20, inner=80, back=1), Lineage(), False),
        (_state(pages=80, finds=80, inner=80, outer=1), Lineage(), False),
        (_state(), Lineage(redirects=5), False),
        (_state(), Lineage(redirects=6), True),
        (_state(), Lineage(1, _pattern("/other")).by("MM"), True),
        (_state(), Lineage(1, _pattern("/other")).by("ML"), False),
        (_state(), Lineage().by("MM"), False),
        (_state(pages=1, run=1, dead=1), Lineage(), False),
        (_state(pages=1, run=1, dead=1), Lineage(1, _pattern("/other")), True),
        (_state(pages=1, run=1, inner=3), Lineage(1, _pattern("/other")), True),
    ],
)
def test_only_what_nothing_speaks_for_is_in_doubt(state: PatternState, lineage: Lineage, *, doubted: bool) -> None:
    assert in_doubt(_pattern("/cal?m=1"), state, lineage, OPTIONS) is doubted


def test_the_first_of_a_pattern_is_tried_unless_it_is_the_same_program() -> None:
    chain, same = Lineage(3, _pattern("/other")), Lineage(1, _pattern("/cal?m=9"))
    assert not in_doubt(_pattern("/cal?m=1"), _state(), chain, OPTIONS, scouts=True)
    assert in_doubt(_pattern("/cal?m=1"), _state(), same, OPTIONS, scouts=True)
    once, twice = (Lineage(2, _pattern("/other"), doubted=True, astray=many) for many in (1, 2))
    assert not in_doubt(_pattern("/cal?m=1"), _state(), once, OPTIONS, scouts=True)
    assert in_doubt(_pattern("/cal?m=1"), _state(), twice, OPTIONS, scouts=True)


def test_a_row_of_pages_without_a_find_ends_with_one() -> None:
    state = _state()
    for text in (1, 2, 1, 1):
        state.shown(Shown(text))
    assert (state.pages, state.run, state.repeats) == (4, 4, 2)
    state.shown(Shown(3, is_find=True))
    assert (state.finds, state.run, state.repeats, state.is_good(OPTIONS)) == (1, 0, 0, True)
    state.shown(Shown(is_dead=True))
    state.credited()
    assert (state.dead, state.run) == (0, 0)


def test_of_the_texts_of_a_pattern_the_last_are_known() -> None:
    state = _state()
    for text in range(1, 40):
        state.shown(Shown(text))
    assert len(state.texts) == 16
    assert state.repeats == 0


def test_of_a_pattern_that_is_not_known_one_address_at_a_time_is_asked_for() -> None:
    assert [_state(pages=pages).may_be_under_way(1) for pages in (0, 1, 3, 4, 9)] == [False, False, False, True, True]
    assert not _state(pages=4).may_be_under_way(2)
    assert not _state(pages=1, finds=1).may_be_under_way(1)
    assert _state(pages=2, finds=2).may_be_under_way(9)


def test_a_page_that_says_what_led_to_it_says_speaks_for_two() -> None:
    state = _state()
    state.shown(Shown(7, is_echo=True))
    assert (state.repeats, state.is_endless(OPTIONS)) == (2, True)
    state.credited()
    assert not state.is_endless(OPTIONS)


def test_when_the_first_is_not_there_the_others_wait_and_are_tried_all_over() -> None:
    state = _state()
    state.shown(Shown(is_dead=True))
    assert (state.waits(OPTIONS), state.is_gone(OPTIONS), state.is_endless(OPTIONS)) == (True, True, False)
    for _ in range(11):
        state.shown(Shown(is_dead=True))
    assert (state.is_gone(OPTIONS), state.is_endless(OPTIONS)) == (False, True)
    assert not _state(pages=2, finds=1, dead=1).waits(OPTIONS)


def test_pages_that_each_lead_to_several_of_their_own_kind_breed() -> None:
    assert _state(pages=1, run=1, inner=3).breeds
    assert not _state(pages=1, run=1, inner=2).breeds
    assert not _state(pages=2, run=1, finds=1, inner=9).breeds
    assert not _state(pages=2, run=2, inner=9, back=1).breeds
    assert not _state(inner=9).breeds


def test_pages_that_differ_by_a_visitors_counter_alone_do_not_unlearn_a_token() -> None:
    assert _state(same=40, other=1).has_idle_token
    assert not _state(same=40, other=11).has_idle_token
    assert not _state(same=3).has_idle_token


def test_a_share_of_the_requests_and_no_less_than_a_few() -> None:
    assert [OPTIONS.allowance(requests) for requests in (0, 100, 1_000, 10_000)] == [5, 5, 10, 100]
    assert [OPTIONS.wasted(requests) for requests in (0, 100, 1_000, 10_000)] == [5, 5, 20, 200]
    assert [OPTIONS.gone(requests) for requests in (0, 1_000, 10_000)] == [5, 5, 50]
    none = TrapOptions.of(Traps(share=0))
    assert (none.allowance(10_000), none.wasted(10_000), none.gone(10_000)) == (0, 0, 0)


def test_every_refusal_is_a_sentence_with_its_numbers() -> None:
    told = [
        trap_refusal(_state(pages=9, run=9), OPTIONS).rule,
        trap_refusal(_state(), OPTIONS).rule,
        trap_refusal(_state(pages=20, finds=3, run=11), OPTIONS).rule,
        trap_refusal(_state(pages=10, run=9, repeats=9), OPTIONS).rule,
        trap_refusal(_state(pages=50, run=50, dead=50), OPTIONS).rule,
        trap_refusal(_state(pages=20, finds=20, inner=100), OPTIONS).rule,
        token_refusal(_state(), "http://h/s/1/a.htm").rule,
        trap_refusal(_state(), OPTIONS, "L" + 6 * "R").rule,
        trap_refusal(_state(), OPTIONS, "L" + 5 * "R").rule,
    ]
    assert told == [
        "h/x: 9 pages, none with anything new; [traps] share = 0.01, exempt",
        "h/x: found by a chain of pages without anything new; [traps] share = 0.01, exempt",
        "h/x: 20 pages, the last 11 without anything new; [traps] share = 0.01, exempt",
        "h/x: the last 9 of 10 pages repeat earlier ones; [traps] share = 0.01, exempt",
        "h/x: 50 pages, the last 50 are not there; [traps] share = 0.01, exempt",
        "h/x: 20 pages led to 100 new ones of their own kind, to no known one; [traps] share = 0.01, exempt",
        "h/x: the id in it does not choose the page; http://h/s/1/a.htm was fetched under another; [traps] exempt",
        "6 redirects in a row led to it; [traps] redirects = 5, exempt",
        "h/x: found by a chain of pages without anything new; [traps] share = 0.01, exempt",
    ]


def test_a_profile_says_how_many_redirects_in_a_row_are_followed_at_once() -> None:
    options, way = TrapOptions.of(Traps(redirects=9)), Lineage()
    assert [in_doubt(_pattern("/x"), _state(), way.by("L" + n * "R"), options) for n in (9, 10)] == [False, True]


def test_a_budget_is_for_one_pattern() -> None:
    options = TrapOptions.of(Traps(budget=10))
    assert budget_refusal(_state(pages=9), options) is None
    refused = budget_refusal(_state(pages=10), options)
    assert refused is not None
    assert (refused.reason, refused.rule) == ("budget", "h/x: 10 pages; [traps] budget = 10")


def test_a_profile_vouches_for_addresses_by_path_and_query() -> None:
    options = TrapOptions.of(Traps(exempt=(r"^/cal\?",)))
    assert options.is_exempt("http://h/cal?m=1")
    assert not options.is_exempt("http://h/cal/1?m=1")
    assert not OPTIONS.is_exempt("http://h/cal?m=1")
    assert [one.vouches_for("http://h/cal?m=1") for one in (options, OPTIONS, TrapOptions(enabled=False))] == [
        True, False, True
    ]  # fmt: skip
    assert TrapOptions(exempt=(re.compile("x"),)).is_exempt("http://h/x")


_CAPTION = "The new bridge over the river was opened on {day}, and the mayor and {n} guests walked over it by night."


def test_a_page_that_differs_in_counters_and_dates_is_no_find() -> None:
    first, second = (
        new_texts(_read(f"<div>{_CAPTION.format(day=day, n=n)}</div>"), "h")
        for day, n in (("March 3, 2031", 12), ("April 14, 2032", 300))
    )
    assert first
    assert first == second
    assert new_texts(_read(f"<div>{_CAPTION.format(day='March 3, 2031', n=12)}</div>"), "mirror") != first


def test_what_stands_in_links_is_not_the_pages_own() -> None:
    links = "".join(f'<li><a href="/{n}">{_CAPTION.format(day="March 3", n=n)}</a></li>' for n in range(30))
    reading = _read(f"<ul>{links}</ul>")
    assert not reading.is_article
    assert new_texts(reading, "h") == []


def test_a_story_of_figures_is_new_with_other_figures() -> None:
    def rates(day: int) -> PageReading:
        sentence = "The bank sold the dollar at {}.{} and the pound at {}.{}, and the mark at {}.{}, as it said today."
        words = " ".join(sentence.format(*(day * 7 + at * 13 + one for one in range(6))) for at in range(6))
        return _read(
            f"<h1>Rates of the bank</h1><p>Valley News, October 15, 2004</p><p>{words}</p>", f"http://h/{day}.htm"
        )

    assert rates(1).is_article
    assert new_texts(rates(1), "h") != new_texts(rates(2), "h")
    assert new_texts(rates(1), "h") == new_texts(rates(1), "h")


@pytest.mark.parametrize(
    ("status", "text", "dead"),
    [
        (200, "<h1>Page not found</h1><p>Sorry, the page you asked for does not exist.</p>", True),
        (200, "<h1>Page</h1><p>A picture.</p>", False),
        (404, "", True),
        (410, "", True),
        (403, "", False),
        (503, "", False),
        (429, "", False),
    ],
)
def test_gone_is_what_says_so(status: int, text: str, *, dead: bool) -> None:
    assert is_dead(_read(text, status=status)) is dead


def test_a_page_that_shows_nothing_repeats_none() -> None:
    assert page_text(_read("<p>One</p>"), "h") != page_text(_read("<p>Two</p>"), "h")
    assert page_text(_read("<p>One</p>"), "h") == page_text(_read("<b>One</b>", "http://h/2.htm"), "h")
    assert page_text(_read("", status=404), "h") == 0


def test_the_words_of_a_page_of_frames_to_readers_without_frames_repeat_nothing() -> None:
    page = '<html><frameset><frame src="/1_text.htm"><noframes>This portal uses frames.</noframes></frameset></html>'
    assert page_text(read_page(Capture("http://h/1.htm", page.encode(), status=200)), "h") == 0


def test_in_a_text_of_words_that_never_end_counters_are_folded() -> None:
    word = "a" * 300_000
    shown, other = (new_texts(_read(f"<p>{word} {word}{end} b.{end}c</p>"), "h") for end in (1, 2))
    assert shown == other != []
