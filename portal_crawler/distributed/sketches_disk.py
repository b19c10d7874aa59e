"""Sketches on the disk: the sketch of each story of a slice, made where its page is read, to settle them all by.

To make them is a third of what settling costs, and the one part of it that can be divided. Form: the number of hashes
in each of the four lists of a ``Sketch``, its tokens and its two hashes of 64 bits, then the lists; of one machine's
byte order, for nothing but a build reads them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.errors import DamagedFileError
from portal_crawler.grown_file import GrownFile

SKETCHES = "sketches"
_HEAD = struct.Struct("=5IQQ")
_HASH = 4


class SketchFile(GrownFile):
    """An output of sketches."""

    def add(self, sketch: Sketch) -> None:
        """Add the sketch of the next story."""
        lists = sketch.prints, sketch.numbers, sketch.pairs, sketch.title
        self.write(_HEAD.pack(*map(len, lists), sketch.tokens, sketch.whole, sketch.frame))
        self.write(b"".join(one.tobytes() for one in lists))


def sketches_in(parts: Iterable[Path]) -> Iterator[Sketch]:
    """The sketches in files, one file behind the other. One is in memory.

    :raises DamagedFileError: where a file ends within a sketch.
    """
    for part in parts:
        with part.open("rb") as file:
            while head := file.read(_HEAD.size):
                yield _sketch(head, file.read, part)


def _sketch(head: bytes, read: Callable[[int], bytes], part: Path) -> Sketch:
    if len(head) == _HEAD.size:
        *counts, tokens, whole, frame = _HEAD.unpack(head)
        prints, numbers, pairs, title = (np.frombuffer(read(_HASH * count), np.uint32) for count in counts)
        if [len(one) for one in (prints, numbers, pairs, title)] == counts:
            return Sketch(prints, numbers, pairs, tokens, whole, frame, title)
    raise DamagedFileError(str(part), "ends within a sketch", "run the same command again")
