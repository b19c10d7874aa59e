"""Kept scores: what the rivals reached page by page, in a file, so that only what is new need be run again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import orjson


@dataclass(slots=True)
class KeptScores:
    """Word F1 and whether the reader raised, by page and reader with its version; ``path`` ``None`` keeps nothing.

    The file knows nothing of a rival's settings or of the pages' bytes: where those change, delete it.
    """

    path: Path | None
    found: dict[tuple[str, str], tuple[float, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path and self.path.exists():
            for line in self.path.read_bytes().splitlines():
                one = orjson.loads(line)
                self.found[one["page"], one["reader"]] = (one["f1"], one["raised"])

    def missing(self, page: str, readers: dict[str, str]) -> tuple[str, ...]:
        """The names of the readers that have no score for a page. ``readers`` maps names to versions."""
        return tuple(name for name, version in readers.items() if (page, f"{name} {version}") not in self.found)

    def add(self, page: str, reader: str, f1: float, raised: bool) -> None:
        self.found[page, reader] = (f1, raised)
        if self.path:
            line = orjson.dumps({"page": page, "reader": reader, "f1": f1, "raised": raised})
            with self.path.open("ab") as file:
                file.write(line + b"\n")
