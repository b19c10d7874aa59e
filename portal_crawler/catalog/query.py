"""Query: what a person types into the search box, as what the full-text index is asked. Pure.

Words must all occur. ``"two words"`` is a phrase, ``-word`` must not occur, ``word*`` is any word that begins so,
``title:word`` stands in the headline. ``section:``, ``lang:``, ``host:``, ``since:`` and ``until:`` filter.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date

from portal_crawler.catalog.spaced_text import spaced
from portal_crawler.errors import UsageError

# A term with its sign and field: name:"some words", -word, "a phrase"* …; typographic quotes are quotes.
_TERM = re.compile(
    r"""(?P<minus>-(?=\S))?                     # must not occur
        (?:(?P<field>[A-Za-z]{2,12}):(?!//))?   # a field; the colon of http:// is none
        (?:["“„”](?P<phrase>[^"“”„]*)(?P<end>["“”„])?|(?P<word>[^\s"“”„]+))
        (?P<prefix>(?<=["“”„])\*)?""",
    re.VERBOSE,
)
# What no keyboard types; SQLite takes the first for an end.
_UNTYPED = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?\Z")
# What the index makes tokens of, as far as a term must have some of it.
_TOKEN = re.compile(r"\w")
# Names as people write them -> the filter.
_FIELDS = {
    "section": "section",
    "lang": "language",
    "language": "language",
    "host": "host",
    "site": "host",
    "since": "since",
    "until": "until",
    "title": "title",
}
# Terms that one query may have: more is no question, and costs time.
_MOST_TERMS = 40


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as it was typed; ``title`` where it must stand in the headline, ``prefix`` with a ``*``."""

    text: str
    phrase: bool = False
    prefix: bool = False
    title: bool = False

    def expression(self) -> str:
        """The term in FTS5's syntax: always a quoted string, so that nothing in it is an operator."""
        quoted = '"' + " ".join(spaced(self.text).replace('"', " ").split()) + '"'
        return f"{'title : ' if self.title else ''}{quoted}{' *' if self.prefix else ''}"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: ``wanted`` all, ``unwanted`` none, filters by name (values as they were typed)."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def match(self) -> str:
        """What must occur, in FTS5's syntax; "" where the filters alone decide."""
        return " AND ".join(term.expression() for term in self.wanted)

    @property
    def excluded(self) -> str:
        """What must not occur, in FTS5's syntax; "" where nothing is excluded."""
        return " OR ".join(term.expression() for term in self.unwanted)


def read_query(text: str) -> Query:
    """A query as a person typed it.

    >>> read_query('river "stone bridge" -flood section:culture since:2004-05').match
    '"river" AND "stone bridge"'
    >>> read_query("北京 lang:zh").match
    '"北 京"'

    :raises UsageError: where a quote is not closed, a field is not known, a date is none, or nothing is looked for.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    filters: list[tuple[str, str]] = []
    text = _UNTYPED.sub(" ", text)
    for found in _TERM.finditer(text):
        if found["phrase"] is not None and not found["end"]:
            raise UsageError(text, "has a quote that is not closed", 'end the phrase with "')
        value = found["word"] if found["phrase"] is None else found["phrase"]
        name = _field(found["field"], value)
        if found["field"] and name is None:
            value = f"{found['field']}:{value}"
        if name in (None, "title"):
            (unwanted if found["minus"] else wanted).append(_term(found, value, title=name == "title"))
        elif found["minus"]:
            raise UsageError(found[0], "cannot be taken away", f"leave out the minus, or {found['field']}:")
        else:
            filters.append((str(name), _filter(str(name), value, found[0])))
    if not (wanted or unwanted or filters):
        raise UsageError(
            text or "the query", "is empty", 'give a word, a "phrase", or a filter such as section:culture'
        )
    if len(wanted) + len(unwanted) > _MOST_TERMS:
        raise UsageError(text[:60], f"has more than {_MOST_TERMS} words", "ask with fewer")
    return Query(tuple(wanted), tuple(unwanted), tuple(filters))


def _field(name: str | None, value: str) -> str | None:
    """The filter that a name stands for; ``None`` where the colon is part of a word."""
    if name is None:
        return None
    if name.lower() in _FIELDS:
        return _FIELDS[name.lower()]
    if near := difflib.get_close_matches(name.lower(), _FIELDS, n=1, cutoff=0.75):
        raise UsageError(f"{name}:{value}", "has no known field", f"did you mean {near[0]}:{value}?")
    return None


def _term(found: re.Match[str], value: str, *, title: bool) -> Term:
    prefix = bool(found["prefix"]) or (found["phrase"] is None and value.endswith("*"))
    bare = value.rstrip("*") if prefix else value
    if not _TOKEN.search(bare):
        raise UsageError(found[0], "holds no letter and no digit", "leave it out: signs are not indexed")
    return Term(bare, found["phrase"] is not None, prefix, title)


def _filter(name: str, value: str, shown: str) -> str:
    if not value.strip():
        raise UsageError(shown, "has no value", f'write {name}:VALUE, or {name}:"some words"')
    if name in ("since", "until") and not _is_date(value):
        raise UsageError(shown, "is no date", "write a year, a month or a day: 2004, 2004-05, 2004-05-17")
    return value.strip()


def _is_date(value: str) -> bool:
    if not _DATE.match(value):
        return False
    try:
        date.fromisoformat(value + "2000-01-01"[len(value) :])
    except ValueError:
        return False
    return True
