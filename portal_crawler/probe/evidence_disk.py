"""Evidence on the disk: the sample of a portal as a crawl's folder keeps it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from portal_crawler.archive.warc_members import Damage
from portal_crawler.capture import Capture
from portal_crawler.database_sqlite import open_to_read
from portal_crawler.disk import writing
from portal_crawler.errors import OutputError, RobotsRefusedError, SeedsUnreachableError, StateError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.probe.evidence import Evidence, NotFetched, RobotsFile, check_pages
from portal_crawler.reading import PageReading, read_page
from portal_crawler.records.archive_sources import archives_of
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import SKIPPED, TEMPLATE
from portal_crawler.records.skip_record import Bin, bin_of
from portal_crawler.replay import captures_in
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.template_json import load_template


def evidence_in(folder: Path, start: SiteProfile) -> Evidence:
    """What a sample's folder shows.

    :param start: the profile that the sample began with, before it was widened.
    :raises SeedsUnreachableError: where no seed gave an answer, or nothing gave a page.
    :raises RobotsRefusedError: where robots.txt forbids every seed.
    :raises StateError: where the folder's ledger cannot be read.
    """
    _check_seeds(folder, start)
    template = load_template(folder / TEMPLATE) if (folder / TEMPLATE).exists() else None
    readings = tuple(_readings(folder, start, template))
    check_pages(readings, str(folder))
    ((waiting,),) = _rows(folder, "SELECT count(*) FROM frontier WHERE state IN ('queued', 'in_flight')")
    return Evidence(start, readings, tuple(_missed(folder)), tuple(_robots(folder)), template, int(waiting))


def _readings(folder: Path, start: SiteProfile, template: SiteTemplate | None) -> Iterator[PageReading]:
    """The pages of the sample, read from its archive by what it taught, without the start's own rules for pages."""
    bare = SiteProfile(name=start.name, limits=start.limits)
    (archive,) = archives_of((folder,))
    for found in captures_in(archive.records(), start.limits.unpacked_bytes, _NoOriginals()):
        if isinstance(found, Capture):
            yield read_page(found, bare, template)


class _NoOriginals:
    """A sample repeats nothing of an earlier crawl."""

    def original(self, revisit: object) -> Damage:
        raise StateError(str(revisit), "is a revisit record in a sample", "probe the portal once more")


def _missed(folder: Path) -> Iterator[NotFetched]:
    for _, _, record in read_lines(folder / SKIPPED):
        if bin_of(record) != Bin.FETCHED:
            yield NotFetched(record["url"], record["reason"], record["rule"] or "")


def _rows(folder: Path, query: str) -> list[tuple[str, ...]]:
    path = folder / LEDGER
    try:
        with open_to_read(path) as ledger:
            return ledger.execute(query).fetchall()
    except sqlite3.DatabaseError as error:
        raise StateError(str(path), f"cannot be read ({error})", "probe the portal once more") from error


def _robots(folder: Path) -> Iterator[RobotsFile]:
    for place, text in _rows(folder, "SELECT host, facts FROM hosts WHERE host LIKE 'http%://%' ORDER BY host"):
        facts = json.loads(text)
        if "status" in facts:
            yield RobotsFile(place, facts["status"], facts.get("body", ""))


def _check_seeds(folder: Path, start: SiteProfile) -> None:
    """Whether any of the seeds gave a page. A site map that answers is no portal yet."""
    rows = {
        url: (state, reason or "", rule or "")
        for url, state, reason, rule in _rows(
            folder, "SELECT url, state, reason, rule FROM frontier WHERE via IS NULL ORDER BY id"
        )
    }
    named = (*start.seeds, *start.feeds, *start.sitemaps)
    own = {url: rows[url] for url in rows if url in named} or rows
    if any(state == "done" for state, _, _ in own.values()):
        return
    url, (state, reason, rule) = next(iter(own.items()))
    if all(state == "skipped" and reason == "robots" for state, reason, _ in own.values()):
        cure = "ask the portal's operator, or write a profile with [politeness] robots and statement"
        raise RobotsRefusedError(url, rule or "robots.txt forbids it", cure)
    cure = f"check the address and the network, then probe it once more; what was tried is in {folder}"
    raise SeedsUnreachableError(url, f"gave no page ({reason or state}{f': {rule}' if rule else ''})", cure)


def requests_in(folder: Path) -> int:
    """The requests of a sample, of every kind: as many as its archive has."""
    (archive,) = archives_of((folder,))
    return sum(not isinstance(found, Damage) and found.kind == "request" for found in archive.records())


def check_place(path: Path) -> None:
    """See that a profile can be written there, before anybody is asked for anything.

    :raises OutputError: where it cannot.
    """
    above = next(parent for parent in path.absolute().parents if parent.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise OutputError(str(path), f"cannot be written: {above} takes no files", "choose another place with -o")


def write_profile(path: Path, text: str) -> None:
    """Write the drafted profile; a file that is there is left alone.

    :raises OutputError: where it cannot be written, or is there.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
