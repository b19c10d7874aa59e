"""Grown file: an output that only grows, and is cut back to what was committed when it is opened again.

``sync`` says the length up to which it is safely on the disk; ``cut_back`` removes what a kill left behind it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from portal_crawler.disk import check_in_place, make_folder, sync_folder, writing
from portal_crawler.errors import StateError

# Python's default of 8 KiB would be one system call for a page's links: this is the size of a few pages' lines.
_BUFFER = 256 * 1024


class GrownFile:
    """A file that grows by whole lines or records. Use from one thread.

    :param path: the file; its folder is made where it is missing.
    :param committed: the length, in bytes, to which an older file is cut back before the first byte; ``None`` keeps it.
    :raises StateError: where the file is shorter than that.
    """

    def __init__(self, path: Path, committed: int | None = None) -> None:
        self.path = path
        make_folder(path.parent)
        with writing(path):
            self._file: BinaryIO = path.open("ab", buffering=_BUFFER)  # closed by close()
        sync_folder(path.parent)  # also for a file that is there: a kill may have come before its name was safe
        if committed is not None:
            try:
                self.cut_back(committed)
            except BaseException:
                self.close()
                raise

    def write(self, data: bytes) -> None:
        """Add bytes; they are on the disk after the next ``sync``."""
        with writing(self.path):
            self._file.write(data)

    @property
    def length(self) -> int:
        """The file's length in bytes, with what is not yet on the disk."""
        return self._file.tell()

    def sync(self) -> int:
        """Bring everything to the disk and say how long the file is then, in bytes.

        :raises StateError: where the file was removed or replaced.
        """
        check_in_place(self.path, self._file)
        with writing(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
        return self._file.tell()

    def cut_back(self, length: int) -> None:
        """Drop everything behind ``length`` bytes.

        :raises StateError: where the file is shorter than that.
        """
        with writing(self.path):
            self._file.flush()
            here = os.fstat(self._file.fileno()).st_size
            if here < length:
                raise StateError(
                    str(self.path),
                    f"is {here} bytes long, but {length} were committed",
                    "restore it, or start anew with --fresh",
                )
            if here > length:
                os.ftruncate(self._file.fileno(), length)
                os.fsync(self._file.fileno())
            self._file.seek(length)

    def close(self) -> None:
        """Flush and close; safe to call twice."""
        if not self._file.closed:
            with writing(self.path):
                self._file.close()
