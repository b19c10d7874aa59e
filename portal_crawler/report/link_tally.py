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
_ROLE_IDS = {role: number for number, role in enumerate(ROLES)}
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
    """``declared`` are the ids that a site map or feed names; ``answers`` are (status, kind, title) of fetched pages by
    id, ``html`` those that are HTML; ``unknown`` are links of addresses that are not told apart.
    """

    ids: dict[str, int] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    declared: dict[str, set[int]] = field(default_factory=dict)
    answers: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    html: set[int] = field(default_factory=set)
    unknown: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _sections: dict[str, int] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _section_of: array[int] = field(default_factory=lambda: array("i"))
    _packed: array[int] = field(default_factory=lambda: array("q"))
    _counted: tuple[Integers, Integers] = field(default_factory=lambda: (np.zeros(0, np.int64), np.zeros(0, np.int64)))

    def add_link(self, record: Mapping[str, Any]) -> None:
        """Count one line of ``links.jsonl``."""
        source = self._page(record["source_key"], record["source_url"])
        target = self._page(record["target_key"], record["target_url"])
        if record["element"] in DECLARED:
            if target >= 0 and record["element"] != "canonical":
                self.declared.setdefault(record["element"], set()).add(target)
        elif source < 0 or target < 0:
            sections = section_of_key(record["source_key"]), section_of_key(record["target_key"])
            self.unknown[*sections, record["role"]] += 1
        else:
            self._packed.append((source * MOST_PAGES + target) * len(ROLES) + _ROLE_IDS[record["role"]])
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
        every = self._every()
        others = every.sources != every.targets
        return Edges(*(column[others] for column in (every.sources, every.targets, every.roles, every.counts)))

    def sections(self) -> Counter[tuple[str, str, str]]:
        """Links for readers by (section, section, role), those of addresses that are not told apart included."""
        every, names, of_page = self._every(), self._names, np.frombuffer(self._section_of, np.int32)
        many = len(names)
        pairs = of_page[every.sources].astype(np.int64) * many + of_page[every.targets]
        packed, places = np.unique(pairs * len(ROLES) + every.roles, return_inverse=True)
        sums = np.bincount(places, every.counts, minlength=len(packed)).astype(np.int64)
        counts = Counter(self.unknown)
        for key, count in zip(packed.tolist(), sums.tolist(), strict=True):
            pair, role = divmod(key, len(ROLES))
            counts[names[pair // many], names[pair % many], ROLES[role]] += count
        return counts

    def section_of(self, page: int) -> str:
        """The section of a page."""
        return self._names[self._section_of[page]]

    def _every(self) -> Edges:
        self._count()
        packed, counts = self._counted
        pairs, roles = np.divmod(packed, len(ROLES))
        sources, targets = np.divmod(pairs, MOST_PAGES)
        return Edges(sources, targets, roles, counts)

    def _page(self, key: str, url: str) -> int:
        """The id of an address; -1 where there is no room to tell it apart."""
        page = self.ids.get(key)
        if page is None:
            if len(self.urls) >= MOST_PAGES:
                return -1
            page = self.ids[key] = len(self.urls)
            self.urls.append(url)
            section = section_of_key(key)
            if section not in self._sections:
                self._sections[section] = len(self._names)
                self._names.append(section)
            self._section_of.append(self._sections[section])
        return page

    def _count(self) -> None:
        """Add the occurrences of the heap to what is counted."""
        if not self._packed:
            return
        known, before = self._counted
        fresh, counts = np.unique(np.frombuffer(self._packed, np.int64), return_counts=True)
        packed, places = np.unique(np.concatenate([known, fresh]), return_inverse=True)
        sums = np.bincount(places, np.concatenate([before, counts])).astype(np.int64)
        self._counted, self._packed = (packed, sums), array("q")
