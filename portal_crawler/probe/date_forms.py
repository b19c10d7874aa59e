"""Date forms: how a portal dates its stories, and in which time zone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from portal_crawler.probe.entry import Entry, counted, quoted, share
from portal_crawler.probe.evidence import Evidence
from portal_crawler.reading import PageReading

_BLOCK = re.compile(r"block (\d+)(?:: (.*))?\Z")
_AMBIGUOUS = " (ambiguous)"
_NUMBERS = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b")
_CLOCK = re.compile(r"\d\d?:\d\d")
# Countries of one time zone, as their top-level domain has it (https://data.iana.org/time-zones/tzdb/zone1970.tab).
_ZONES = {
    "cn": "Asia/Shanghai", "hk": "Asia/Hong_Kong", "tw": "Asia/Taipei", "jp": "Asia/Tokyo", "kr": "Asia/Seoul",
    "in": "Asia/Kolkata", "ir": "Asia/Tehran", "il": "Asia/Jerusalem", "tr": "Europe/Istanbul", "uk": "Europe/London",
    "ie": "Europe/Dublin", "fr": "Europe/Paris", "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich",
    "it": "Europe/Rome", "nl": "Europe/Amsterdam", "be": "Europe/Brussels", "pl": "Europe/Warsaw",
    "cz": "Europe/Prague", "se": "Europe/Stockholm", "no": "Europe/Oslo", "dk": "Europe/Copenhagen",
    "fi": "Europe/Helsinki", "gr": "Europe/Athens", "vn": "Asia/Ho_Chi_Minh", "th": "Asia/Bangkok",
    "sg": "Asia/Singapore", "ph": "Asia/Manila", "pk": "Asia/Karachi", "bd": "Asia/Dhaka", "za": "Africa/Johannesburg",
    "eg": "Africa/Cairo", "ng": "Africa/Lagos", "ke": "Africa/Nairobi",
}  # fmt: skip


def date_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``fields.published``: a rule for dates that could be read in two ways, and what the general reading finds."""
    articles = evidence.articles
    if not articles:
        return (Entry("fields.published", notes=("no article was read, so no date line was seen",)),)
    dated = [one for one in articles if one.metadata.published is not None]
    origins = [(one, dict(one.metadata.origins).get("published", "")) for one in dated]
    forms = Counter(_form(origin) for _, origin in origins)
    notes = [f"{share(len(dated), len(articles), 'article pages')} are dated by the general reading"]
    for form, count in forms.most_common():
        example = next(one for one, origin in origins if _form(origin) == form)
        notes.append(f"{form}: {share(count, len(dated), 'dates')}, such as {_example(example)}")
    zone, why = _zone(evidence, dated)
    notes.append(f"time zone: {why}")
    rule = _rule([(one, _line(one)) for one, origin in origins if _AMBIGUOUS in origin], origins, notes)
    if rule is None:
        return (Entry("fields.published", notes=tuple(notes)),)
    value = {**rule, **({"time_zone": zone} if zone else {})}
    return (Entry("fields.published", value, tuple(notes), sure=False),)


def _form(origin: str) -> str:
    found = _BLOCK.search(origin)
    words = (found[2] if found and found[2] else origin).removesuffix(_AMBIGUOUS)
    return f"date line, {words}" if found else words


def _line(reading: PageReading) -> str:
    """The text of the block that dates a page; "" where none does."""
    found = _BLOCK.search(dict(reading.metadata.origins).get("published", ""))
    number = int(found[1]) if found else -1
    return reading.blocks[number].text if 0 <= number < len(reading.blocks) else ""


def _example(reading: PageReading) -> str:
    line, value = _line(reading), reading.metadata.published
    read = value.isoformat() if value is not None else ""
    if not line:
        return f"{read} of {quoted(reading.capture.url)}"
    # The date stands at the end of long lines.
    return f"{quoted(line if len(line) <= 70 else line[-70:])}, read as {read}"


def _rule(
    doubtful: Sequence[tuple[PageReading, str]], origins: Sequence[tuple[PageReading, str]], notes: list[str]
) -> dict[str, str] | None:
    """A rule for numeric dates, where other pages tell which number is the day."""
    if not doubtful:
        return None
    lines = [_line(one) for one, _ in origins]
    found = [match for line in lines for match in _NUMBERS.finditer(line)]
    month_first = sum(int(one[3]) > 12 for one in found)
    day_first = sum(int(one[1]) > 12 for one in found)
    told = share(len(doubtful), len(origins), "dates could be read in two ways")
    if bool(month_first) == bool(day_first):
        notes.append(f"{told}, and no page tells which number is the day")
        order = "%m{0}%d{0}"
    else:
        first, count = ("month", month_first) if month_first else ("day", day_first)
        notes.append(f"{told}; {counted(count, 'other')} say that the {first} is first")
        order = "%m{0}%d{0}" if month_first else "%d{0}%m{0}"
    sample = next((match for _, line in doubtful if (match := _NUMBERS.search(line))), None)
    if sample is None:
        return None
    mark = sample[2]
    year, digits = ("%Y", r"\d{4}") if len(sample[4]) == 4 else ("%y", r"\d{2}")
    separator = re.escape(mark).replace(r"\-", "-")
    return {"regex": rf"\b(\d{{1,2}}{separator}\d{{1,2}}{separator}{digits})\b", "format": order.format(mark) + year}


def _zone(evidence: Evidence, dated: Sequence[PageReading]) -> tuple[str | None, str]:
    """A guess at the time zone, and what it rests on."""
    offsets = Counter(
        when.strftime("%z")
        for one in dated
        if isinstance(when := one.metadata.published, datetime) and when.utcoffset() is not None
    )
    clocks = sum(bool(_CLOCK.search(_line(one))) for one in dated)
    said = f"{clocks} date lines show a clock time" if clocks else "no date line shows a clock time, so none is needed"
    if offsets:
        offset, count = offsets.most_common(1)[0]
        said = f"{share(count, len(dated), 'dates')} come with the offset {offset}"
    ending = evidence.seed_host.partition(":")[0].rpartition(".")[2]
    if ending in _ZONES:
        return _ZONES[ending], f"{_ZONES[ending]} is a guess by .{ending}; {said}"
    languages = Counter((one.metadata.language or "").partition("-")[0] for one in dated)
    if languages and languages.most_common(1)[0][0] == "zh":
        return "Asia/Shanghai", f"Asia/Shanghai is a guess by the stories' language; {said}"
    return None, f"nothing tells it; {said}"
