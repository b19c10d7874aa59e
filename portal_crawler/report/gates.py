"""Gates: whether a crawl reached what its profile asks of it, and which of its gates are broken, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_crawler.errors import PortalCrawlerError
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.manifest_json import CRAWL, read_crawl
from portal_crawler.records.sinks import ARTICLES
from portal_crawler.report.summary import CrawlSummary
from portal_crawler.sites.profile import Gates

# A story of fewer words is no story: a teaser or a "read more" is longer.
EMPTY_WORDS = 10


@dataclass(frozen=True, slots=True)
class BrokenGate:
    """A gate by its key in ``[gates]``, the value that was found and the bound that it breaks; ``told`` says so."""

    gate: str
    value: float
    bound: float
    told: str


@dataclass(frozen=True, slots=True)
class Yield:
    """What gates look at: distinct ``articles``, those that are ``dated``, those too ``short`` to be stories; ``empty``
    answers; pages ``tried`` and the ``errors`` among them; the articles of the crawl ``before``, if there is one.
    """

    articles: int
    dated: int = 0
    short: int = 0
    empty: int = 0
    tried: int = 0
    errors: int = 0
    before: int | None = None


def broken_gates(gates: Gates, found: Yield) -> tuple[BrokenGate, ...]:
    """The gates that a crawl breaks, in the order of the profile's keys.

    >>> [one.told for one in broken_gates(Gates(min_articles=1000), Yield(articles=12))]
    ['gate min_articles: 12 articles, at least 1,000 wanted']
    """
    return tuple(_broken(gates, found))


def _broken(gates: Gates, found: Yield) -> Iterator[BrokenGate]:
    least = gates.min_articles
    if least is not None and found.articles < least:
        told = f"gate min_articles: {found.articles:,} articles, at least {least:,} wanted"
        yield BrokenGate("min_articles", found.articles, least, told)
    bodies = found.articles + found.empty
    for gate, share, bound, is_broken, words in (
        (
            "max_error_rate",
            _share(found.errors, found.tried),
            gates.max_error_rate,
            _above,
            f"of {found.tried:,} pages failed, at most",
        ),
        (
            "min_date_rate",
            _share(found.dated, found.articles),
            gates.min_date_rate,
            _below,
            f"of {found.articles:,} articles have a date, at least",
        ),
        (
            "max_empty_rate",
            _share(found.empty + found.short, bodies),
            gates.max_empty_rate,
            _above,
            f"of {bodies:,} bodies are empty, at most",
        ),
        (
            "max_yield_drop",
            _drop(found),
            gates.max_yield_drop,
            _above,
            f"fewer articles than the {found.before or 0:,} of the crawl before, at most",
        ),
    ):
        if share is not None and bound is not None and is_broken(share, bound):
            told = f"gate {gate}: {_percent(share)} {words} {_percent(bound)} wanted"
            yield BrokenGate(gate, round(share, 6), bound, told)


def yield_of(folder: Path, gates: Gates, summary: CrawlSummary) -> Yield:
    """What the gates look at, of a crawl that has ended; records and other crawls are read only where a gate asks.

    :raises DamagedFileError: at a line that is no record.
    """
    dated = short = 0
    if gates.min_date_rate is not None or gates.max_empty_rate is not None:
        for _, _, record in read_lines(folder / ARTICLES):
            dated += record["published"] is not None
            short += record["word_count"] < EMPTY_WORDS
    return Yield(
        articles=summary.unique,
        dated=dated,
        short=short,
        empty=summary.lost.get("empty", 0),
        tried=summary.fetched + summary.failed,
        errors=summary.failed + sum(count for status, count in summary.statuses.items() if status >= "400"),
        before=_articles_before(folder) if gates.max_yield_drop is not None else None,
    )


def _articles_before(folder: Path) -> int | None:
    """The articles of the newest crawl of the profile, begun before and beside it, that finished and broke no gate."""
    own = _facts(folder)
    found = [
        facts
        for facts in (_facts(path.parent) for path in folder.resolve().parent.glob(f"*/{CRAWL}"))
        if facts.get("profile") == own.get("profile")
        and facts.get("finish_reason") == "finished"
        and not facts.get("gates")
        and str(facts.get("started")) < str(own.get("started"))
    ]
    newest = max(found, key=lambda facts: str(facts["started"]), default=None)
    count = newest.get("counts", {}).get("unique") if newest else None
    return count if isinstance(count, int) else None


def _facts(folder: Path) -> dict[str, Any]:
    try:
        return read_crawl(folder) or {}
    except PortalCrawlerError:  # another crawl's, which is not judged here
        return {}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _drop(found: Yield) -> float | None:
    return 1 - found.articles / found.before if found.before else None


def _above(share: float, bound: float) -> bool:
    return share > bound


def _below(share: float, bound: float) -> bool:
    return share < bound


def _percent(share: float) -> str:
    """A share in per cent, with as many places as tell it from its neighbours.

    >>> _percent(0.02), _percent(0.0312)
    ('2 %', '3.12 %')
    """
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + " %"
