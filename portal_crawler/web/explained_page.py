"""Explained page: how a page was judged, block by block, read again from the archive."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.explain.evidence import TEXTS, in_words, spoken_for
from portal_crawler.records.archived_page import archived_reading

# Pages that are kept: the views of one page ask for it one after another.
_KEPT = 8
# Characters of a block that are shown.
_EXCERPT = 600


@dataclass(frozen=True, slots=True)
class ExplainedBlock:
    """A block: its role, how sure that is, the reasons, and what the network went by where it decided."""

    index: int
    role: str
    confidence: float
    reasons: str
    network: str
    text: str
    links: int


@dataclass(frozen=True, slots=True)
class ExplainedPage:
    """A page's kind with its reasons, what its metadata was taken from, its blocks, and what could not be read."""

    kind: str
    confidence: float
    reasons: str
    charset: str
    origins: tuple[tuple[str, str, str], ...]
    blocks: tuple[ExplainedBlock, ...]
    problems: tuple[str, ...]


def explained_page(folder: Path, page: dict[str, Any], *, network: bool = False) -> ExplainedPage | None:
    """A page of a crawl, explained; ``None`` where its bytes are not kept.

    :param page: its line of ``pages.jsonl``.
    :param network: whether to say what the network went by, which takes as long as all else four times over.
    :raises DamagedFileError: where the archive holds no response at the place that the line names.
    """
    template = folder / "template.json"
    stamp = template.stat().st_mtime_ns if template.exists() else 0
    return _explained(folder, orjson.dumps(page), stamp, network)


@lru_cache(_KEPT)
def _explained(folder: Path, line: bytes, stamp: int, network: bool) -> ExplainedPage | None:
    reading = archived_reading(folder, orjson.loads(line))
    if reading is None:
        return None
    spoken = spoken_for(reading) if network else {}
    links = reading.links_by_block
    decided = {decision.block: decision for decision in reading.roles}
    blocks = tuple(
        ExplainedBlock(
            block.index,
            decision.role.value,
            decision.confidence,
            in_words(decision.reasons),
            in_words(spoken.get(block.index, ())) if decision.role.value in TEXTS else "",
            block.text[:_EXCERPT],
            len(links.get(block.index, ())),
        )
        for block in reading.blocks
        if (decision := decided.get(block.index)) is not None
    )
    charset = reading.charset
    return ExplainedPage(
        reading.kind.kind.value,
        reading.kind.confidence,
        in_words(reading.kind.reasons),
        f"{charset.used} ({charset.source})" if charset else "",
        _origins(reading.metadata),
        blocks,
        tuple(reading.problems),
    )


def _origins(metadata: Any) -> tuple[tuple[str, str, str], ...]:
    """(field, value, where it was taken from) of the metadata that was found."""
    found = []
    for name, source in dict(metadata.origins).items():
        value = getattr(metadata, name, None)
        if isinstance(value, tuple):
            value = ", ".join(map(str, value))
        found.append((name, "" if value is None else str(value), source))
    return tuple(found)
