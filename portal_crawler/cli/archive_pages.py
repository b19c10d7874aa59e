"""Pages of an archive: what ``portal-crawler extract`` reads of WARC and WACZ files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from portal_crawler.errors import UsageError

if TYPE_CHECKING:
    from portal_crawler.archive.warc_members import Damage
    from portal_crawler.reading import PageReading
    from portal_crawler.sites.profile import SiteProfile
    from portal_crawler.template.site_template import SiteTemplate

_ARCHIVES = (".warc", ".warc.gz", ".warc.zst", ".wacz")


def is_archive(source: str) -> bool:
    """Whether a name is that of a WARC or WACZ file."""
    return source.endswith(_ARCHIVES)


def archive_readings(
    source: Path, url: str | None, profile: SiteProfile | None, template: SiteTemplate | None, *, learn: bool = False
) -> Iterator[PageReading | Damage]:
    """The readings of the pages in an archive, in order, and its damage: those that a replay makes records of.

    :param source: a WARC or WACZ file, or a crawl's folder.
    :param url: the one address to read; without it, every one.
    :param profile: how to read; without it, the profile that a package brings along.
    :raises UsageError: where there is no such file, or no page of that address in it.
    """
    from itertools import chain

    from portal_crawler.archive.warc_collection import WarcCollection
    from portal_crawler.archive.warc_members import Damage
    from portal_crawler.capture import Capture
    from portal_crawler.cli.replay_sources import replay_profile
    from portal_crawler.reading import read_page
    from portal_crawler.records.archive_sources import archives_of, earlier_archives
    from portal_crawler.replay import captures_in
    from portal_crawler.settings import DOWNLOAD_MAXSIZE

    sources = (source,)
    site = profile or replay_profile(sources, None)
    seen: set[str] = set()
    archives = archives_of(sources)
    earlier = earlier_archives(source) if source.is_dir() else []
    with WarcCollection(archives, earlier) as originals:
        records = chain.from_iterable(archive.records() for archive in archives)
        for found in captures_in(records, DOWNLOAD_MAXSIZE, originals):
            if isinstance(found, Damage):
                yield found
            elif isinstance(found, Capture) and url in (None, found.url):
                reading = read_page(found, site, template, learn=learn)
                if reading.url_key not in seen:
                    seen.add(reading.url_key)
                    yield reading
    if url is not None and not seen:
        raise UsageError(str(source), f"has no page of {url}", "give --url as the archive has it, or leave it out")
