"""``portal-crawler extract``: the article of saved pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.terminal import Terminal, terminal, terminal_options
from portal_crawler.errors import UsageError

if TYPE_CHECKING:
    from portal_crawler.archive.warc_members import Damage
    from portal_crawler.reading import PageReading

# Forms for people to read, and all forms.
_TEXTS = ("text", "markdown", "html")
FORMATS = ("jsonl", "json", *_TEXTS)


@click.command(short_help="Extract the article of a saved page, or of each page of an archive.")
@click.argument("pages", nargs=-1, metavar="[PAGE.html|FILE.warc.gz|FILE.wacz|-]…")
@click.option("--batch", metavar="PAGES.jsonl", help='Many pages: lines of {"id", "url", "html_base64"}; - is stdin.')
@click.option(
    "--url",
    metavar="URL",
    help="Address that the page had: its links are resolved against it. Of an archive, the one page to read.",
)
@click.option("--profile", metavar="PROFILE", help="Profile of the page's portal.")
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What other pages of the portal taught (portal-crawler learn).",
)
@click.option(
    "--learn-template",
    is_flag=True,
    help="With --batch: learn from the batch itself what the pages of each host share, then read them by it.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="Form of the output."
)
@terminal_options
def extract(
    pages: tuple[str, ...],
    batch: str | None,
    url: str | None,
    profile: str | None,
    template: Path | None,
    learn_template: bool,
    form: str,
) -> None:
    """Print what the page is, its text and fields, and its links. Without a page, it is read from stdin.

    The text of a page that is no article is what is most its own: a list's entries, a product's description.

    Of a WARC or WACZ file each page is printed, as text, Markdown and HTML those alone that are articles.
    """
    from portal_crawler.cli.archive_pages import archive_readings, is_archive
    from portal_crawler.cli.batch import batch_readings, learned_readings
    from portal_crawler.cli.pages import read_saved, saved_page
    from portal_crawler.cli.sources import profile_from, template_from

    if batch and pages:
        raise UsageError("--batch and PAGE", "exclude each other", "give one of them")
    if learn_template and (template or not batch):
        wrong = "--template" if template else "a single page"
        raise UsageError("--learn-template", f"does not go with {wrong}", "give it with --batch alone")
    site = profile_from(profile) if profile else None
    known = template_from(template)
    if batch:
        for page, reading in learned_readings(batch, site) if learn_template else batch_readings(batch, site, known):
            terminal().data(_text(batch_record(page.name, reading)))
        return
    for source in pages or ("-",):
        if is_archive(source):
            _show_all(archive_readings(Path(source), url, site, known), form, terminal())
        else:
            _show(read_saved(saved_page(source, url), site, known), form, terminal())


def batch_record(name: str, reading: PageReading) -> dict[str, Any]:
    """What a batch says of one page."""
    return {
        "id": name,
        "kind": reading.kind.kind.value,
        "title": reading.metadata.title,
        "text": reading.text,
        "authors": list(reading.metadata.authors),
        "published": _day(reading.metadata.published),
        "language": reading.metadata.language,
    }


def extraction_record(reading: PageReading) -> dict[str, Any]:
    """Everything that was extracted from one page."""
    from portal_crawler.page.links import shown_links

    article = reading.article
    return {
        "url": reading.capture.url,
        "kind": reading.kind.kind.value,
        "kind_confidence": round(reading.kind.confidence, 3),
        "title": reading.metadata.title,
        "text": reading.text,
        "paragraphs": list(reading.paragraphs),
        "authors": list(reading.metadata.authors),
        "source": reading.metadata.source,
        "section": reading.metadata.section,
        "published": _day(reading.metadata.published),
        "modified": _day(reading.metadata.modified),
        "language": reading.metadata.language,
        "captions": list(article.captions) if article else [],
        "canonical_url": reading.metadata.canonical,
        "charset": reading.charset.used if reading.charset else None,
        "links": [
            {
                "url": link.url,
                "text": link.text,
                "role": link.role.value,
                "element": link.element.value,
                "editorial": link.editorial,
                "confidence": link.confidence,
            }
            for link in shown_links(reading.links)
        ],
        "problems": list(reading.problems),
    }


def _show_all(found: Iterator[PageReading | Damage], form: str, out: Terminal) -> None:
    """The pages of an archive; its damage is told, and the rest is read."""
    from portal_crawler.archive.warc_members import Damage

    for one in found:
        if isinstance(one, Damage):
            out.say(f"damaged: {one.file}, byte {one.offset}: {one.problem}; the rest is read")
        elif form not in _TEXTS or one.article is not None:
            _show(one, form, out)


def _show(reading: PageReading, form: str, out: Terminal) -> None:
    if form == "jsonl" or (out.json and form in _TEXTS):
        out.data(_text(extraction_record(reading)))
    elif form == "json":
        import orjson

        out.data(orjson.dumps(extraction_record(reading), option=orjson.OPT_INDENT_2).decode())
    else:
        out.data({"markdown": as_markdown, "html": as_html}.get(form, as_text)(reading))
        if reading.article is None:
            kind = reading.kind
            reasons = "; ".join(reason.text for reason in kind.reasons) or "no reason given"
            out.say(f"no article: judged {kind.kind.value} ({kind.confidence:.2f}): {reasons}")


def as_text(reading: PageReading) -> str:
    """Title and paragraphs, parted by blank lines; "" where the page has no text of its own."""
    return "\n\n".join((reading.metadata.title, *reading.paragraphs)).lstrip("\n") if reading.paragraphs else ""


def as_markdown(reading: PageReading) -> str:
    """The page's text with its facts below the title; "" where it has none of its own."""
    from portal_crawler.formatted import markdown_of

    if not reading.paragraphs:
        return ""
    facts = _facts(reading)
    title, parted, rest = markdown_of(reading).partition("\n\n")
    return f"{title}\n\n*{facts}*\n\n{rest}" if facts and parted and title.startswith("# ") else title + parted + rest


def as_html(reading: PageReading) -> str:
    """The page's text as a document that opens anywhere; "" where it has none of its own."""
    from html import escape

    from portal_crawler.formatted import html_of

    if not reading.paragraphs:
        return ""
    said = reading.metadata
    title, parted, rest = html_of(reading).partition("</h1>\n")
    facts = f"<p><small>{escape(_facts(reading))}</small></p>\n" if parted and _facts(reading) else ""
    head = f'<meta charset="utf-8">\n<title>{escape(said.title)}</title>'
    language = f' lang="{escape(said.language)}"' if said.language else ""
    body = f"{title}{parted}{facts}{rest}"
    return f"<!DOCTYPE html>\n<html{language}>\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>"


def _facts(reading: PageReading) -> str:
    said = reading.metadata
    facts = (", ".join(said.authors), said.source, _day(said.published), said.section)
    return " \u00b7 ".join(fact for fact in facts if fact)


def _day(moment: Any) -> str | None:
    from portal_crawler.records.times import iso_day_or_time

    return iso_day_or_time(moment)


def _text(record: dict[str, Any]) -> str:
    from portal_crawler.records.jsonl import dumps

    return dumps(record).decode()
