"""Pace: how long a host is left alone between two requests, and what its failures mean. Pure: times are passed in.

A pause is counted from the end of an answer, as Heritrix counts it
(https://heritrix.readthedocs.io/en/latest/configuring-jobs.html, "Politeness"): what a server sees between two
requests is never shorter, however long one of them was under way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

# So many rounds of failures without an answer in between, and it is asked whether the host answers at all.
_DOUBTFUL = 2
# The pauses of a host in trouble, in seconds: the first, each the double of the one before, the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 300.0
# A host that has shown that it answers is believed for so many seconds.
_BELIEVED = 30.0
# After a kill it is not known when a host was last asked, nor whether it wants a longer pause.
_AFTER_A_KILL = 10.0


@dataclass(frozen=True, slots=True)
class PaceRule:
    """What a profile asks for. Times are seconds.

    The pause after an answer is the longest of ``delay``, the host's own Crawl-delay (at most ``max_crawl_delay``) and
    ``factor`` times the answer's duration (at most ``max_factor_delay``; not where ``delay`` is 0). ``patience`` is how
    long a host that has answered before may be silent until its addresses are given up.
    """

    delay: float = 1.0
    factor: float = 1.0
    max_factor_delay: float = 30.0
    max_crawl_delay: float = 60.0
    patience: float = 900.0


@dataclass(frozen=True, slots=True)
class HostPace:
    """What is known of one host. Moments are seconds since the epoch.

    ``ready`` is when it may be asked next, ``wait`` how far ahead that was when it was set: more than that is never
    waited for, whatever is done to the clock. ``crawl_delay`` is the host's own wish. ``failures`` counts rounds of
    failures since its last answer, ``failing_since`` is the first of them, ``counted`` the last; requests that were
    under way then belong to the same round. ``answered`` and ``proved`` are its last answer, and the last that was
    asked for in doubt; 0 for never.
    """

    ready: float = 0.0
    wait: float = 0.0
    crawl_delay: float = 0.0
    failures: int = 0
    failing_since: float = 0.0
    counted: float = 0.0
    answered: float = 0.0
    proved: float = 0.0


NEW_HOST = HostPace()


def pause(pace: HostPace, rule: PaceRule, seconds: float = 0.0) -> float:
    """The pause after an answer that took so many seconds.

    >>> pause(HostPace(crawl_delay=5), PaceRule(delay=2, factor=3), seconds=1.0)
    5
    >>> pause(NEW_HOST, PaceRule(delay=2, factor=3), seconds=1.0)
    3.0
    """
    by_duration = min(rule.factor * seconds, rule.max_factor_delay) if rule.delay else 0.0
    return max(rule.delay, min(pace.crawl_delay, rule.max_crawl_delay), by_duration)


def held(pace: HostPace, now: float, seconds: float) -> HostPace:
    """The host is left alone for so many seconds, or longer where that was settled before."""
    if now + seconds <= pace.ready:
        return pace
    return replace(pace, ready=now + seconds, wait=seconds)


def after_answer(pace: HostPace, rule: PaceRule, now: float, seconds: float) -> HostPace:
    """The host has answered, which took so many seconds."""
    sound = replace(pace, failures=0, failing_since=0.0, answered=now)
    return held(sound, now, pause(pace, rule, seconds))


def after_failure(pace: HostPace, rule: PaceRule, now: float, started: float, luck: float) -> HostPace:
    """A request that was sent at ``started`` got no answer, or one of a server in trouble.

    What fails right after the host has proved that it answers says nothing of it.

    :param luck: 0-1, by chance: crawlers that fail together do not come back together.
    """
    pace = held(pace, now, pause(pace, rule))
    if _is_believed(pace, now) or (pace.failures and started < pace.counted):
        return pace
    failures = pace.failures + 1
    longer = _FIRST_PAUSE * 2.0 ** min(failures - _DOUBTFUL, 20) if failures >= _DOUBTFUL else 0.0
    failing = replace(pace, failures=failures, failing_since=pace.failing_since or now, counted=now)
    return held(failing, now, min(longer, _LONGEST_PAUSE) * (1 + luck / 4))


def after_proof(pace: HostPace, now: float) -> HostPace:
    """The host has answered a request by which it was asked whether it still does: what fails there fails alone."""
    return replace(pace, failures=0, failing_since=0.0, answered=now, proved=now)


def is_in_doubt(pace: HostPace, now: float) -> bool:
    """Whether so much has failed that the host itself may be out."""
    return pace.failures >= _DOUBTFUL and not _is_believed(pace, now)


def _is_believed(pace: HostPace, now: float) -> bool:
    return 0 <= now - pace.proved < _BELIEVED


def is_given_up(pace: HostPace, rule: PaceRule, now: float, tries: int) -> bool:
    """Whether a host has been silent for too long: for so many tries where it never answered."""
    if not pace.failures:
        return False
    return now - pace.failing_since > rule.patience if pace.answered else pace.failures >= tries


def ready_in(pace: HostPace, now: float) -> float:
    """Seconds until the host may be asked; 0 where it may be now."""
    return min(max(0.0, pace.ready - now), pace.wait)


def reopened(pace: HostPace, rule: PaceRule, now: float) -> HostPace:
    """The host of a crawl that goes on: when it was last asked before a kill is not known, so it is asked late."""
    known = pace.answered or pace.crawl_delay or pace.failures
    least = max(pause(pace, rule), 0.0 if known else _AFTER_A_KILL)
    return held(replace(pace, ready=now + ready_in(pace, now)), now, least)
