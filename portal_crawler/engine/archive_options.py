"""Archive options: what a crawl's WARC files are called, and what each of them says of the crawl."""

from __future__ import annotations

from datetime import datetime

from portal_crawler import __version__
from portal_crawler.engine.crawl_archive import ArchiveOptions
from portal_crawler.engine.site_settings import user_agent
from portal_crawler.sites.profile import SiteProfile


def archive_options(profile: SiteProfile, started: datetime, mark: str = "") -> ArchiveOptions:
    """The options that follow from a profile.

    :param started: when the crawl began, aware; it stands in the files' names.
    :param mark: what stands behind it, where several processes crawl.
    """
    return ArchiveOptions(
        prefix=f"{profile.name}-{started:%Y%m%d%H%M%S}{mark}",
        about=_about(profile),
        started=started,
        max_bytes=profile.output.warc_size,
        compression=profile.output.compression,
    )


def _about(profile: SiteProfile) -> tuple[tuple[str, str], ...]:
    """The warcinfo fields, by the names of WARC/1.1 section 6.2 and of Dublin Core."""
    polite = profile.politeness
    fields = (
        ("software", f"portal-crawler/{__version__}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("isPartOf", profile.name),
        ("description", profile.title),
        ("operator", profile.operator),
        ("http-header-user-agent", user_agent(profile)),
        ("http-header-from", polite.contact),
        ("robots", polite.robots),
        ("robots-statement", polite.statement),
        ("profile", f"{profile.name}; profile.toml of the crawl's folder"),
    )
    return tuple((name, value) for name, value in fields if value)
