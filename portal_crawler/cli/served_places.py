"""Served places: the folders that ``serve`` and ``search`` are given, as crawls and folders of crawls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from portal_crawler.cli.folders import crawl_folder
from portal_crawler.engine.folders import CRAWLS
from portal_crawler.errors import UsageError


def places_of(given: Sequence[str]) -> list[Path]:
    """Folders of crawls, or below which crawls lie; without any, ``data/crawls``.

    :raises UsageError: where one is neither a folder nor a profile's name.
    """
    if not given:
        return [CRAWLS]
    found = []
    for one in given:
        path = Path(one)
        if path.is_dir():
            found.append(path)
        elif (CRAWLS / one).is_dir():
            found.append(CRAWLS / one)
        else:
            found.append(_crawl(one))
    return found


def _crawl(one: str) -> Path:
    try:
        return crawl_folder(one)
    except UsageError as error:
        cure = "name a folder of crawls, a crawl's folder, or a profile of data/crawls"
        raise UsageError(one, "is no folder", cure) from error
