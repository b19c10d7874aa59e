"""Tally unit: the graph's tallies of several slices made one, so that few are left for who makes the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from portal_crawler.distributed.job import Notice
from portal_crawler.distributed.second_unit import GRAPH
from portal_crawler.distributed.shard_disk import Facts, digest_of
from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.graph.tally_npz import load_tally, save_tally

# Some thousand pages, whose links lead to the same pages mostly.
_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class TallyUnit:
    """The tallies in ``parts`` as one. Its file: ``graph.npz``."""

    number: int
    parts: tuple[Path, ...]
    step: ClassVar[str] = "graph"

    @property
    def name(self) -> str:
        """What it is."""
        return f"the merging of tallies, {self.number}"

    @property
    def key(self) -> str:
        """A digest of what the system says of the parts, which are whole."""
        told = [(str(part), part.stat().st_size, part.stat().st_mtime_ns) for part in self.parts]
        return digest_of(self.step, self.number, told)

    def warned(self, capture: int) -> None:
        """It reads no capture."""

    def make(self, folder: Path, notice: Notice) -> Facts:
        """Merge them."""
        tally = CrawlTally()
        for part in self.parts:
            tally.absorb(load_tally(part))
        save_tally(tally, folder / GRAPH)
        return {}


def tally_units(parts: Sequence[Path]) -> Iterator[TallyUnit]:
    """The units of many tallies."""
    for number, start in enumerate(range(0, len(parts), _TOGETHER)):
        yield TallyUnit(number, tuple(parts[start : start + _TOGETHER]))
