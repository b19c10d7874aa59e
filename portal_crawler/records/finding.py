"""Finding: one thing that is wrong with a crawl's folder. Contains no input or output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

# After so many findings of one kind in one file the rest is counted only.
_SHOWN = 20
AGAIN = "run the crawl again with --fresh, or restore the folder from a copy"


@dataclass(frozen=True, slots=True)
class Finding:
    """``file`` is relative to the crawl's folder; ``place`` a line (``line 12``) or a row of the ledger, or ""."""

    file: str
    place: str
    problem: str
    cure: str = AGAIN

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.problem}; {self.cure}"


def at_line(file: str, number: int, problem: str, cure: str = AGAIN) -> Finding:
    """A finding at a line, counted from 1."""
    return Finding(file, f"line {number}", problem, cure)


def shortened(findings: Iterable[Finding], what: str) -> Iterator[Finding]:
    """The first findings of one check, then how many more there are.

    :param what: what the check found, for that last sentence.
    """
    rest = iter(findings)
    last = None
    for last in islice(rest, _SHOWN):
        yield last
    more = sum(1 for _ in rest)
    if more and last is not None:
        yield Finding(last.file, "", f"{more} more: {what}", last.cure)
