"""Version: what a dataset's number says of the one before (https://semver.org, read for data). No input or output.

The first part grows where records went or another selection decides, the second where records came, the third where
records that were there say something else.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST = "1.0.0"


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many records came, changed and went since the version before."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.withdrawn)


def next_version(before: str | None, counts: ChangeCounts, *, other_rules: bool = False) -> str:
    """The number of a version that differs from the one before.

    :param other_rules: whether it was selected or divided by other rules.

    >>> next_version(None, ChangeCounts(5)), next_version("1.0.0", ChangeCounts(5))
    ('1.0.0', '1.1.0')
    >>> next_version("1.1.0", ChangeCounts(0, 1)), next_version("1.1.1", ChangeCounts(5, 1, 2))
    ('1.1.1', '2.0.0')
    """
    if before is None:
        return FIRST
    major, minor, patch = (int(part) for part in before.split("."))
    if counts.withdrawn or other_rules:
        return f"{major + 1}.0.0"
    if counts.added:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
