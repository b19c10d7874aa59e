"""Published: when a story appeared and was changed, by what its page declares, shows and is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal_crawler.page.blocks import Block
from portal_crawler.page.date_lines import SKIPPED, DateLine, date_lines
from portal_crawler.page.date_reader import DateReader
from portal_crawler.page.dates import FoundDate, date_of_url
from portal_crawler.page.declared import Declared
from portal_crawler.page.roles import RoleDecision

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
# Names of a site's own making, at last: "w-published-date", "published".
_NAMED_LIKE = re.compile(r"(?:\A|[-_:.])(?:date[-_:.]?)?publi(?:sh|shed|cation)[-_:.]?(?:date|time|on|at)?\Z")


@dataclass(frozen=True, slots=True)
class Published:
    """``line`` is the block that shows the date and ``found`` where in its text, if one does."""

    published: Moment | None = None
    modified: Moment | None = None
    origins: tuple[tuple[str, str], ...] = ()
    line: Block | None = None
    found: FoundDate | None = None


def settle_published(
    declared: Declared, blocks: Sequence[Block], roles: Sequence[RoleDecision], address: str, reader: DateReader
) -> Published:
    """When the story appeared; ``None`` where nothing on the page says so."""
    lines = list(date_lines(blocks, roles, reader))
    shown = next((line for line in lines if not line.updated), None)
    updated = next((line for line in lines if line.updated), None)
    changes = [_json_ld(declared, "dateModified", reader), _meta(declared, _MODIFIED_META, reader), _said(updated)]
    modified = next((candidate for candidate in changes if candidate), None)
    by_machine = [
        _json_ld(declared, "datePublished", reader),
        _meta(declared, _PUBLISHED_META, reader),
        _marked(declared, ("datepublished", "pubdate", "datecreated"), reader),
    ]
    candidates = [
        _by_rule(blocks, roles, reader),
        _outdone(next((one for one in by_machine if one), None), modified, shown),
        _said(shown),
        _meta(declared, [name for name in declared.meta if _NAMED_LIKE.search(name)], reader),
        _marked(declared, ("",), reader),
        _json_ld(declared, "dateCreated", reader),
        _said(updated),
        _address(address, reader),
    ]
    published = next((candidate for candidate in candidates if candidate), None)
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


def _outdone(declared: _Candidate | None, modified: _Candidate | None, shown: DateLine | None) -> _Candidate | None:
    """What is declared, unless the line by the headline knows better: it names an earlier day where the machine's day
    is that of the last change, or the neighbouring day of a UTC time, which is the portal's own.
    """
    if declared is None or shown is None or not shown.near:
        return declared
    when, day = declared[0], shown.found.day
    changed = modified is not None and modified[0].day == when.day and day < when.day
    in_utc = isinstance(when.value, datetime) and when.value.utcoffset() == timedelta(0)
    apart = in_utc and abs(day - when.day) == timedelta(days=1)
    return _said(shown) if changed or apart else declared


def _settled(found: FoundDate, address: str, reader: DateReader) -> Moment:
    """The value, or its second reading where that is the day the address names."""
    if found.other is not None:
        named = date_of_url(address, reader.bounds)
        if named is not None and named.day == found.other:
            return found.other
    return found.value


def _said(line: DateLine | None) -> _Candidate | None:
    return (line.found, f"{line.where}, block {line.block.index}: {line.found.form}") if line else None


def _by_rule(blocks: Sequence[Block], roles: Sequence[RoleDecision], reader: DateReader) -> _Candidate | None:
    rule = reader.rule
    if rule is None:
        return None
    for block, decision in zip(blocks, roles, strict=True):
        if decision.role in SKIPPED:
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


def _meta(declared: Declared, names: Sequence[str], reader: DateReader) -> _Candidate | None:
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
