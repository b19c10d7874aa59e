"""Page HTML: a view as one file that needs nothing else, and in which nothing that was crawled can run.

All text passes Jinja's escape; addresses are links only where they are http(s); the policy in the page lets a browser
load nothing, and run only the scripts and styles whose digests it names (https://www.w3.org/TR/CSP3/).
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from portal_crawler import __version__
from portal_crawler.assets.vendored_json import GRAPH_SCRIPT, STYLE, own_text, vendored_text
from portal_crawler.report.pen import number, seconds
from portal_crawler.report.view import NUMBERS, Column, Graph, Page, Table
from portal_crawler.report.words_toml import Words

# Characters of an address that are shown; its link has all of them.
_SHOWN = 110
# What a spreadsheet takes for a formula when it begins a cell (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WEB = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)
_DRAWERS = ("graphology.umd.min.js", "sigma.min.js")


def page_html(page: Page, words: Words) -> str:
    """The page as a file."""
    sheet = _minified(own_text(STYLE))
    drawn = any(isinstance(part, Graph) for section in page.sections for part in section.parts)
    scripts = [*map(vendored_text, _DRAWERS), own_text(GRAPH_SCRIPT)] if drawn else []
    environment = _environment()
    told: dict[str, Any] = {"say": words, "version": __version__}
    parts = environment.get_template("parts.html.j2").make_module(told)
    return environment.get_template("page.html.j2").render(
        told, page=page, parts=parts, style=sheet, scripts=scripts, policy=policy(sheet, scripts)
    )


def policy(sheet: str, scripts: list[str]) -> str:
    """The content security policy of a page with this style sheet and these scripts."""
    run = " ".join(map(_digest, scripts)) or "'none'"
    # Scripts that are named by their digests may style what they drew through the DOM, which style-src does not govern.
    return (
        f"default-src 'none'; style-src {_digest(sheet)}; script-src {run}; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def csv_address(table: Table) -> str:
    """A table as a file to download, within the page: CSV by RFC 4180, with a byte order mark for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_csv_cell(column.label) for column in table.columns)
    for row in (*table.rows, *([table.foot] if table.foot else [])):
        writer.writerow(_csv_cell(value) for value in row)
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(out.getvalue().encode("utf-8-sig")).decode()


def _csv_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def script_json(value: object) -> Markup:
    """JSON that may stand in a script element: nothing in it ends the element or begins a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - no sign of markup is left in it


def short(url: str) -> str:
    """An address as it is shown."""
    return url if len(url) <= _SHOWN else f"{url[: _SHOWN - 20]}…{url[-18:]}"


def is_web(url: str) -> bool:
    """Whether an address may be a link.

    >>> is_web("http://portal.test/"), is_web("javascript:alert(1)")
    (True, False)
    """
    return _WEB.fullmatch(url) is not None


def _cell_class(column: Column) -> Markup:
    if column.kind in NUMBERS:
        return Markup(' class="n"')
    return Markup(' class="wide"') if column.kind in {"wide", "url", "code"} else Markup("")


def _minified(sheet: str) -> str:
    """The style sheet without what only its readers need."""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)).strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("portal_crawler.report"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "number": number, "seconds": seconds, "percent": lambda value: f"{value:.1%}", "short": short,
        "csv_address": csv_address, "script_json": script_json, "cell_class": _cell_class, "is_web": is_web,
    }  # fmt: skip
    return environment
