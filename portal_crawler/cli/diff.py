"""``portal-crawler diff``: what changed between two crawls of a portal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.terminal import bold, number, terminal, terminal_options

if TYPE_CHECKING:
    from portal_crawler.report.comparison import Change, FrameLink, Told

# Links of the frame that are shown to people; --json has all.
_SHOWN = 20
_WIDTH = 110


@click.command(short_help="List what changed between two crawls: new, changed, moved and gone stories.")
@click.argument("crawl_a", metavar="CRAWL_A")
@click.argument("crawl_b", metavar="CRAWL_B")
@click.option("--no-text", is_flag=True, help="Leave out what changed within the texts.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Make a page of it: counts, stories, texts side by side, template and status changes.",
)
@click.option("--lang", type=click.Choice(("en", "zh")), help="Language of the page. [default: that of the locale]")
@terminal_options
def diff(crawl_a: str, crawl_b: str, no_text: bool, html: Path | None, lang: str | None) -> None:
    """List what became of the stories of CRAWL_A in CRAWL_B, a later crawl of the same portal.

    New, changed (with the paragraphs that differ), moved and gone stories; those that the later crawl did not ask for;
    and the links of the portal's frame (menus, headers, footers) that came or went. With --html the page takes the
    place of the list.
    """
    from portal_crawler.cli.compared_page import write_page
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.report.changes_tally import ChangesTally
    from portal_crawler.report.comparison import changes, frame_drift
    from portal_crawler.report.comparison_sqlite import ComparisonTables

    out, found, folders = terminal(), ChangesTally(), (crawl_folder(crawl_a), crawl_folder(crawl_b))
    with ComparisonTables(*folders) as tables:
        for change in changes(tables.first, tables.second):
            found.add(change)
            if out.json:
                out.record(_record(change, with_text=not no_text))
            elif html is None:
                for line in _lines(change, with_text=not no_text):
                    out.data(line)
        before, after, pages = tables.frames()
        drift, others = frame_drift(before, after, pages), tables.other_pages()
        if html is not None:
            write_page(html, folders, tables, found, (drift, pages), lang)
    counts = {kind.value: count for kind, count in found.counts.items()}
    if out.json:
        out.record({"drift": [_drift_record(link) for link in drift], "pages": pages})
        out.record({"counts": counts, "other_pages": others})
    if not out.json:
        _tell(counts, others, drift, pages, with_drift=html is None)
    if html is not None:
        out.result(html, "open it in a browser")


def _tell(
    counts: dict[str, int], others: dict[str, int], drift: list[FrameLink], pages: int, *, with_drift: bool
) -> None:
    """What closes the list: the frame's links and the counts."""
    out = terminal()
    if with_drift:
        _show_drift(drift, pages)
    told = ", ".join(
        f"{number(counts.get(kind, 0))} {kind}" for kind in ("new", "changed", "moved", "gone", "unvisited")
    )
    out.say(f"stories: {told}; other pages: {number(others['new'])} new, {number(others['gone'])} gone")


def _lines(change: Change, *, with_text: bool) -> list[str]:
    from portal_crawler.report.text_edits import TextEdit, marked, text_edits

    one = change.after or change.before
    assert one is not None  # noqa: S101 - a change has a side
    lines = [f"{bold(change.kind)}  {one.urls[0]}  {one.title}"]
    if change.before and change.before.urls[0] != one.urls[0]:
        lines.append(f"  was {change.before.urls[0]}")
    if change.kind != "new":
        lines.append(f"  {change.reason}")
    if change.before and change.after and with_text:
        edits = text_edits(change.before.text, change.after.text)
        if change.before.title != change.after.title:
            edits.insert(0, TextEdit(change.before.title, change.after.title))
        lines += [f"    {marked(edit)}" for edit in edits]
    return lines


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _record(change: Change, *, with_text: bool) -> dict[str, Any]:
    from portal_crawler.report.text_edits import text_edits

    record: dict[str, Any] = {
        "change": change.kind.value,
        "before": _told(change.before),
        "after": _told(change.after),
        "reason": change.reason,
    }
    if with_text and change.before and change.after:
        edits = text_edits(change.before.text, change.after.text)
        record["edits"] = [{"before": edit.before, "after": edit.after} for edit in edits]
    return record


def _told(story: Told | None) -> dict[str, Any] | None:
    return None if story is None else {"id": story.id, "urls": list(story.urls), "title": story.title}


def _drift_record(link: FrameLink) -> dict[str, Any]:
    place = {"target_key": link.target_key, "text": link.text, "role": link.role}
    return {**place, "before": link.before, "after": link.after}


def _show_drift(drift: list[FrameLink], pages: int) -> None:
    out = terminal()
    if not drift:
        out.say(f"the frame's links are the same on the {number(pages)} story pages that both crawls read")
        return
    out.say(f"the frame's links that came or went, by their share of the {number(pages)} story pages of both crawls:")
    rows: list[tuple[str, ...]] = [
        (f"{link.before:.0%}", "to", f"{link.after:.0%}", link.role, _short(link.text), link.target_key)
        for link in drift[:_SHOWN]
    ]
    out.table(rows)
    if len(drift) > _SHOWN:
        out.say(f"and {number(len(drift) - _SHOWN)} more; all of them: --json")
