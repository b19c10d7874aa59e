"""A small portal that means harm, crawled for real, and the pages that are made of the crawls."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from random import Random

from portal_crawler.cli.report_made import make_report
from portal_crawler.demo.prose import Prose
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page

ROOT = Path(__file__).resolve().parents[2]
# Headlines that end an element, fill a template, turn the line round, never end, or are a formula.
HOSTILE = {
    "/news/30001.htm": "</script><script>document.title='owned'</script>",
    "/news/30002.htm": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "/news/30003.htm": "\u202etfel ot thgir\u202d back",
    "/news/30004.htm": "endless " * 40_000,
    "/news/30005.htm": '=HYPERLINK("http://evil.test/","x")',
    "/news/30006.htm": "<img src=x onerror=\"document.title='owned'\">",
    "/news/30007.htm": "<!-- ]]> --><style>*{display:none}</style>",
}
# A crawl that makes its report, though other tests' crawls make none.
WISHED = "import os; os.environ.pop('PORTAL_CRAWLER_NO_REPORT', None)"
RULE = r"^/skip(?:<script>alert\(3\)</script>)?"


@dataclass(frozen=True)
class Reports:
    """Two crawls, the second after the portal changed; the report of the first in two languages; their comparison.
    ``told`` is what the first crawl said on the terminal.
    """

    first: Path
    second: Path
    english: Path
    chinese: Path
    comparison: Path
    told: str


def run(*arguments: object, cwd: Path, code: int = 0, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; ``before`` is Python that runs there first."""
    program = f"import sys; {before or 'pass'}\nfrom portal_crawler.cli.main import run; run(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    return done


def _story(number: int, title: str = "", extra: str = "") -> Page:
    """A story like no other; the headline is escaped as it should be."""
    rng, prose = Random(number), Prose(str(number))
    head = escape(title or prose.headline(rng))
    paragraphs = [*prose.paragraphs(rng, 5, (3, 5)), extra]
    body = "".join(f"<p>{text}</p>" for text in ("Valley News, October 15, 2004", *paragraphs) if text)
    return Page(f"<html><head><title>{head}</title></head><body><h1>{head}</h1>{body}</body></html>")


def _portal(portal: ChangingPortal) -> None:
    stories = {f"/news/{number}.htm": _story(number) for number in range(10000, 10016)}
    hostile = {path: _story(int(path[6:11]), title) for path, title in HOSTILE.items()}
    copy = {"/print/10001.htm": _story(10001, extra="Printed at the harbour.")}
    portal.pages = {**stories, **hostile, **copy, "/news/lost.htm": Page("lost", status=404)}
    away = ("/skip/a.htm", "javascript:alert(4)", "http://other.test/")
    portal.pages["/"] = Page(hub_page(*portal.pages, *away))


def _change(portal: ChangingPortal) -> None:
    portal.pages["/news/10002.htm"] = _story(10002, extra="A further paragraph <b>was</b> added.")
    portal.pages["/news/10003.htm"] = Page("gone", status=410)
    portal.pages["/news/10004.htm"] = _story(10004, HOSTILE["/news/30001.htm"])
    portal.pages["/news/10020.htm"] = _story(10020)
    portal.pages["/"] = Page(hub_page(*(path for path in portal.pages if path != "/")))


def made_reports(room: Path) -> Reports:
    """Crawl the portal twice into a folder, and make every page of it."""
    with changing_portal() as portal:
        profile = portal.profile()
        scope = profile.scope.model_copy(update={"exclude": (RULE,)})
        save_profile(profile.model_copy(update={"scope": scope, "title": "<b>News & Views</b>"}), room / "site.toml")
        _portal(portal)
        told = run("crawl", "site.toml", "--out", "first", cwd=room, before=WISHED).stderr
        _change(portal)
        run("crawl", "site.toml", "--out", "second", "-q", "--no-report", cwd=room, before=WISHED)
    make_report(room / "first", room / "zh.html", "zh")
    run("diff", "first", "second", "--html", "diff.html", "-q", cwd=room)
    english, chinese, comparison = room / "first/report/index.html", room / "zh.html", room / "diff.html"
    return Reports(room / "first", room / "second", english, chinese, comparison, told)
