"""Archived pages: a crawled page from the bytes that its archive keeps, and the reading of it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_crawler.errors import DamagedFileError

if TYPE_CHECKING:
    from portal_crawler.archive.warc_collection import WarcSource
    from portal_crawler.archive.warc_read import ReadRecord
    from portal_crawler.capture import Capture
    from portal_crawler.reading import PageReading
    from portal_crawler.template.site_template import SiteTemplate


def archived_reading(folder: Path, page: dict[str, Any] | None) -> PageReading | None:
    """What the crawl read of a page, read again by the crawl's own profile and template, and judged by what its host
    answers where there is no page.

    :param page: its line of ``pages.jsonl``.
    :returns: ``None`` where the crawl keeps no bytes of it.
    :raises DamagedFileError: where the archive holds no response at the place that the line names.
    """
    from portal_crawler.frontier.host_facts_sqlite import host_facts_in
    from portal_crawler.frontier.soft_404 import ABSENT
    from portal_crawler.page.kind import PageKind
    from portal_crawler.reading import read_page
    from portal_crawler.records.absent_pages import Apologies
    from portal_crawler.records.sinks import TEMPLATE
    from portal_crawler.sites.profile_toml import load_profile

    capture = archived_capture(folder, page) if page is not None else None
    if page is None or capture is None:
        return None
    path = folder / TEMPLATE
    template = _template(path, path.stat().st_mtime_ns) if path.exists() else None
    reading = read_page(capture, load_profile(folder / "profile.toml"), template)
    if page.get("kind") != PageKind.OTHER or reading.kind.kind is PageKind.OTHER:
        return reading
    return Apologies.of(host_facts_in(folder, ABSENT)).judged(reading) or reading


def archived_capture(folder: Path, page: dict[str, Any]) -> Capture | None:
    """The capture of a page; see ``archived_reading``."""
    from portal_crawler.archive.response_capture import response_capture, revisit_capture
    from portal_crawler.archive.warc_members import Damage
    from portal_crawler.records.archive_sources import collection_of
    from portal_crawler.settings import DOWNLOAD_MAXSIZE

    if not page.get("warc_file"):
        return None
    source, found = archived_record(folder, page)
    if found.kind == "revisit":
        with collection_of(folder) as archives:
            original = archives.original(found)
        if isinstance(original, Damage):
            cure = f"see what else is wrong: portal-crawler verify {shlex.quote(str(folder))}"
            raise DamagedFileError(str(source.path), original.problem, cure, f"byte {page['warc_offset']}")
        capture = revisit_capture(found, original, DOWNLOAD_MAXSIZE)
    else:
        capture = response_capture(found, DOWNLOAD_MAXSIZE)
    return replace(capture, via=page.get("via"), depth=page.get("depth"))


def archived_record(folder: Path, page: dict[str, Any]) -> tuple[WarcSource, ReadRecord]:
    """The record at the place that a page names, and the file that it stands in.

    :raises DamagedFileError: where there is none.
    """
    from portal_crawler.archive.warc_members import Damage

    name, offset = page["warc_file"], page["warc_offset"]
    path, problem, place = folder / name, "is missing", ""
    for source in _files(folder, name):
        found = source.record_at(offset)
        if isinstance(found, Damage):
            path, problem, place = source.path, found.problem, f"byte {found.offset}"
        elif found.header("WARC-Record-ID") != page["warc_record_id"]:
            path, problem, place = source.path, f"holds another record than that of {page['url']}", f"byte {offset}"
        else:
            return source, found
    raise DamagedFileError(
        str(path), problem, f"see what else is wrong: portal-crawler verify {shlex.quote(str(folder))}", place
    )


def _files(folder: Path, name: str) -> list[WarcSource]:
    """The files of a name: the crawl's own; of records that were read from other archives, those there."""
    from portal_crawler.archive.warc_collection import WarcSource
    from portal_crawler.archive.warc_write import OPEN
    from portal_crawler.records.archive_sources import archives_of, archives_read

    own = next((path for path in (folder / name, folder / (name + OPEN)) if path.exists()), None)
    if own is not None:
        return [WarcSource.of(own, name)]
    archives = archives_of(tuple(archives_read(folder)))
    return [source for archive in archives for source in archive.sources if source.name == name]


@lru_cache(2)
def _template(path: Path, stamp: int) -> SiteTemplate:
    """The template of a crawl. Who reads one of its pages reads others: it is half of the work.

    :param stamp: the file's time of change, with which it is read again.
    """
    from portal_crawler.template.template_json import load_template

    return load_template(path)
