"""Reading changes: what differs between two readings of one page, by field and by paragraph. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from portal_crawler.reading import PageReading
from portal_crawler.report.text_edits import TextEdit, text_edits

# Changed paragraphs of one page that are told.
_MOST_EDITS = 12
# Characters of a value that are told.
_MOST_VALUE = 400


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that is read otherwise; "" where nothing was or is read."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PageChange:
    """One page as it was and would be read. ``kind_before`` and ``kind_after`` are kinds of pages; ``edits`` are the
    first paragraphs that differ, ``edited`` is the number of all.
    """

    url: str
    title: str
    kind_before: str
    kind_after: str
    fields: tuple[FieldChange, ...] = ()
    edits: tuple[TextEdit, ...] = ()
    edited: int = 0

    @property
    def is_changed(self) -> bool:
        """Whether anything differs."""
        return self.kind_before != self.kind_after or bool(self.fields) or self.edited > 0


def compare_readings(before: PageReading, after: PageReading) -> PageChange:
    """What differs between two readings of the same capture."""
    old, new = _fields(before), _fields(after)
    changes = tuple(FieldChange(name, old[name], new[name]) for name in old if old[name] != new[name])
    edits = text_edits(before.text, after.text) if before.text != after.text else []
    return PageChange(
        url=before.capture.url,
        title=(after.metadata.title or before.metadata.title)[:_MOST_VALUE],
        kind_before=before.kind.kind.value,
        kind_after=after.kind.kind.value,
        fields=changes,
        edits=tuple(TextEdit(_short(one.before), _short(one.after)) for one in edits[:_MOST_EDITS]),
        edited=len(edits),
    )


def _fields(reading: PageReading) -> dict[str, str]:
    said = reading.article or reading.metadata
    roles: dict[str, int] = {}
    for link in reading.links:
        roles[link.role.value] = roles.get(link.role.value, 0) + 1
    values = {
        "title": said.title,
        "authors": ", ".join(said.authors),
        "source": said.source,
        "section": said.section,
        "published": said.published,
        "modified": said.modified,
        "language": said.language,
        "charset": reading.charset.used if reading.charset else None,
        "links": ", ".join(f"{role} {many}" for role, many in sorted(roles.items())),
        "problems": "; ".join(reading.problems),
    }
    return {name: "" if value is None else str(value)[:_MOST_VALUE] for name, value in values.items()}


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _MOST_VALUE else f"{text[:_MOST_VALUE]} …"
