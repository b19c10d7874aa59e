"""Version: what a dataset's number says of the one before (https://semver.org, read for data). No input or output.

The first part grows where records went or another selection decides, the second where records came, the third for all
else: records that say something else, or only stand elsewhere in the archive. These too make a number of their own, for
the files and their sums are others; what is read of the records is the same, and ``changed`` is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FIRST = "1.0.0"


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many records came, changed, went and moved since the version before.

    :param moved: of how many only the provenance differs.
    :param revising: how many of those that came have an address that the version before had.
    :param changed_fields: how many of those that changed differ in each field; ``None`` where nobody can tell.
    :param moved_fields: how many of those that moved differ in each field.
    :param withdrawn_rules: how many went by each rule.
    """

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    moved: int = 0
    revising: int = 0
    changed_fields: Mapping[str, int] | None = field(default_factory=dict)
    moved_fields: Mapping[str, int] = field(default_factory=dict)
    withdrawn_rules: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.withdrawn or self.moved)

    def told(self) -> dict[str, Any]:
        """All of them, as the manifest's ``history`` has them of a version."""
        return asdict(self)


def next_version(before: str | None, counts: ChangeCounts, *, other_rules: bool = False) -> str:
    """The number of a version that differs from the one before.

    :param other_rules: whether it was selected or divided by other rules.

    >>> next_version(None, ChangeCounts(5)), next_version("1.0.0", ChangeCounts(5))
    ('1.0.0', '1.1.0')
    >>> next_version("1.1.0", ChangeCounts(0, 1)), next_version("1.1.1", ChangeCounts(5, 1, 2))
    ('1.1.1', '2.0.0')
    >>> next_version("2.0.0", ChangeCounts(moved=115))
    '2.0.1'
    """
    if before is None:
        return FIRST
    major, minor, patch = (int(part) for part in before.split("."))
    if counts.withdrawn or other_rules:
        return f"{major + 1}.0.0"
    if counts.added:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
