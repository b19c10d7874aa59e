"""Link tally: which page links to which, by the role of the link, counted while links.jsonl streams by.

Memory grows with the addresses and the distinct edges up to ``MOST_PAGES``; the sums over sections go on beyond. Ids
are given in the order of arrival. Contains no input or output.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from portal_crawler.page.roles import Role
from portal_crawler.urls import section_of_key

# Addresses that are told apart. Beyond them a link counts for its sections alone, and the report says so.
MOST_PAGES = 250_000
ROLES = tuple(role.value for role in Role)
# Links that are said to programs alone, and that no reader can follow.
DECLARED = frozenset(["canonical", "feed", "sitemap"])
# Occurrences that are counted together.
_HEAP = 1 << 19

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Distinct (source, target, role) with their occurrences; roles are indexes into ``ROLES``."""

    sources: Integers
    targets: Integers
    roles: Integers
    counts: Integers


@dataclass(slots=True)
class LinkTally:
    """``sections`` are links for readers by (section, section, role); ``declared`` the ids that a site map or feed
    names; ``answers`` are (status, kind, title) of fetched pages by id, ``html`` those that are HTML; ``unknown`` links
    of addresses that are not told apart.
    """

    ids: dict[str, int] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    sections: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    declared: dict[str, set[int]] = field(default_factory=dict)
    answers: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    html: set[int] = field(default_factory=set)
    unknown: int = 0
    _sections: list[str] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _packed: array[int] = field(default_factory=lambda: array("q"))
    _counted: list[tuple[Integers, Integers]] = field(default_factory=list)

    def add_link(self, record: Mapping[str, Any]) -> None:
        """Count one line of ``links.jsonl``."""
        source = self._page(record["source_key"], record["source_url"])
        target = self._page(record["target_key"], record["target_url"])
        if record["element"] in DECLARED:
            if target >= 0 and record["element"] != "canonical":
                self.declared.setdefault(record["element"], set()).add(target)
            return
        self.sections[
            self._section(source, record["source_key"]), self._section(target, record["target_key"]), record["role"]
        ] += 1
        if source < 0 or target < 0:
            self.unknown += 1
            return
        self._packed.append((source * MOST_PAGES + target) * len(ROLES) + ROLES.index(record["role"]))
        if len(self._packed) >= _HEAP:
            self._count()

    def add_page(self, record: Mapping[str, Any]) -> None:
        """Note one line of ``pages.jsonl``."""
        page = self._page(record["url_key"], record["url"])
        if page >= 0:
            self.answers[page] = (record["status"], record["kind"], (record["title"] or "")[:120])
            if record["charset_used"]:
                self.html.add(page)

    def edges(self) -> Edges:
        """Every distinct edge of a page to another page, in order of source, target and role."""
        self._count()
        packed, counts = self._counted[0] if self._counted else (np.zeros(0, np.int64), np.zeros(0, np.int64))
        pairs, roles = np.divmod(packed, len(ROLES))
        sources, targets = np.divmod(pairs, MOST_PAGES)
        others = sources != targets
        return Edges(sources[others], targets[others], roles[others], counts[others])

    def section_of(self, page: int) -> str:
        """The section of a page."""
        return self._sections[page]

    def _page(self, key: str, url: str) -> int:
        """The id of an address; -1 where there is no room to tell it apart."""
        page = self.ids.get(key)
        if page is None:
            if len(self.urls) >= MOST_PAGES:
                return -1
            page = self.ids[key] = len(self.urls)
            self.urls.append(url)
            section = section_of_key(key)
            self._sections.append(self._names.setdefault(section, section))
        return page

    def _section(self, page: int, key: str) -> str:
        return self._sections[page] if page >= 0 else section_of_key(key)

    def _count(self) -> None:
        """Add the occurrences of the heap to what is counted."""
        if not self._packed:
            return
        packed, counts = np.unique(np.frombuffer(self._packed, np.int64), return_counts=True)
        if self._counted:
            known, before = self._counted[0]
            packed, places = np.unique(np.concatenate([known, packed]), return_inverse=True)
            counts = np.bincount(places, np.concatenate([before, counts])).astype(np.int64)
        self._counted, self._packed = [(packed, counts.astype(np.int64))], array("q")
