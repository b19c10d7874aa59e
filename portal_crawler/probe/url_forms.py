"""URL forms: regular expressions for the addresses of stories and of lists, learned from pages whose kind was judged.

Addresses of one form (``form_of``) make one expression. What differs between those that were seen, linked ones
included, is left open in it; what is the same in all of them stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal_crawler.frontier.sampling import form_of
from portal_crawler.frontier.url_pattern import SLUG, TOKEN, pattern_of
from portal_crawler.page.kind import PageKind
from portal_crawler.probe.entry import Entry, share
from portal_crawler.probe.evidence import Evidence, path_of
from portal_crawler.reading import PageReading
from portal_crawler.urls import host_of

# Of the fetched pages of a form, the share that must be of the kind; below, the form says nothing of it.
_LEAST_SHARE = 0.6
# Pages of a form, or links to it next to one page, that make its expression sure.
_SURE_PAGES, _SURE_LINKS = 2, 3
_OPEN = {"#": r"\d+", SLUG: r"[^/]+", TOKEN: r"\w+"}
_PART = re.compile(r"[#~*]|[^#~*]+")
_NAME = re.compile(r"[A-Za-z_-]+\Z")
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class _Form:
    """An expression, how many fetched pages have it, how many of them are of the kind, how many links lead to it."""

    expression: str
    fetched: int
    of_kind: int
    linked: int

    @property
    def is_sure(self) -> bool:
        return self.of_kind >= _SURE_PAGES or self.linked >= _SURE_LINKS


def form_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``pages.article`` and ``pages.link``."""
    stories = _forms(evidence, evidence.articles, PageKind.ARTICLE)
    lists = _forms(evidence, [one for one in evidence.link_pages if _named(one)], PageKind.LINK_PAGE, lists=True)
    return (
        _entry("pages.article", stories, evidence, evidence.articles, "article pages"),
        _entry("pages.link", lists, evidence, evidence.link_pages, "link pages"),
    )


def _named(reading: PageReading) -> bool:
    return path_of(reading.capture.url) != "/"


def _entry(key: str, forms: Sequence[_Form], evidence: Evidence, pages: Sequence[PageReading], what: str) -> Entry:
    kept = [one for one in forms if one.is_sure]
    notes = [_told(one, what) for one in kept]
    notes += [f"{_told(one, what)}: too little to tell" for one in forms if not one.is_sure]
    matched = sum(any(re.search(one.expression, path_of(page.capture.url)) for one in kept) for page in pages)
    others = [page for page in evidence.documents if page not in pages]
    wrong = sum(any(re.search(one.expression, path_of(page.capture.url)) for one in kept) for page in others)
    whole = f"{share(matched, len(pages), what)} match, and {share(wrong, len(others), 'other pages')}"
    if not kept:
        return Entry(key, None, (*notes, f"no form of address to be sure of ({len(pages)} {what} seen)"))
    return Entry(key, tuple(one.expression for one in kept), (whole, *notes))


def _told(form: _Form, what: str) -> str:
    return f"{form.expression}  {share(form.of_kind, form.fetched, f'fetched are {what}')}, {form.linked} linked"


def _forms(evidence: Evidence, pages: Iterable[PageReading], kind: PageKind, *, lists: bool = False) -> list[_Form]:
    """The expressions for a kind of page, those with most pages first."""
    linked = defaultdict[str, set[str]](set)
    for link in evidence.targets.values():
        folded = _folded(link.url)
        linked[_key(folded, lists=lists)].add(folded)
    seen = defaultdict[str, dict[str, str]](dict)
    for page in pages:
        folded = _folded(page.capture.url)
        seen[_key(folded, lists=lists)][folded] = path_of(page.capture.url)
    found = []
    for key, paths in seen.items():
        expression = _page_expression(key) if lists else _expression({*paths, *linked[key]})
        if not all(re.search(expression, path) for path in paths.values()):
            expression = re.sub(r"/\\d\+(?=/)", r"/\\w+", expression)  # a month's name counts as a number
        matching = [one for one in evidence.documents if re.search(expression, path_of(one.capture.url))]
        of_kind = sum(one.kind.kind is kind for one in matching)
        links = sum(bool(re.search(expression, path_of(link.url))) for link in evidence.targets.values())
        form = _Form(expression, len(matching), of_kind, links)
        if matching and of_kind >= _LEAST_SHARE * len(matching) and (form.is_sure or not lists):
            found.append(form)
    return sorted(_distinct(found), key=lambda one: (-one.of_kind, -one.linked, one.expression))


def _distinct(found: Iterable[_Form]) -> Iterable[_Form]:
    known: Mapping[str, _Form] = {one.expression: one for one in found}
    return known.values()


def _folded(url: str) -> str:
    """Path with what counts folded, and the names of its query behind a question mark."""
    host = host_of(url)
    pattern = pattern_of(host, url)
    path = pattern.path.removeprefix(host)
    return f"{path}?{'&'.join(pattern.names)}" if pattern.names else path


def _key(folded: str, *, lists: bool) -> str:
    """What puts addresses together: their form; of lists, the form of the page's name alone."""
    path, mark, names = folded.partition("?")
    if not lists:
        return form_of(path) + mark + names
    page = path.rpartition("/")[2]
    return re.sub(r"[-_]?#", "", page) + mark + names


def _page_expression(key: str) -> str:
    r"""The expression for a page's name, numbered or not.

    >>> _page_expression("index.htm")
    '/index([-_]?\\d+)?\\.htm$'
    """
    page, mark, names = key.partition("?")
    stem, dot, ending = page.rpartition(".")
    if not dot:
        stem, ending = page, ""
    numbered = r"([-_]?\d+)?" if stem else ""
    return f"/{re.escape(stem)}{numbered}{re.escape(dot + ending)}{_query(mark, names)}"


def _expression(folded: set[str]) -> str:
    r"""One expression for addresses of one form.

    >>> _expression({"/english/BAT/#.htm", "/english/china/#.htm"})
    '^/english/[A-Za-z_-]+/\\d+\\.htm$'
    >>> _expression({"/China/#/#/chi#.html", "/BAT/#/#/bus#.html"})
    '^/[A-Za-z_-]+/\\d+/\\d+/[a-z]+\\d+\\.html$'
    """
    paths = [one.partition("?")[0].split("/") for one in sorted(folded)]
    _, mark, names = min(folded).partition("?")
    parts = []
    for place, segments in enumerate(zip(*paths, strict=False)):
        if len(set(segments)) == 1:
            parts.append(_literal(segments[0]))
        elif place == len(paths[0]) - 1:
            parts.append(_general(segments[0]))
        else:
            parts.append("[A-Za-z_-]+" if all(_NAME.match(one) for one in segments) else "[^/]+")
    return f"^{'/'.join(parts)}{_query(mark, names)}"


def _query(mark: str, names: str) -> str:
    if not mark:
        return "$"
    return r"\?" + "".join(rf"(?=(.*&)?{_literal(name)}=)" for name in names.split("&"))


def _literal(segment: str) -> str:
    return "".join(_OPEN.get(part) or re.escape(part).replace(r"\-", "-") for part in _PART.findall(segment))


def _general(segment: str) -> str:
    """A page's name with its words left open, but for the ending."""
    stem, dot, ending = segment.rpartition(".")
    if not dot:
        stem, ending = segment, ""
    parts = _PART.findall(stem)
    opened = "".join(_OPEN.get(part) or _WORDS.sub("\0", part) for part in parts)
    words = re.escape(opened).replace("\0", "[a-z]+").replace(re.escape("\0"), "[a-z]+")
    for mark in set(_OPEN.values()):
        words = words.replace(re.escape(mark), mark)
    return words.replace(r"\-", "-") + re.escape(dot + ending)
