from __future__ import annotations

import os

from portal_crawler.web.sessions import FAILURE_SECONDS, MOST_FAILURES, SESSION_SECONDS, Sessions

TOKEN = "the-token-of-the-start"


def sessions() -> Sessions:
    return Sessions(TOKEN, os.urandom)


def test_the_token_opens_a_session_that_ends_after_a_day_of_work() -> None:
    opened = sessions()
    name = opened.open(f" {TOKEN}\n", 0.0)
    assert name is not None
    assert opened.of(name, SESSION_SECONDS - 1) is not None
    assert opened.of(name, SESSION_SECONDS) is None
    assert opened.of(name, 0.0) is None


def test_a_wrong_token_opens_none_and_too_many_close_the_door_for_a_while() -> None:
    opened = sessions()
    assert [opened.open("guess", float(at)) for at in range(MOST_FAILURES)] == [None] * MOST_FAILURES
    assert opened.open(TOKEN, 10.0) is None
    assert opened.wait(10.0) == FAILURE_SECONDS - 10.0
    assert opened.open(TOKEN, FAILURE_SECONDS) is not None


def test_without_a_token_nobody_gets_in() -> None:
    assert Sessions("", os.urandom).open("", 0.0) is None


def test_a_mark_is_of_its_session_alone_and_each_form_has_another() -> None:
    opened = sessions()
    ours, theirs = (opened.of(opened.open(TOKEN, 0.0) or "", 0.0) for _ in range(2))
    assert ours is not None
    assert theirs is not None
    marks = {ours.mark(salt) for salt in ("00", "01")}
    assert len(marks) == 2
    assert all(ours.has_made(mark) and not theirs.has_made(mark) for mark in marks)
    for forged in ("", ".", "00", "00.", "00." + "0" * 64, "é.é", ours.mark("00") + "0"):
        assert not ours.has_made(forged)


def test_a_session_that_is_closed_is_none() -> None:
    opened = sessions()
    name = opened.open(TOKEN, 0.0) or ""
    opened.close(name)
    assert opened.of(name, 0.0) is None


def test_sessions_do_not_pile_up() -> None:
    opened = sessions()
    names = [opened.open(TOKEN, 0.0) or "" for _ in range(40)]
    alive = [name for name in names if opened.of(name, 0.0)]
    assert 0 < len(alive) < 40
    assert names[-1] in alive
