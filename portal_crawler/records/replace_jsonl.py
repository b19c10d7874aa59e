"""Replace: the last step of settling a crawl's files, and its completion after a kill."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from portal_crawler.errors import StateError

# What a file's successor is called until it takes the file's place.
NEW = ".new"


def finish_replacing(folder: Path, lengths: Mapping[str, int]) -> None:
    """Put the ``.new`` files in their place; those that are there already stay.

    :param lengths: the committed length of each file, in bytes, as the ledger noted it.
    :raises StateError: where a file is neither here nor there.
    """
    for name, length in lengths.items():
        path, new = folder / name, folder / (name + NEW)
        if new.exists() and new.stat().st_size == length:
            new.replace(path)
        elif not path.exists() or path.stat().st_size < length:
            raise StateError(
                str(path), "its settled form is missing", "restore the crawl's folder, or start anew with --fresh"
            )
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: a rename outlives a power cut only then."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
