"""Changes: what became of each record since the version before. Contains no input or output.

A record says something else (``changed``), or only its provenance differs (``moved``): after a takedown nearly every
record has another place in the archive, and reads as before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal_crawler.dataset.fields import PROVENANCE
from portal_crawler.dataset.marks import differing
from portal_crawler.dataset.record_table_sqlite import Differing, RecordTable
from portal_crawler.dataset.tombstones_jsonl import Tombstones
from portal_crawler.dataset.version import ChangeCounts


@dataclass(frozen=True, slots=True)
class Change:
    """One line of ``changes.jsonl``, whose fields these are."""

    id: str
    change: str
    revises: str | None = None
    rule: str | None = None
    fields: list[str] | None = None
    provenance: list[str] | None = None

    def told(self) -> dict[str, Any]:
        """The line."""
        return {name: getattr(self, name) for name in self.__slots__}


def changes(table: RecordTable, tombstones: Tombstones) -> Iterator[Change]:
    """Every record that is not what it was in the version before, read from the table as they are asked for."""
    for one, revises in table.added():
        yield Change(one, "added", revises=revises)
    for row in table.differing():
        if change := _changed(row):
            yield change
    for one, key, rule in table.withdrawn():
        taken_down = one in tombstones.ids or key in tombstones.keys
        yield Change(one, "withdrawn", rule="takedown" if taken_down else rule or "gone")


def _changed(row: Differing) -> Change | None:
    if not row.marks_before and row.other_line:
        return Change(row.id, "changed")  # nobody knows what differs: to call it moved could hide other words
    names = differing(row.marks_before, row.marks) if row.marks_before else []
    fields = [name for name in names if name not in PROVENANCE] + ["cluster"] * row.other_cluster
    provenance = [name for name in names if name in PROVENANCE]
    if fields:
        return Change(row.id, "changed", fields=fields, provenance=provenance)
    return Change(row.id, "moved", provenance=provenance) if provenance or row.other_line else None


def counted(found: Iterable[Change]) -> ChangeCounts:
    """How many there are of each kind, and of each field or rule."""
    kinds, fields, places, rules = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    revising = unnamed = 0
    for change in found:
        kinds[change.change] += 1
        revising += change.revises is not None
        unnamed += change.change == "changed" and change.fields is None
        fields.update(change.fields or ())
        rules.update([change.rule] if change.rule else ())
        if change.change == "moved":
            places.update(change.provenance or ())
    return ChangeCounts(
        **{kind: kinds[kind] for kind in ("added", "changed", "moved", "withdrawn")},
        revising=revising,
        changed_fields=None if unnamed else _most_first(fields),
        moved_fields=_most_first(places),
        withdrawn_rules=_most_first(rules),
    )


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
