"""Closing jobs: what a build does with all its slices together. Each writes its own files, beside the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from portal_crawler.dedup.near_pages import NearPages
from portal_crawler.dedup.sketches_npz import load_sketches
from portal_crawler.distributed.job import Notice
from portal_crawler.graph.build_parquet import write_graph
from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.graph.graph_json import FOLDER
from portal_crawler.graph.tally_npz import load_tally
from portal_crawler.records.assemble import NoLedger, assemble_dataset
from portal_crawler.sites.profile import SiteProfile


@dataclass(frozen=True, slots=True)
class SettleJob:
    """Articles and duplicates of the stories in ``folder``, whose sketches are in ``parts``, in their order."""

    folder: Path
    profile: SiteProfile
    parts: tuple[Path, ...]
    name: str = "the settling of the articles"

    def run(self, notice: Notice) -> dict[str, Any]:
        """Settle them."""
        return self.settled(NearPages)

    def settled(self, near: Callable[[Path], NearPages]) -> dict[str, Any]:
        """What they came to, near-duplicates found by an index that ``near`` opens."""
        sketches = chain.from_iterable(map(load_sketches, self.parts))
        settled = assemble_dataset(self.folder, self.profile, NoLedger(), near=near, sketches=sketches)
        mirrors = [asdict(mirror) for mirror in settled.mirrors]
        return {"articles": settled.articles, "duplicates": settled.duplicates, "mirrors": mirrors}

    def warned(self, capture: int) -> None:
        """It reads no capture."""


@dataclass(frozen=True, slots=True)
class GraphJob:
    """The link graph of the slices whose tallies are in ``parts``, as ``graph build`` would make it of ``folder``."""

    folder: Path
    parts: tuple[Path, ...]
    name: str = "the making of the link graph"

    def run(self, notice: Notice) -> dict[str, Any]:
        """Make it."""
        tally = CrawlTally()
        for part in self.parts:
            tally.absorb(load_tally(part))
        write_graph(tally, [self.folder], self.folder / FOLDER)
        return {}

    def warned(self, capture: int) -> None:
        """It reads no capture."""
