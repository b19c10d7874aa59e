"""Saved pages: from a file, stdin or a line of a batch to a reading."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from portal_crawler.cli.archive_pages import is_archive
from portal_crawler.errors import DamagedFileError, UsageError

if TYPE_CHECKING:
    from portal_crawler.reading import PageReading
    from portal_crawler.sites.profile import SiteProfile
    from portal_crawler.template.site_template import SiteTemplate

STDIN = "-"
# What a page is taken to be at where nobody says: links then stay recognisable as made up (RFC 2606).
NOWHERE = "http://page.invalid/"
LINE = '{"id": …, "url": …, "html_base64": …}'
"""A line of a batch."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page's bytes with the address that it had; ``name`` is its file's or its id in a batch."""

    name: str
    body: bytes
    url: str = NOWHERE
    content_type: str | None = None


def saved_page(source: str, url: str | None) -> SavedPage:
    """The page in a file, or on stdin for ``-``.

    :raises UsageError: where the file cannot be read as a page.
    """
    if source == STDIN:
        return SavedPage("stdin", sys.stdin.buffer.read(), url or NOWHERE)
    path = Path(source)
    if source.startswith(("http://", "https://")):
        raise UsageError(source, "is an address, not a file", f"save the page first: curl -o page.html {source}")
    if is_archive(source):
        raise UsageError(source, "is an archive; single pages alone are read here", "save the page as HTML")
    try:
        return SavedPage(str(path), path.read_bytes(), url or NOWHERE)
    except FileNotFoundError:
        raise UsageError(source, "there is no such file", "check its path") from None
    except OSError as error:
        raise UsageError(source, f"cannot be read: {error.strerror}", "give a readable HTML file") from error


def read_saved(
    page: SavedPage,
    profile: SiteProfile | None = None,
    template: SiteTemplate | None = None,
    *,
    learn: bool = False,
) -> PageReading:
    """The reading of a saved page; the same function as of a crawled one."""
    from portal_crawler.capture import Capture
    from portal_crawler.reading import read_page

    headers = ((b"Content-Type", page.content_type.encode()),) if page.content_type else ()
    return read_page(
        Capture(url=page.url, body=page.body, final_url=page.url, headers=headers), profile, template, learn=learn
    )


def batch_pages(source: str) -> Iterator[SavedPage]:
    """The pages of a batch: lines of ``{"id", "url", "html_base64"}``.

    :raises DamagedFileError: at a line that is not such an object.
    """
    from portal_crawler.records.jsonl import parse_line

    path = Path(source)
    with opened_batch(source, LINE) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _page_of(parse_line(line, path, number), path, number)


def opened_batch(source: str, shape: str) -> BinaryIO:
    """The lines of a batch: a file, a pipe such as a shell's ``<(…)``, or stdin for ``-``.

    :param shape: how a line looks.
    :raises UsageError: where it cannot be read.
    """
    if source == STDIN:
        return sys.stdin.buffer
    try:
        return Path(source).open("rb")
    except FileNotFoundError:
        raise UsageError(source, "there is no such file", f"give lines of {shape}") from None
    except OSError as error:
        raise UsageError(source, f"cannot be read: {error.strerror}", f"give lines of {shape}") from error


def _page_of(record: dict[str, Any], path: Path, number: int) -> SavedPage:
    import base64
    import binascii

    lacking = [key for key in ("html_base64", "id") if key not in record]
    if lacking:
        raise DamagedFileError(str(path), f"has no key {lacking[0]!r}", f"write {LINE}", f"line {number}")
    try:
        body = base64.b64decode(record["html_base64"], validate=True)
        return SavedPage(str(record["id"]), body, record.get("url") or NOWHERE, record.get("content_type"))
    except (binascii.Error, TypeError, ValueError) as error:
        problem = "has an html_base64 that is not base64"
        raise DamagedFileError(str(path), problem, f"write {LINE}", f"line {number}") from error
