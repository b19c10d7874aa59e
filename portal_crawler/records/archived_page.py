"""Archived pages: a crawled page from the bytes that its archive keeps, and the reading of it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_crawler.errors import DamagedFileError

if TYPE_CHECKING:
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
    reading = read_page(capture, load_profile(folder / "profile.toml", to_crawl=False), template)
    if page.get("kind") != PageKind.OTHER or reading.kind.kind is PageKind.OTHER:
        return reading
    return Apologies.of(host_facts_in(folder, ABSENT)).judged(reading) or reading


def archived_capture(folder: Path, page: dict[str, Any]) -> Capture | None:
    """The capture of a page; see ``archived_reading``."""
    from portal_crawler.archive.response_capture import response_capture, revisit_capture
    from portal_crawler.archive.warc_members import Damage
    from portal_crawler.records.archive_sources import collection_of
    from portal_crawler.records.recorded_place import keeps_bytes, recorded
    from portal_crawler.settings import DOWNLOAD_MAXSIZE

    if not keeps_bytes(folder, page):
        return None
    file, found = recorded(folder, page)
    if found.kind == "revisit":
        with collection_of(folder) as archives:
            original = archives.original(found)
        if isinstance(original, Damage):
            cure = f"see what else is wrong: portal-crawler verify {folder}"
            raise DamagedFileError(str(file.path), original.problem, cure, f"byte {page['warc_offset']}")
        capture = revisit_capture(found, original, DOWNLOAD_MAXSIZE)
    else:
        capture = response_capture(found, DOWNLOAD_MAXSIZE)
    return replace(capture, via=page.get("via"), depth=page.get("depth"))


@lru_cache(2)
def _template(path: Path, stamp: int) -> SiteTemplate:
    """The template of a crawl. Who reads one of its pages reads others: it is half of the work.

    :param stamp: the file's time of change, with which it is read again.
    """
    from portal_crawler.template.template_json import load_template

    return load_template(path)
