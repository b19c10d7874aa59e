"""Metrics: the state of crawls in the text format of Prometheus. Pure; what is measured comes in.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format, version 0.0.4. Every number is
of the crawl as a whole, earlier runs of it included, so a counter goes on where it was when a crawl is resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of an HTTP answer that holds an exposition."""
PREFIX = "portal_crawler_"
# Hosts with a series of their own, those with most addresses waiting; the others are one series.
MOST_HOSTS = 20
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class CrawlState:
    """One crawl at one moment. ``profile`` and ``crawl`` (the name of its folder) tell it from others.

    ``states`` counts addresses by state (``queued``, ``in_flight``, ``done``, ``failed``, ``skipped``), ``statuses``
    fetched pages by HTTP status, ``skipped`` addresses by reason, ``queued`` waiting ones by host, ``written``
    committed bytes by file; ``articles`` are pages that hold a story, without exact copies, ``unique`` the distinct
    stories once the crawl is settled, ``body_bytes`` bytes of bodies, unpacked. ``started`` and ``finished`` are
    aware; ``reason`` is why it ended, "" while it has not.
    """

    profile: str
    crawl: str
    version: str
    started: datetime | None = None
    finished: datetime | None = None
    reason: str = ""
    running: bool = False
    articles: int = 0
    unique: int | None = None
    body_bytes: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    queued: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, int] = field(default_factory=dict)


# A label of a sample besides those of its crawl, if it has one, and the sample's value.
Samples = Iterable[tuple[dict[str, str], float]]


@dataclass(frozen=True, slots=True)
class Metric:
    """One family of samples. ``kind`` is ``gauge`` or ``counter``; ``labels`` come with ``profile`` and ``crawl``."""

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...]
    samples: Callable[[CrawlState], Samples]


STATES = ("queued", "in_flight", "done", "failed", "skipped")


def _by(label: str, counts: Mapping[str, int]) -> Iterator[tuple[dict[str, str], float]]:
    return (({label: name}, counts[name]) for name in sorted(counts))


def _stamp(moment: datetime | None) -> Samples:
    return [({}, moment.timestamp())] if moment is not None else []


def _hosts(state: CrawlState) -> Samples:
    ordered = sorted(state.queued.items(), key=lambda pair: (-pair[1], pair[0]))
    rest = sum(count for _, count in ordered[MOST_HOSTS:])
    shown = dict(ordered[:MOST_HOSTS]) | ({OTHERS: rest} if rest else {})
    return _by("host", shown)


METRICS = (
    Metric("info", "gauge", "1; the version that reads the crawl is its label", ("version",),
           lambda one: [({"version": one.version}, 1)]),
    Metric("running", "gauge", "1 while a process crawls, else 0", (), lambda one: [({}, int(one.running))]),
    Metric("started_timestamp_seconds", "gauge", "when the crawl began, seconds since the epoch", (),
           lambda one: _stamp(one.started)),
    Metric("finished_timestamp_seconds", "gauge", "when it ended; without a sample until then", (),
           lambda one: _stamp(one.finished)),
    Metric("ended_info", "gauge", "1, with the reason why it ended; without a sample until then", ("reason",),
           lambda one: [({"reason": one.reason}, 1)] if one.reason else []),
    Metric("addresses", "gauge", "addresses known to the crawl, by state", ("state",),
           lambda one: (({"state": state}, one.states.get(state, 0)) for state in STATES)),
    Metric("queued_addresses", "gauge",
           f"addresses that wait, by host; hosts beyond the {MOST_HOSTS} with most of them are `{OTHERS}`", ("host",),
           _hosts),
    Metric("pages_total", "counter", "pages fetched, by HTTP status", ("status",),
           lambda one: _by("status", one.statuses)),
    Metric("articles_total", "counter", "pages fetched that hold a story, exact copies left out", (),
           lambda one: [({}, one.articles)]),
    Metric("unique_articles", "gauge", "distinct stories, once the crawl is settled; without a sample until then", (),
           lambda one: [({}, one.unique)] if one.unique is not None else []),
    Metric("skipped_total", "counter", "addresses not asked for, by the reason in skipped.jsonl", ("reason",),
           lambda one: _by("reason", one.skipped)),
    Metric("body_bytes_total", "counter", "bytes of fetched bodies, content codings undone", (),
           lambda one: [({}, one.body_bytes)]),
    Metric("output_bytes", "gauge", "committed bytes of each output; WARC files together as `archive`", ("file",),
           lambda one: _by("file", one.written)),
)  # fmt: skip
"""Every family but ``WRITTEN``, in the order in which it is written."""
WRITTEN = Metric(
    "written_timestamp_seconds", "gauge", "when the metrics were taken, seconds since the epoch", (), lambda _: []
)
"""When the state was taken: an alert on it tells that nothing writes any more."""


def exposition(states: Sequence[CrawlState], now: datetime) -> str:
    """The state of crawls as text for Prometheus; each family once, with a sample for each crawl.

    :param now: an aware time, when the states were taken.

    >>> from datetime import UTC
    >>> text = exposition([CrawlState("portal.test", "20261128T120000Z-ab12", "0.1.0", articles=3)], datetime.now(UTC))
    >>> 'portal_crawler_articles_total{crawl="20261128T120000Z-ab12",profile="portal.test"} 3' in text
    True
    """
    lines: list[str] = []
    for metric in (WRITTEN, *METRICS):
        lines += _head(metric)
        for state in states:
            named = {"profile": state.profile, "crawl": state.crawl}
            samples = _stamp(now) if metric is WRITTEN else metric.samples(state)
            lines += [_sample(metric, {**named, **labels}, value) for labels, value in samples]
    return "".join(f"{line}\n" for line in lines)


def _head(metric: Metric) -> Iterator[str]:
    meaning = metric.meaning.replace("\\", r"\\").replace("\n", r"\n")
    yield f"# HELP {PREFIX}{metric.name} {meaning}"
    yield f"# TYPE {PREFIX}{metric.name} {metric.kind}"


def _sample(metric: Metric, labels: Mapping[str, str], value: float) -> str:
    shown = ",".join(f'{name}="{_escaped(labels[name])}"' for name in sorted(labels))
    return f"{PREFIX}{metric.name}{{{shown}}} {_number(value)}"


def _escaped(text: str) -> str:
    """A label's value: backslash, quote and line feed escaped; what no UTF-8 can say is replaced."""
    clean = text.encode("utf-8", "replace").decode()
    return clean.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return repr(value) if value != int(value) else str(int(value))
