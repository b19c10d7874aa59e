"""Recorded place: the record that a line of a crawl's files means, in its own archive or another's."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal_crawler.archive.warc_collection import WarcSource
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.archive.warc_write import OPEN
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.archive_sources import archive_names, archives_of, archives_read
from portal_crawler.records.manifest_json import read_crawl, sources_read


def keeps_bytes(folder: Path, page: Mapping[str, Any]) -> bool:
    """Whether the bytes of a page can be had here: it has a place, and that is in no Hadoop file system."""
    return bool(page.get("warc_file")) and None not in sources_read(folder, read_crawl(folder) or {})


def files_named(folder: Path, name: str) -> list[WarcSource]:
    """The archive file of a name as the folder's records have it.

    There is more than one in a build of files of one name that was made before they were told apart.

    :raises DamagedFileError: where an archive that the folder was read from is missing.
    """
    if not (read := archives_read(folder)):
        path = folder / name if (folder / name).exists() else folder / (name + OPEN)
        return [WarcSource.of(path, name)] if name in archive_names(folder) else []
    files = [file for archive in archives_of(read) for file in archive.sources]
    return [file for file in files if file.name == name] or [
        file for file in files if file.name.partition("/")[2] == name
    ]


def recorded(folder: Path, page: Mapping[str, Any]) -> tuple[WarcSource, ReadRecord]:
    """The record at the place that a page's line names, and the file that it stands in.

    :raises DamagedFileError: where it does not stand there.
    """
    name, offset = page["warc_file"], page["warc_offset"]
    cure = f"see what else is wrong: portal-crawler verify {shlex.quote(str(folder))}"
    files = files_named(folder, name)
    if not files:
        raise DamagedFileError(str(folder / name), "is missing", cure)
    damage: Damage | None = None
    for file in files:
        found = file.record_at(offset)
        if isinstance(found, Damage):
            damage = found
        elif found.header("WARC-Record-ID") == page["warc_record_id"]:
            return file, found
    problem = damage.problem if damage else f"holds another record than that of {page['url']}"
    raise DamagedFileError(str(files[-1].path), problem, cure, f"byte {offset}")
