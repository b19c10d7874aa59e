"""Judge: what a crawl made of the hazards, from its files and the server's journal."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import ada_url

from tests.hostile.hazard import MAIN, PER_ADDRESS, Ends, Hazard
from tests.hostile.journal import Entry, Journal, gaps
from tests.hostile.stories import Story

# Words of a story that a record may lack, and words that it may have on top.
_RECALL, _PRECISION = 0.98, 0.9
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+|\d+")
_MARK = re.compile(r"(?<!\w)[A-Z](?:[aeiou][bdfklmnprstv]){5}[aeiou](?!\w)")
_SHOWN = 90
_OWN_PATH = re.compile(r"/h/[\w-]+")
Record = dict[str, Any]
Index = dict[str, list[Record]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``ended`` is what became of the hazard, ``problems`` what is not as expected: none where it was survived."""

    hazard: Hazard
    ended: str
    problems: tuple[str, ...]
    requests: int

    @property
    def survived(self) -> bool:
        """Whether everything is as expected."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Ordinary:
    """The ordinary articles that are not there, there twice, or not whole, by path."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What a crawl's folder holds, by what the judge asks it for."""

    articles: list[Record] = field(default_factory=list)
    skipped: list[Record] = field(default_factory=list)
    pages: list[Record] = field(default_factory=list)
    by_mark: Index = field(default_factory=lambda: defaultdict(list))
    skipped_at: Index = field(default_factory=lambda: defaultdict(list))
    skipped_from: Index = field(default_factory=lambda: defaultdict(list))
    fetched_at: Index = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, folder: Path) -> Outcome:
        """Read a crawl's folder; a file that is missing or torn gives what it has."""
        articles, skipped, pages = (list(_lines(folder / f"{name}.jsonl")) for name in ("articles", "skipped", "pages"))
        found = cls(articles, skipped, pages)
        for record in found.articles:
            for mark in set(_MARK.findall(record["text"])):
                found.by_mark[mark].append(record)
        for records, key, index in (
            (skipped, "url", found.skipped_at),
            (skipped, "via", found.skipped_from),
            (pages, "url", found.fetched_at),
        ):
            for record in records:
                for label in labels_of(record[key] or ""):
                    index[label].append(record)
        return found

    def told(self, one: Story) -> tuple[str, str]:
        """What became of a story: ("whole" | "lost" | "doubled" | "damaged", details)."""
        records = self.by_mark.get(one.mark, [])
        if not records:
            return "lost", ""
        if len(records) > 1:
            return "doubled", ", ".join(record["url"] for record in records)[:_SHOWN]
        missing, surplus, of = _compared(one.text, records[0]["text"])
        if missing > of * (1 - _RECALL) or surplus > of * (1 / _PRECISION - 1):
            return "damaged", f"{missing} of {of} words missing, {surplus} on top"
        return "whole", ""


def _lines(path: Path) -> Iterator[Record]:
    if not path.exists():
        path = path.with_name(path.name + ".open")
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def _compared(gold: str, text: str) -> tuple[int, int, int]:
    """Words of the gold that are missing, words on top of it, and its words."""
    wanted, found = Counter(_WORD.findall(gold)), Counter(_WORD.findall(text))
    return (wanted - found).total(), (found - wanted).total(), wanted.total()


def labels_of(url: str) -> tuple[str, ...]:
    """By what a hazard knows its addresses: the beginning of their path, their host, or the whole of them."""
    rest = url.partition("://")[2]
    host, path = rest.partition("/")[0].rpartition("@")[2], "/" + rest.partition("/")[2]
    own = _OWN_PATH.match(path)
    return (own[0],) if own else (host, _normal(url))


def labels(hazard: Hazard) -> set[str]:
    """The labels of a hazard's addresses."""
    return {hazard.place, *([hazard.host] if hazard.host != MAIN else []), *map(_normal, hazard.also)}


def _of(index: Index, hazard: Hazard) -> list[Record]:
    """The records of a hazard's addresses."""
    return [record for label in labels(hazard) for record in index.get(label, ())]


def _normal(url: str) -> str:
    try:
        return str(ada_url.normalize_url(url)).partition("#")[0]
    except (ValueError, UnicodeError):
        return url.strip()


def judge(
    hazards: Iterable[Hazard], outcome: Outcome, journal: Journal, contacts: Iterable[str], *, ended: bool = True
) -> list[Verdict]:
    """The verdict on each hazard.

    :param ended: whether the crawl came to its end by itself: otherwise no trap that it went into has let it go.
    """
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in journal.so_far():
        entries[entry.hazard].append(entry)
    told = list(contacts)
    verdicts = [_verdict(one, outcome, journal, entries[one.name], told) for one in hazards]
    return [
        replace(one, problems=(*one.problems, "the crawl did not end"))
        if one.hazard.trap and one.requests and not ended
        else one
        for one in verdicts
    ]


def _verdict(hazard: Hazard, outcome: Outcome, journal: Journal, entries: list[Entry], contacts: list[str]) -> Verdict:
    expect = hazard.expect
    ended, problems = _ending(hazard, outcome)
    problems += _bounds(hazard, journal, entries)
    mine = [line for line in contacts if labels(hazard) & set(labels_of(line.partition(" ")[2]))]
    problems += [f"internal service contacted: {mine[0][:_SHOWN]}"] if mine else []
    texts = [f"{record['title']} {record['text']}" for record in outcome.articles] if expect.absent else []
    problems += [f"{word} stands in a record" for word in expect.absent if any(word in text for text in texts)]
    return Verdict(hazard, ended, tuple(problems), len(entries))


def _ending(hazard: Hazard, outcome: Outcome) -> tuple[str, list[str]]:
    """What became of it, and what is wrong with that."""
    expect = hazard.expect
    skips, led = _of(outcome.skipped_at, hazard), _of(outcome.skipped_from, hazard)
    pages = _of(outcome.fetched_at, hazard)
    ended = _ended(skips, led, pages)
    if expect.ends is Ends.ARTICLE:
        found = [(one, *outcome.told(one)) for one in expect.stories]
        bad = [f"{one.mark} {state} {details}".strip() for one, state, details in found if state != "whole"]
        return (ended if bad else f"{len(found)} whole"), bad
    if expect.ends is Ends.SKIPPED:
        good = any(line["reason"] in expect.reasons for line in (*skips, *led))
        return ended, [] if good else [f"no line in skipped.jsonl with {' or '.join(expect.reasons)}"]
    if expect.ends is Ends.STORED:
        return ended, [] if pages else ["no line in pages.jsonl"]
    return ended, []


def _ended(skips: list[Record], led: list[Record], pages: list[Record]) -> str:
    """In a few words."""
    own = {line["url"] for line in skips}
    found = Counter(f"skipped {line['reason']}" for line in skips)
    found.update(f"target skipped {line['reason']}" for line in led if line["url"] not in own)
    found.update(f"page {line['status']} {line['kind']}" for line in pages)
    words = [f"{name} x {count}" if count > 1 else name for name, count in found.most_common(3)]
    problem = next((line["problems"][0] for line in pages if line["problems"]), "")
    return ", ".join(words) + (f" ({problem[:50]})" if problem else "") or "nothing"


def _bounds(hazard: Hazard, journal: Journal, entries: list[Entry]) -> list[str]:
    expect = hazard.expect
    found = []
    if len(entries) > expect.requests:
        found.append(f"{len(entries)} requests")
    sent = sum(entry.sent for entry in entries) if hazard.robots is None else _of_host(journal, hazard.host)
    if expect.sent is not None and sent > expect.sent:
        found.append(f"{sent >> 20} MiB read")
    seconds = sum(entry.ended - entry.at for entry in entries if entry.ended)
    if expect.seconds is not None and seconds > expect.seconds:
        found.append(f"{seconds:.0f} s in all tries")
    tries = journal.tries(hazard.name) if expect.gap is not None else []
    if expect.gap is not None and tries and min(tries) < expect.gap:
        found.append(f"tried again after {min(tries):.2f} s")
    pages = (entry.at for entry in journal.so_far() if entry.host == hazard.host and entry.target != "/robots.txt")
    if expect.pace is not None and (least := min(gaps(pages), default=expect.pace)) < expect.pace:
        found.append(f"{least:.2f} s between two requests")
    if expect.cookie is not None and journal.longest_cookie() > expect.cookie:
        found.append(f"a Cookie header of {journal.longest_cookie()} bytes")
    asked = violations(hazard, journal)
    if asked:
        found.append(f"asked for what robots.txt forbids: {asked[0].target}")
    return found


def _of_host(journal: Journal, host: str) -> int:
    return sum(entry.sent for entry in journal.so_far() if entry.host == host)


def violations(hazard: Hazard, journal: Journal) -> list[Entry]:
    """Requests for what the robots.txt of the hazard's host forbids."""
    if not hazard.expect.forbidden:
        return []
    return [
        entry
        for entry in journal.so_far()
        if entry.host == hazard.host
        and entry.target != "/robots.txt"
        and entry.target.startswith(hazard.expect.forbidden)
    ]


def ordinary(stories: Mapping[str, Story], outcome: Outcome) -> Ordinary:
    """What became of the ordinary articles."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, one in stories.items():
        found[outcome.told(one)[0]].append(path)
    return Ordinary(tuple(found["lost"]), tuple(found["doubled"]), tuple(found["damaged"]))


def last_ordinary(stories: Mapping[str, Story], journal: Journal) -> int:
    """The number of the request, from 1, that was the first for an ordinary article, of the one that came last."""
    first: dict[str, int] = {}
    for number, entry in enumerate(journal.so_far(), 1):
        if entry.host == MAIN and entry.target in stories:
            first.setdefault(entry.target, number)
    return max(first.values(), default=0)


def too_often(journal: Journal, most: int = PER_ADDRESS) -> dict[str, int]:
    """Addresses that were asked for more often than any may be, robots.txt aside."""
    return {
        one: count for one, count in journal.by_address().items() if count > most and not one.endswith("/robots.txt")
    }


def trap_share(hazards: Iterable[Hazard], journal: Journal) -> float:
    """The share of all requests that went into traps."""
    counts = journal.by_hazard()
    return sum(counts[one.name] for one in hazards if one.trap) / max(1, counts.total())
