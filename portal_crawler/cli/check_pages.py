"""Saved pages against what is expected of them: folders of ``page.html`` and ``expected.json``.

``expected.json`` says at least ``url``; every further key is compared with the extraction of the page (the same keys
as ``extract --format json``). What it does not name is not compared. ``roles`` counts the links of each role.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from portal_crawler.cli.extract import extraction_record
from portal_crawler.cli.pages import SavedPage, read_saved
from portal_crawler.errors import DamagedFileError
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import host_of

# What --update writes for a page that has no expectation yet.
_RECORDED = (
    "kind",
    "title",
    "paragraphs",
    "authors",
    "source",
    "section",
    "published",
    "modified",
    "language",
    "charset",
)
# Stands where one list has no more items.
_NOTHING = object()
# Keys of expected.json that describe the page and are not compared.
_FACTS = ("url", "content_type", "about")


@dataclass(frozen=True, slots=True)
class PageResult:
    """One saved page. ``differences`` are sentences; none where it was read as expected."""

    name: str
    seconds: float
    differences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it was read as expected."""
        return not self.differences


def check_pages(sites: Sequence[SiteProfile], folder: Path, *, update: bool = False) -> list[PageResult]:
    """The results of all saved pages below a folder, by name.

    :raises DamagedFileError: at an ``expected.json`` that is none.
    """
    return [_check(page, folder, sites, update) for page in sorted(folder.rglob("page.html"))]


def _check(page: Path, folder: Path, sites: Sequence[SiteProfile], update: bool) -> PageResult:
    import time

    began = time.perf_counter()
    path = page.with_name("expected.json")
    expected = _expected(path)
    url = str(expected.get("url") or "http://page.invalid/")
    name = page.parent.relative_to(folder).as_posix()
    saved = SavedPage(name, page.read_bytes(), url, expected.get("content_type"))
    found = found_in(saved, site_of(url, sites))
    if update:
        wanted = [key for key in expected if key not in _FACTS and key in found] or list(_RECORDED)
        facts = {"url": url, **{key: value for key, value in expected.items() if key in _FACTS}}
        renewed = facts | {key: found[key] for key in wanted}
        path.write_text(json.dumps(renewed, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return PageResult(name, time.perf_counter() - began)
    if not expected:
        differences = ["has no expected.json; write it with --update, then read it with your own eyes"]
    else:
        differences = list(compare(expected, found))
    return PageResult(name, time.perf_counter() - began, differences)


def site_of(url: str, sites: Sequence[SiteProfile]) -> SiteProfile:
    """The profile whose portal an address belongs to; the first one where none names its host."""
    host = host_of(url)
    return next((site for site in sites if host in site.scope.hosts), sites[0])


def found_in(page: SavedPage, site: SiteProfile) -> dict[str, Any]:
    """What is read out of a page, by the keys of ``expected.json``."""
    reading = read_saved(page, site)
    record = extraction_record(reading)
    return {**record, "roles": dict(sorted(Counter(link["role"] for link in record["links"]).items()))}


def compare(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """Where a reading differs from what is expected, one sentence a key."""
    for key, wanted in expected.items():
        if key in _FACTS:
            continue
        if key not in found:
            yield f"{key} is no key of expected.json (known: {', '.join(found)})"
        elif isinstance(wanted, list) and isinstance(found[key], list):
            yield from _list_difference(key, wanted, found[key])
        elif found[key] != wanted:
            yield f"{key} is {_shown(found[key])}, expected {_shown(wanted)}"


def _list_difference(key: str, wanted: list[Any], found: list[Any]) -> Iterator[str]:
    """The first place where two lists differ, and how many places do."""
    pairs = list(zip_longest(wanted, found, fillvalue=_NOTHING))
    places = [at for at, (there, here) in enumerate(pairs) if there != here]
    if not places:
        return
    at = places[0]
    there, here = pairs[at]
    more = f" ({len(places)} places differ)" if len(places) > 1 else ""
    if isinstance(there, dict) and isinstance(here, dict):
        name = next(name for name in {**there, **here} if there.get(name) != here.get(name))
        about = f' of "{there.get("text") or there.get("url")}"' if key == "links" else ""
        yield f"{key}[{at}].{name}{about} is {_shown(here.get(name))}, expected {_shown(there.get(name))}{more}"
    else:
        yield f"{key}[{at}] is {_shown(here)}, expected {_shown(there)}{more}"


def _shown(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 100 else f"{shown[:97]}..."


def _expected(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        expected = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DamagedFileError(str(path), f"is no JSON: {error}", "mend it, or write it anew with --update") from error
    if not isinstance(expected, dict):
        raise DamagedFileError(str(path), "holds no JSON object", "write it anew with --update")
    return expected


def junit_xml(results: Sequence[PageResult]) -> str:
    """The results as JUnit XML, the form that CI systems show."""
    failures = sum(not result.ok for result in results)
    seconds = sum(result.seconds for result in results)
    cases = "".join(_case(result) for result in results)
    head = f'<testsuite name="portal-crawler check" tests="{len(results)}" failures="{failures}" time="{seconds:.3f}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{cases}</testsuite>\n'


def _case(result: PageResult) -> str:
    opening = f'<testcase classname="pages" name={quoteattr(result.name)} time="{result.seconds:.3f}"'
    if result.ok:
        return f"{opening}/>\n"
    message = quoteattr("\n".join(result.differences))
    return f"{opening}><failure message={message}/></testcase>\n"
