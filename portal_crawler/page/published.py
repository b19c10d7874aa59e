"""Published: when a story appeared and was changed, by what its page declares, shows and is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from portal_crawler.page.blocks import Block
from portal_crawler.page.dates import DateBounds, FoundDate, date_of_url, find_dates, read_date
from portal_crawler.page.declared import Declared
from portal_crawler.page.roles import Role, RoleDecision

Moment = date | datetime

_PUBLISHED_META = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "publishdate",
    "pubdate",
    "publish-date",
    "publish_date",
    "published_time",
    "article.published",
    "sailthru.date",
    "parsely-pub-date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "citation_online_date",
    "originalpublicationdate",
    "cxenseparse:recs:publishtime",
    "date",
    "date_published",
    "article_date_original",
    "contentdate",
    "createdate",
    "release_date",
)
_MODIFIED_META = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
    "revised",
)

# Lines longer than this are prose: a date in them is part of the story.
_MAX_DATE_LINE = 120
# How many blocks before and after the headline a date line is looked for.
_BEFORE, _AFTER = 4, 8
_UPDATED = re.compile(
    r"(?:updated|modified|revised|last\s+(?:update|edit|change|review)\w*|reviewed|aktualisiert|mis\s+\u00e0\s+jour|actualizado|\u66f4\u65b0|\u043e\u0431\u043d\u043e\u0432\u043b\u0435\u043d\u043e)"
    r"\s*(?:on|at|:|\uff1a|am)?\s*\Z",
    re.IGNORECASE,
)
_DATE_LEFT = re.compile(r"\w+")
_SKIPPED = frozenset({Role.NAVIGATION, Role.RELATED, Role.FOOTER, Role.COMMENTS, Role.PROMO})


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """A portal's own date: the first group of ``regex``, by ``strptime`` ``form``, in ``zone``."""

    regex: re.Pattern[str]
    form: str
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """``line`` is the block that shows the date and ``found`` where in its text, if one does."""

    published: Moment | None = None
    modified: Moment | None = None
    origins: tuple[tuple[str, str], ...] = ()
    line: Block | None = None
    found: FoundDate | None = None


@dataclass(frozen=True, slots=True)
class DateReader:
    """What a date is judged by: plausible days, the portal's zone and rule, and the order of its days and months."""

    bounds: DateBounds = field(default_factory=DateBounds)
    rule: PublishedRule | None = None
    day_first: bool = False

    @property
    def zone(self) -> tzinfo | None:
        """The zone of clock times that name none."""
        return self.rule.zone if self.rule else None

    def one(self, text: str) -> FoundDate | None:
        """The first date of a text."""
        return read_date(text, self.bounds, self.zone, day_first=self.day_first)

    def all(self, text: str) -> tuple[FoundDate, ...]:
        """Every date of a text."""
        return find_dates(text, self.bounds, self.zone, day_first=self.day_first)


def settle_published(
    declared: Declared, blocks: Sequence[Block], roles: Sequence[RoleDecision], address: str, reader: DateReader
) -> Published:
    """When the story appeared; ``None`` where nothing on the page says so."""
    lines = list(_date_lines(blocks, roles, reader))
    shown = next((line for line in lines if not line.updated), None)
    updated = next((line for line in lines if line.updated), None)
    candidates = [
        _by_rule(blocks, roles, reader),
        _json_ld(declared, "datePublished", reader),
        _meta(declared, _PUBLISHED_META, reader),
        _marked(declared, ("datepublished", "pubdate", "datecreated"), reader),
        _said(shown),
        _marked(declared, ("",), reader),
        _json_ld(declared, "dateCreated", reader),
        _said(updated),
        _address(address, reader),
    ]
    published = next((candidate for candidate in candidates if candidate), None)
    changes = [_json_ld(declared, "dateModified", reader), _meta(declared, _MODIFIED_META, reader), _said(updated)]
    modified = next((candidate for candidate in changes if candidate), None)
    origins = [(name, found[1]) for name, found in (("published", published), ("modified", modified)) if found]
    line = shown or updated
    return Published(
        published=_settled(published[0], address, reader) if published else None,
        modified=modified[0].value if modified else None,
        origins=tuple(origins),
        line=line.block if line else None,
        found=line.found if line else None,
    )


_Candidate = tuple[FoundDate, str]


@dataclass(frozen=True, slots=True)
class _DateLine:
    block: Block
    found: FoundDate
    where: str
    updated: bool


def _settled(found: FoundDate, address: str, reader: DateReader) -> Moment:
    """The value, or its second reading where that is the day the address names."""
    if found.other is not None:
        named = date_of_url(address, reader.bounds)
        if named is not None and named.day == found.other:
            return found.other
    return found.value


def _said(line: _DateLine | None) -> _Candidate | None:
    return (line.found, f"{line.where}, block {line.block.index}: {line.found.form}") if line else None


def _by_rule(blocks: Sequence[Block], roles: Sequence[RoleDecision], reader: DateReader) -> _Candidate | None:
    rule = reader.rule
    if rule is None:
        return None
    for block, decision in zip(blocks, roles, strict=True):
        if decision.role in _SKIPPED:
            continue
        for match in rule.regex.finditer(block.text):
            try:
                when = datetime.strptime(match[1] if match.re.groups else match[0], rule.form)  # noqa: DTZ007 - the rule's zone follows
            except ValueError:
                continue
            timed = "%H" in rule.form or "%I" in rule.form
            value = when.replace(tzinfo=rule.zone) if timed and rule.zone else when.date()
            if reader.bounds.hold(when.date()):
                return FoundDate(value, "profile", *match.span()), f"profile, block {block.index}"
    return None


def _json_ld(declared: Declared, key: str, reader: DateReader) -> _Candidate | None:
    for node in (*declared.articles, *declared.pages):
        value = node.get(key)
        found = reader.one(value) if isinstance(value, str) else None
        if found:
            return found, f"json-ld {key}"
    return None


def _meta(declared: Declared, names: tuple[str, ...], reader: DateReader) -> _Candidate | None:
    for name in names:
        for content in declared.meta.get(name, ()):
            if found := reader.one(content):
                return found, f"meta {name}"
    return None


def _marked(declared: Declared, names: tuple[str, ...], reader: DateReader) -> _Candidate | None:
    for marked in declared.marked:
        if marked.name in names and marked.inside not in ("aside", "footer", "nav"):
            found = reader.one(marked.value) or reader.one(marked.text)
            if found:
                return found, f"microdata {marked.name}" if marked.name else "time element"
    return None


def _address(address: str, reader: DateReader) -> _Candidate | None:
    found = date_of_url(address, reader.bounds)
    return (found, "address") if found else None


def _date_lines(blocks: Sequence[Block], roles: Sequence[RoleDecision], reader: DateReader) -> Iterator[_DateLine]:
    """Dates shown around the story, the likelier first: in bylines, next to the headline, at the story's end."""
    seen: set[int] = set()
    for where, index in _places(blocks, roles):
        text = blocks[index].text
        if index in seen or (len(text) > _MAX_DATE_LINE and where != "end of the story"):
            continue
        seen.add(index)
        offset = max(0, len(text) - _MAX_DATE_LINE)
        if offset and where == "end of the story":
            text = " " * offset + text[offset:]
        for found in reader.all(text):
            if where == "end of the story" and not _closes(text, found):
                continue
            yield _DateLine(blocks[index], found, where, bool(_UPDATED.search(text[: found.start])))


def _may_date(block: Block, decision: RoleDecision) -> bool:
    return decision.role not in _SKIPPED and not block.hidden


def _places(blocks: Sequence[Block], roles: Sequence[RoleDecision]) -> Iterator[tuple[str, int]]:
    title = next((decision.block for decision in roles if decision.role is Role.TITLE), None)
    body = [decision.block for decision in roles if decision.role is Role.BODY]
    bylines = [decision.block for decision in roles if decision.role is Role.BYLINE]
    anchor = title if title is not None else (body[0] if body else 0)
    yield from (
        ("byline", index) for index in sorted(bylines, key=lambda index: (index > anchor + 30, abs(index - anchor)))
    )
    if title is not None:
        last = min(len(blocks), title + _AFTER + 1)
        yield from (
            ("next to the headline", index) for index in range(title, last) if _may_date(blocks[index], roles[index])
        )
    if body:
        tail = [
            index
            for index in range(max(body[-1] - 2, 0), min(len(blocks), body[-1] + 3))
            if roles[index].role not in _SKIPPED
        ]
        yield from (("end of the story", index) for index in reversed(tail))
    if title is not None:
        yield from (
            ("above the headline", index)
            for index in range(title - 1, max(title - _BEFORE, 0) - 1, -1)
            if roles[index].role is not Role.COMMENTS
        )
    elif body:
        yield from (("above the story", index) for index in range(body[0], max(body[0] - _BEFORE, 0) - 1, -1))


def _closes(text: str, found: FoundDate) -> bool:
    """Whether a date stands at the end of its text and in brackets or alone, as a source line's does."""
    tail = text[found.end :].strip()
    if _DATE_LEFT.search(tail):
        return False
    lead = text[: found.start].rstrip()
    bracket = max(lead.rfind("("), lead.rfind("\uff08"), lead.rfind("["))
    return (bracket >= 0 and len(lead) - bracket < 90) or len(lead.strip()) < 50
