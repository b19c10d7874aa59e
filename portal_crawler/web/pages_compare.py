"""Pages compare: what became of the stories of one crawl in another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.address_key import address_key
from portal_crawler.errors import UsageError
from portal_crawler.report.comparison import Change, FrameLink, Told, changes, frame_drift
from portal_crawler.report.comparison_sqlite import ComparisonTables
from portal_crawler.web.desk import desk_of
from portal_crawler.web.page_versions import ChangedText, changed_runs
from portal_crawler.web.rendered import rendered

KINDS = ("new", "changed", "moved", "gone", "unvisited")
# Stories that are kept of each kind, and changed paragraphs of each story.
_MOST, _PARAGRAPHS = 2_000, 6
_MANY = 50


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One story's change, ready to be shown; ``before`` and ``after`` are page keys, ``None`` on the missing side."""

    kind: str
    title: str
    url: str
    was: str
    reason: str
    before: int | None
    after: int | None
    edits: tuple[tuple[ChangedText, ...], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two crawls compared: the number of stories by what became of them, those stories, and the frame's links."""

    counts: dict[str, int]
    changes: dict[str, tuple[ShownChange, ...]]
    drift: tuple[FrameLink, ...]
    pages: int
    others: dict[str, Any]


def _compare(request: Request) -> Response:
    desk = desk_of(request)
    names = tuple(request.query_params.get(side, "") for side in ("a", "b"))
    if not all(names) or names[0] == names[1]:
        raise UsageError("compare", "needs two crawls", "choose A and B in the list of crawls")
    first, second = (desk.shelf.crawl(name) for name in names)
    stamps = tuple(_stamp(crawl.folder) for crawl in (first, second))
    found: Compared = desk.slow.get(("compare", names, stamps), lambda: compared(first.folder, second.folder))
    kind = request.query_params.get("kind") or next((one for one in KINDS if found.counts.get(one)), KINDS[0])
    if kind not in KINDS:
        raise UsageError(kind[:60], "is no change", f"there are: {', '.join(KINDS)}")
    start = _start(request.query_params.get("at"))
    listed = found.changes.get(kind, ())
    context: dict[str, Any] = {
        "shown": listed[start : start + _MANY],
        "start": start,
        "end": start + _MANY,
        "listed": len(listed),
    }
    return rendered(
        request, "compare.html.j2", first=first, second=second, found=found, kind=kind, kinds=KINDS, **context
    )


def compared(first: Path, second: Path) -> Compared:
    """Compare two crawls by their files.

    :raises UsageError: where a crawl is not settled yet.
    """
    counts = Counter[str]()
    shown: dict[str, list[ShownChange]] = {kind: [] for kind in KINDS}
    with ComparisonTables(first, second) as tables:
        for change in changes(tables.first, tables.second):
            counts[change.kind.value] += 1
            if len(shown[change.kind.value]) < _MOST:
                shown[change.kind.value].append(_shown(change))
        before, after, pages = tables.frames()
        drift, others = frame_drift(before, after, pages), tables.other_pages()
    return Compared(dict(counts), {kind: tuple(told) for kind, told in shown.items()}, tuple(drift[:50]), pages, others)


def _shown(change: Change) -> ShownChange:
    one = change.after or change.before
    assert one is not None  # noqa: S101 - a change has a side
    was = change.before.urls[0] if change.before and change.before.urls[0] != one.urls[0] else ""
    return ShownChange(
        change.kind.value,
        one.title,
        one.urls[0],
        was,
        change.reason,
        _key(change.before),
        _key(change.after),
        _edits(change),
    )


def _key(told: Told | None) -> int | None:
    return address_key(told.url_key) if told else None


def _edits(change: Change) -> tuple[tuple[ChangedText, ...], ...]:
    from portal_crawler.report.text_edits import text_edits

    if change.before is None or change.after is None:
        return ()
    edits = text_edits(change.before.text, change.after.text)[:_PARAGRAPHS]
    return tuple(changed_runs(edit.before or "", edit.after or "") for edit in edits)


def _stamp(folder: Path) -> int:
    """What changes when a crawl's stories do."""
    path = folder / "articles.jsonl"
    return path.stat().st_mtime_ns if path.exists() else 0


def _start(text: str | None) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UsageError(f"at={text[:20]}", "is no place in a list", "begin at the start of the list")
    return int(text)


routes = [Route("/compare", _compare, name="compare")]
