"""Replace: the last step of settling a crawl's files, and its completion after a kill."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portal_crawler.disk import sync_folder, writing
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
            with writing(path):
                new.replace(path)
        elif not path.exists() or path.stat().st_size != length:
            raise StateError(
                str(path), "its settled form is missing", "restore the crawl's folder, or start anew with --fresh"
            )
    for place in sorted({(folder / name).parent for name in lengths}):
        sync_folder(place)
