"""Draft: a profile of what a sample showed, as TOML with the evidence beside each key. Contains no input or output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal_crawler.page.kind import PageKind
from portal_crawler.probe.charsets import charset_entries
from portal_crawler.probe.date_forms import date_entries
from portal_crawler.probe.entry import Entry, counted, quoted
from portal_crawler.probe.evidence import Evidence
from portal_crawler.probe.exclusions import exclusion_entries
from portal_crawler.probe.hosts import host_entries
from portal_crawler.probe.layouts import layout_entries
from portal_crawler.probe.listings import listing_entries
from portal_crawler.probe.manners import manner_entries
from portal_crawler.probe.sections import section_entries
from portal_crawler.probe.url_forms import form_entries
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_problems import model_at
from portal_crawler.sites.profile_toml import parse_profile
from portal_crawler.sites.toml_text import toml_value

# Keys at the top of the file, in this order; tables follow in the order of the model.
_TOP = ("schema", "name", "title", "operator", "seeds", "feeds", "sitemaps")
_WIDTH = 118


@dataclass(frozen=True, slots=True)
class Draft:
    """``text`` is the file; ``profile`` what it means; ``entries`` what was found, in the file's order."""

    text: str
    profile: SiteProfile
    entries: tuple[Entry, ...]


def draft(evidence: Evidence, folder: str, day: datetime, requests: int) -> Draft:
    """The drafted profile.

    :param folder: where the evidence lies, as people would type it.
    :param day: when the sample was made.
    :param requests: how many there were, robots.txt files included.
    :raises ProfileError: never, unless a finder is wrong: what is written is read again.
    """
    entries = (
        *_identity(evidence),
        *listing_entries(evidence),
        *host_entries(evidence),
        *section_entries(evidence),
        *exclusion_entries(evidence),
        *manner_entries(evidence),
        *charset_entries(evidence),
        *form_entries(evidence),
        *layout_entries(evidence),
        *date_entries(evidence),
    )
    lines = [*_head(evidence, folder, day, requests), "", *_body(evidence.start, entries)]
    text = "".join(f"{line}\n" for line in lines)
    return Draft(text, parse_profile(text, "the drafted profile"), entries)


def counts_by_kind(evidence: Evidence) -> dict[str, int]:
    """How many pages of the sample were of each kind; feeds and site maps apart, and whatever was no page."""
    found: Counter[str] = Counter()
    for one in evidence.readings:
        if one.charset is None:
            listing = one.kind.kind is PageKind.LINK_PAGE
            found["feed or site map" if listing else f"answer {one.capture.status}"] += 1
        else:
            found[one.kind.kind.value.replace("_", " ")] += 1
    return dict(found)


def fetched_in_words(evidence: Evidence, requests: int) -> str:
    """What the requests were spent on.

    :param requests: how many there were.
    """
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts_by_kind(evidence).items())
    told = [f"{counted(len(evidence.readings), 'page')} ({kinds or 'none'})"]
    told.append(counted(len(evidence.robots), "robots.txt file"))
    again = requests - len(evidence.readings) - len(evidence.robots)
    if again > 0:
        told.append(f"{again} that failed, or had to be asked for once more")
    return ", ".join(told)


def missed_by_reason(evidence: Evidence) -> dict[str, int]:
    """How many addresses were not fetched, by the reason in one word; ``limit``: no request was left for them."""
    waiting = {"limit": evidence.waiting} if evidence.waiting else {}
    return waiting | dict(Counter(one.reason for one in evidence.missed).most_common())


_MISSED = {"limit": "beyond the limit", "sample": "of other hosts (one page each is asked for)", "offsite": "foreign"}


def missed_in_words(evidence: Evidence) -> str:
    """What was found and not fetched."""
    told = [f"{count} {_MISSED.get(reason, reason)}" for reason, count in missed_by_reason(evidence).items()]
    return ", ".join(told) or "nothing"


def _identity(evidence: Evidence) -> tuple[Entry, ...]:
    start = evidence.start
    front = next((one for one in evidence.documents if one.capture.depth == 0 and one.metadata.title), None)
    title = front.metadata.title if front else start.title
    return (
        Entry("name", start.name),
        Entry("title", start.title if start.title not in {"", evidence.seed_host} else " ".join(title.split())),
        Entry("seeds", start.seeds or None),
    )


def _head(evidence: Evidence, folder: str, day: datetime, requests: int) -> Iterator[str]:
    yield f"# Drafted by portal-crawler probe on {day:%Y-%m-%d}, from {requests} requests."
    yield f"# Fetched: {fetched_in_words(evidence, requests)}."
    yield f"# Found and not fetched: {missed_in_words(evidence)}."
    yield f"# The evidence, every byte of it: {folder}"
    yield "# Each key has what speaks for it above it. What is only a guess is a comment: take out its # to use it."
    yield "# All keys: docs/reference/profile.md. To see what this file means: portal-crawler crawl FILE --dry-run"


def _body(start: SiteProfile, entries: Sequence[Entry]) -> Iterator[str]:
    kept = start.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)
    kept["schema"] = 1
    found = {one.key: one for one in entries}
    for key in _TOP:
        yield from _lines(found.get(key), key, kept)
    tables = [name for name in SiteProfile.model_fields if model_at((name,)) is not None]
    for table in tables:
        own = [one for one in entries if one.key == table or one.key.startswith(f"{table}.")]
        yield from _table(table, own, kept.get(table, {}))


def _table(table: str, entries: Sequence[Entry], kept: Any) -> Iterator[str]:
    """One table: what was found of it, then what the start says besides."""
    if isinstance(kept, list):  # [[layout]]: an array of tables stays as it was
        for one in entries:
            yield from ("", *_comments(one, ""))
        for row in kept:
            yield from ("", f"[[{table}]]", *(f"{key} = {toml_value(value)}" for key, value in row.items()))
        return
    known = {one.key.partition(".")[2]: one for one in entries}
    rest = {key: value for key, value in kept.items() if key not in known}
    active = bool(rest) or any(one.value is not None and one.sure for one in entries)
    if not entries and not rest:
        return
    header = "[[layout]]" if table == "layout" else f"[{table}]"
    yield ""
    yield header if active else f"# {header}"
    for key, one in known.items():
        yield from _lines(one, key, {})
    yield from (f"{key} = {toml_value(value)}" for key, value in rest.items())


def _lines(entry: Entry | None, key: str, kept: Mapping[str, Any]) -> Iterator[str]:
    """A key with its evidence."""
    if entry is None:
        if key in kept:
            yield f"{key} = {toml_value(kept[key])}"
        return
    yield from _comments(entry, key)
    if entry.value is not None:
        mark = "" if entry.sure else "# "
        yield f"{mark}{key} = {_value(entry.value)}"


def _comments(entry: Entry, key: str) -> Iterator[str]:
    for note in entry.notes:
        line = quoted(note, longest=_WIDTH * 3)[1:-1]
        named = f"{key}: {line}" if entry.value is None and key else line
        yield from _wrapped(named)


def _wrapped(text: str) -> Iterator[str]:
    """A remark as lines of comment."""
    line = "#"
    for word in text.split(" "):
        if len(line) + 1 + len(word) > _WIDTH and line not in ("#", "#  "):
            yield line
            line = "#  "
        line += f" {word}"
    yield line


def _value(value: Any) -> str:
    """A value as TOML; a long list of texts a line each."""
    text = toml_value(value)
    if not isinstance(value, list | tuple) or len(text) <= _WIDTH - 20:
        return text
    return "[\n" + "".join(f"  {toml_value(item)},\n" for item in value) + "]"
