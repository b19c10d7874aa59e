"""Headroom: whether the machine still has the disk and the memory that a running crawl is to leave alone."""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import sys
import time
from pathlib import Path

# Seconds between two looks at a disk that was too full: somebody has to free it.
_LOOK = 2.0


class Headroom:
    """Looks at the disk of a crawl's folder and at the memory of its process.

    :param disk_floor: bytes that are to stay free, 0 for no floor.
    :param memory_ceiling: bytes that the process may hold, ``None`` for no ceiling.
    """

    def __init__(self, folder: Path, disk_floor: int, memory_ceiling: int | None) -> None:
        self._folder, self._floor, self._ceiling = folder, disk_floor, memory_ceiling
        self._looked = 0.0
        self._low = False

    def disk_is_low(self) -> bool:
        """Whether less than the floor is free, as of a moment ago."""
        if self._floor and time.monotonic() - self._looked >= _LOOK:
            self._looked = time.monotonic()
            self._low = shutil.disk_usage(self._folder).free < self._floor
        return self._low

    def memory_is_high(self) -> bool:
        """Whether the process holds more than its ceiling."""
        return self._ceiling is not None and resident() > self._ceiling


def give_back() -> None:
    """Let the system have what this process no longer holds: the GNU C library keeps it for itself (malloc_trim(3))."""
    gc.collect()
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


def resident() -> int:
    """Bytes of memory that this process holds (proc(5), ``statm``); 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
