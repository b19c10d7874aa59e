"""Order: what a person asks of a dataset. Contains no input or output."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from portal_crawler.dataset.fields import SPLITS
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.selection import Selection
from portal_crawler.errors import UsageError

# Most is for learning, and as much for choosing among what was learned as for the last word on it.
SHARES = (80.0, 10.0, 10.0)


@dataclass(frozen=True, slots=True)
class Order:
    """One dataset.

    :param shares: how much of it goes to train, validation and test; any unit.
    :param title: ``None`` for one made of the profiles' names.
    :param licence: what may be done with it, and ``creator`` who made it; ``None`` where that is not to be said.
    :param date: the day that it is dated, ``2026-11-28``; ``None`` for that on which the last crawl ended.
    :param since_version: the folder of the version before; ``None`` for the one that is replaced, if any.
    :param archive: whether a bag holds the archive files as well.
    :param editorial: whether a graph has only the links that an editor set.
    """

    form: Form
    selection: Selection = field(default_factory=Selection)
    shares: tuple[float, ...] = SHARES
    title: str | None = None
    licence: str | None = None
    creator: str | None = None
    date: str | None = None
    since_version: Path | None = None
    archive: bool = False
    editorial: bool = False

    def check(self) -> None:
        """Whether its parts fit together.

        :raises UsageError: where they do not.
        """
        if self.archive and self.form is not Form.BAGIT:
            raise UsageError("--archive", f"is for bags, and --to is {self.form}", "leave it out, or use --to bagit")
        if self.editorial and self.form not in (Form.GEXF, Form.GRAPHML):
            cure = "leave it out, or use --to gexf or graphml"
            raise UsageError("--editorial", f"is for graphs, and --to is {self.form}", cure)


def shares_of(told: str) -> tuple[float, ...]:
    """The shares of train, validation and test.

    >>> shares_of("80,10,10")
    (80.0, 10.0, 10.0)

    :raises UsageError: where these are not three numbers, or all are 0.
    """
    try:
        shares = tuple(float(part) for part in told.split(","))
    except ValueError:
        shares = ()
    if len(shares) != len(SPLITS) or not all(0 <= share < float("inf") for share in shares) or not sum(shares):
        raise UsageError("--splits", f"'{told}' is not three shares", "write those of train,validation,test: 80,10,10")
    return shares
