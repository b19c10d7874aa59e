"""Plan: what one version of a dataset is to be, before a byte of it is written. Contains no input or output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal_crawler import __version__
from portal_crawler.dataset.archive_disk import ArchiveFile
from portal_crawler.dataset.changes import changes, counted
from portal_crawler.dataset.description import slug
from portal_crawler.dataset.fields import SPLITS
from portal_crawler.dataset.manifest_json import Earlier
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.record_table_sqlite import RecordTable
from portal_crawler.dataset.source_jsonl import Source
from portal_crawler.dataset.tombstones_jsonl import Tombstones
from portal_crawler.dataset.version import ChangeCounts, next_version
from portal_crawler.records.schema import SCHEMA_VERSION

# What another selection or division is: the version's first part tells.
_RULES = ("selection", "splits")


@dataclass(frozen=True, slots=True)
class Plan:
    """One version.

    :param made: what it is made of and by: as long as that and the records are the same, so is all.
    :param changes: how its records differ from those of the version before; ``None`` of the first one.
    :param history: of each version so far, and of this one, what the manifest says.
    """

    records: int
    left_out: Mapping[str, int]
    made: Mapping[str, Any]
    changes: ChangeCounts | None
    history: Sequence[Mapping[str, Any]]
    archive: Sequence[ArchiveFile]
    tombstones: Tombstones

    @property
    def version(self) -> str:
        """Its number."""
        return str(self.history[-1]["version"])

    def repeats(self, earlier: Earlier) -> bool:
        """Whether nothing is different from the version before."""
        return not self.changes and all(earlier.facts.get(name) == value for name, value in self.made.items())


def planned(
    table: RecordTable,
    sources: Sequence[Source],
    order: Order,
    earlier: Earlier | None,
    tombstones: Tombstones,
    archive: Sequence[ArchiveFile] = (),
) -> Plan:
    """The plan, from a table that is settled."""
    left_out, records = table.refusals(), table.count()
    profiles = sorted({str(source.facts.get("profile") or "crawl") for source in sources})
    made = {
        "name": slug(order.title or "-".join(profiles)),
        "title": order.title or f"Articles of {', '.join(profiles)}",
        "date": order.date or max(source.ended for source in sources).date().isoformat(),
        "form": str(order.form),
        "schema_version": SCHEMA_VERSION,
        "portal_crawler": __version__,
        "licence": order.licence,
        "creator": order.creator,
        "selection": order.selection.told(),
        "splits": dict(zip(SPLITS, order.shares, strict=True)),
        "editorial": order.editorial,
        "crawls": [source.told() for source in sources],
        "left_out": left_out,
        "archive": {file.path: file.sha256 for file in archive},
    }
    counts = counted(changes(table, tombstones)) if earlier is not None else None
    return Plan(records, left_out, made, counts, _history(made, records, counts, earlier), archive, tombstones)


def _history(
    made: Mapping[str, Any], records: int, counts: ChangeCounts | None, earlier: Earlier | None
) -> list[Mapping[str, Any]]:
    """The versions so far, and this one."""
    before: list[Mapping[str, Any]] = []
    if earlier is None or counts is None:
        counts = ChangeCounts(records)
        version = next_version(None, counts)
    else:
        other_rules = any(earlier.facts.get(name) != made[name] for name in _RULES)
        version = next_version(earlier.version, counts, other_rules=other_rules)
        before = list(earlier.facts.get("history") or [])
    return [*before, {"version": version, "date": made["date"], "records": records, **counts.told()}]
