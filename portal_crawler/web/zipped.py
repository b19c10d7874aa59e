"""Zipped: a folder as one ZIP file that is made while it is sent, in flat memory and always with the same bytes."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from portal_crawler.errors import StateError

_CHUNK = 256 * 1024
# The earliest that the format knows: the same files make the same bytes, whenever they were written.
_TIME = (1980, 1, 1, 0, 0, 0)


class _Outlet:
    """What was written since it was last taken. It cannot be seeked, so sizes stand behind each entry."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def zipped(folder: Path, inside: str) -> Iterator[bytes]:
    """The bytes of a ZIP file with all files of a folder, in the order of their names, below the folder ``inside``.

    Links that lead out of the folder are left out, as are names with which a ZIP file could write elsewhere.

    :raises StateError: where the folder is replaced meanwhile: of two versions no file is made.
    """
    home, began = folder.resolve(), folder.stat()
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            # A backslash parts folders in Windows.
            if not path.is_file() or not path.resolve().is_relative_to(home) or "\\" in name:
                continue
            entry = zipfile.ZipInfo(f"{inside}/{name}", _TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with path.open("rb") as file, package.open(entry, "w", force_zip64=True) as into:
                if not os.path.samestat(folder.stat(), began):
                    raise StateError(str(folder), "was replaced while it was sent", "download it again")
                while chunk := file.read(_CHUNK):
                    into.write(chunk)
                    yield outlet.taken()
    yield outlet.taken()
