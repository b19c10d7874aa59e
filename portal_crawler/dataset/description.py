"""Description: what the files that tell of a dataset need to know. Contains no input or output."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal_crawler.dataset.form import Form, Rows, rows_of
from portal_crawler.dataset.licence import spdx_name

NO_LICENCE = "not stated"
NO_CREATOR = "not stated"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a dataset. ``path`` is relative to its folder, ``records`` counts what is in it."""

    path: str
    bytes: int
    sha256: str
    split: str | None = None
    shard: str | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """One version of a dataset.

    :param name: of letters, digits and hyphens.
    :param date: the day that it is dated, ``2026-11-28``.
    :param licence: a name of SPDX, an address, or words; ``creator`` who made it. ``None`` where the owner said none.
    :param figures: ``Figures.told``.
    :param files: the files of the records (of a graph, its file).
    :param crawls: ``Source.told`` of each.
    :param manifest: further facts: ``selection``, ``left_out``, ``changes``, ``history``, ``folded``, ``clusters``.
    """

    form: Form
    name: str
    title: str
    version: str
    date: str
    licence: str | None
    creator: str | None
    figures: Mapping[str, Any]
    files: Sequence[DataFile]
    crawls: Sequence[Mapping[str, Any]]
    manifest: Mapping[str, Any]

    @property
    def rows(self) -> Rows | None:
        """How the records are written."""
        return rows_of(self.form)

    @property
    def spdx(self) -> str | None:
        """The licence as SPDX spells it, where it is a name of SPDX's."""
        return spdx_name(self.licence) if self.licence else None

    @property
    def licence_address(self) -> str | None:
        """The licence's address: as given, or SPDX's page of it."""
        if self.licence and self.licence.startswith(("http://", "https://")):
            return self.licence
        return f"https://spdx.org/licenses/{self.spdx}.html" if self.spdx else None

    @property
    def records_digest(self) -> str:
        """What tells these records from those of any other version and dataset: a digest of their files' digests."""
        lines = "".join(f"{file.sha256}  {file.path}\n" for file in self.files)
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def summary(self) -> str:
        """One sentence."""
        sites = list(self.figures["sites"])
        where = ", ".join(sites[:3]) + (f" and {len(sites) - 3} more" if len(sites) > 3 else "")
        count = self.figures["records"]
        return f"{count:,} {'article' if count == 1 else 'articles'} of {where}, crawled with portal-crawler."


def slug(text: str) -> str:
    """Text as a name: small letters, digits and hyphens.

    >>> slug("Demo: Größe/../x")
    'demo-gr-e-x'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "dataset"
