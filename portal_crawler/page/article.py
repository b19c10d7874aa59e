"""Article: the story on a page, apart from everything that surrounds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Article:
    """One story. ``paragraphs`` hold body text only: no headline, byline, date line or caption.

    ``published`` and ``modified`` are a date, or an aware datetime where the page says the time and the zone
    is known. ``source`` is the agency or paper the page credits, ``language`` a BCP 47 tag.
    ``origins`` says where each field came from: ``("published", "date line, block 12")``.
    ``pager`` holds the absolute URLs of the other parts of a story on several pages, in the order of the page;
    ``part`` is this page's own 1-based number among them, ``None`` for a story on one page.
    """

    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    published: date | datetime | None = None
    modified: date | datetime | None = None
    language: str | None = None
    captions: tuple[str, ...] = ()
    pager: tuple[str, ...] = ()
    part: int | None = None
    origins: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The paragraphs, joined by a blank line."""
        return "\n\n".join(self.paragraphs)
