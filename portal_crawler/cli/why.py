"""``portal-crawler why``: how a page was judged, block by block, with the reasons."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.terminal import Terminal, number, terminal, terminal_options
from portal_crawler.errors import OutputError, UsageError

if TYPE_CHECKING:
    from portal_crawler.page.roles import Reason
    from portal_crawler.reading import PageReading

# Characters of a block's text that a line shows.
_EXCERPT = 60


@click.command(short_help="Explain how a page was judged: every block, role, confidence, reasons.")
@click.argument("subject", metavar="PAGE.html|CRAWL")
@click.argument("address", required=False, metavar="[URL]")
@click.option("--url", metavar="URL", help="Address that the saved page had.")
@click.option("--profile", metavar="PROFILE", help="Profile of the page's portal.")
@click.option(
    "--template", metavar="FILE", type=click.Path(path_type=Path), help="What other pages of the portal taught."
)
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Draw the blocks over the page, into this file."
)
@terminal_options
def why(
    subject: str, address: str | None, url: str | None, profile: str | None, template: Path | None, html: Path | None
) -> None:
    """Explain a saved page, or a page of a crawl, with every block's role, confidence and reasons.

    PAGE.html is a saved page (- is stdin). CRAWL URL says what the crawl knows of an address, and shows the page as its
    archive keeps it.
    """
    from portal_crawler.cli.pages import read_saved, saved_page
    from portal_crawler.cli.sources import profile_from, template_from

    out = terminal()
    if address is not None or Path(subject).is_dir() or _is_crawl(subject):
        if address is None:
            named = "is a folder" if Path(subject).is_dir() else "is the name of crawls"
            raise UsageError(subject, named, f"add the page's address: portal-crawler why {subject} http://…")
        _explain_crawled(subject, address, html, out)
        return
    site = profile_from(profile) if profile else None
    page = saved_page(subject, url)
    reading = read_saved(page, site, template_from(template))
    if html:
        _write(html, page.body, reading)
        out.result(html, "open it in a browser")
    elif out.json:
        out.record(reading_record(reading))
    else:
        _show(reading, out)


def _is_crawl(subject: str) -> bool:
    """Whether there is no file of this name, but crawls of a profile are called so."""
    from portal_crawler.cli.folders import crawl_folder

    try:
        return not Path(subject).exists() and bool(crawl_folder(subject))
    except UsageError:
        return False


def _explain_crawled(crawl: str, url: str, html: Path | None, out: Terminal) -> None:
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.cli.known import fact_lines, met
    from portal_crawler.records.archived_page import archived_reading

    folder = crawl_folder(crawl)
    facts = met(folder, url)
    reading = archived_reading(folder, facts["page"])
    if html:
        if reading is None:
            raise UsageError("--html", "needs the page's bytes", "save the page and give it as PAGE.html")
        _write(html, reading.capture.body, reading)
        out.result(html, "open it in a browser")
    elif out.json:
        out.record({"crawl": str(folder), "url": url, **facts, "reading": reading_record(reading) if reading else None})
    else:
        for line in fact_lines(facts):
            out.data(line)
        if reading is not None:
            out.data("")
            _show(reading, out)
        elif facts["page"]:
            out.say(
                "the page's bytes are not kept in this folder, so its blocks cannot be shown from it; "
                f"save the page and run: portal-crawler why PAGE.html --url {url}"
            )


def _write(path: Path, body: bytes, reading: PageReading) -> None:
    from portal_crawler.explain.drawn_page import drawn_page

    try:
        path.write_text(drawn_page(body, reading), encoding="utf-8")
    except OSError as error:
        raise OutputError(str(path), f"cannot be written: {error.strerror}", "choose another file") from error


def reading_record(reading: PageReading) -> dict[str, Any]:
    """A reading with every decision and its reasons, for programs."""
    from portal_crawler.explain.evidence import spoken_for

    roles = {decision.block: decision for decision in reading.roles}
    spoken, links = spoken_for(reading), reading.links_by_block
    return {
        "url": reading.capture.url,
        "kind": reading.kind.kind.value,
        "confidence": reading.kind.confidence,
        "reasons": _reason_records(reading.kind.reasons),
        "title": reading.metadata.title,
        "blocks": [
            {
                "index": block.index,
                "path": path,
                "role": roles[block.index].role.value,
                "confidence": roles[block.index].confidence,
                "reasons": _reason_records(roles[block.index].reasons),
                "spoken_for": _reason_records(spoken.get(block.index, ())),
                "links": len(links.get(block.index, ())),
                "text": block.text,
            }
            for block, path in zip(reading.blocks, _paths(reading), strict=True)
            if block.index in roles
        ],
        "origins": dict(reading.metadata.origins),
        "problems": list(reading.problems),
    }


def _paths(reading: PageReading) -> list[str]:
    """The DOM path of each block; none of a page that was not read as HTML."""
    from portal_crawler.explain.evidence import walked_again
    from portal_crawler.page.dom_path import dom_path

    if not reading.blocks:
        return []
    tree = walked_again(reading.capture.body, reading)
    return [dom_path(tree.slots[at].element) for at in tree.block_slots]


def _reason_records(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [{"text": reason.text, "weight": reason.weight} for reason in reasons]


def _show(reading: PageReading, out: Terminal) -> None:
    from portal_crawler.explain.evidence import in_words

    kind = reading.kind
    out.data(f"{kind.kind.value}  {kind.confidence:.2f}  {in_words(kind.reasons)}")
    charset = reading.charset
    if charset:
        declared = f", declared {charset.declared}" if charset.declared else ""
        out.data(
            f"charset {charset.used} (by {charset.source}{declared}){f': {charset.reason}' if charset.reason else ''}"
        )
    said = reading.metadata
    origins = dict(said.origins)
    facts = (("title", said.title), ("authors", ", ".join(said.authors)), ("source", said.source),
             ("published", said.published), ("modified", said.modified), ("section", said.section),
             ("language", said.language), ("canonical", said.canonical))  # fmt: skip
    for name, value in facts:
        if value:
            out.data(f"{name:<9}  {value}  [{origins.get(name, 'link element')}]")
    for problem in reading.problems:
        out.data(f"problem    {problem}")
    out.data("")
    _show_blocks(reading, out)
    out.say(
        f"\n{number(len(reading.blocks))} blocks, {number(len(reading.links))} links; drawn over the page: --html FILE"
    )


def _show_blocks(reading: PageReading, out: Terminal) -> None:
    from portal_crawler.explain.evidence import TEXTS, in_words, spoken_for

    roles = {decision.block: decision for decision in reading.roles}
    spoken, links = spoken_for(reading), reading.links_by_block
    for block, path in zip(reading.blocks, _paths(reading), strict=True):
        decision = roles.get(block.index)
        if decision is None:
            continue
        text = textwrap.shorten(block.text, _EXCERPT, placeholder=" …")
        count = len(links.get(block.index, ()))
        told = f"  {count} {'link' if count == 1 else 'links'}" if count else ""
        role = click.style(f"{decision.role.value:<10}", fg=COLOURS.get(decision.role.value))
        out.data(f"{block.index:>4}  {role}  {decision.confidence:.2f}  {text}{told}")
        out.data(f"      {in_words(decision.reasons) or 'no reason given'}")
        said = in_words(spoken.get(block.index, ()))
        if said and (decision.role.value in TEXTS or out.verbosity > 0):
            out.data(click.style(f"      the network, by {said}", dim=True))
        if out.verbosity > 0:
            out.data(f"      {path}")


# Role -> colour on a terminal.
COLOURS = {
    "title": "magenta",
    "body": "green",
    "caption": "cyan",
    "byline": "cyan",
    "navigation": "blue",
    "header": "blue",
    "footer": "blue",
    "related": "yellow",
    "comments": "yellow",
    "promo": "red",
}
