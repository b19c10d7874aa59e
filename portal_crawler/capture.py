"""Capture: one HTTP exchange as it was collected, before anything is read out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class WarcPlace:
    """Where a capture stands in the archive: ``offset`` and ``length`` are bytes within ``file``."""

    file: str
    offset: int
    length: int
    record_id: str


class RevisitProfile(StrEnum):
    """Why a capture repeats an earlier one, by the names of WARC/1.1 section 6.7.

    NOT_MODIFIED: the server said so (304). IDENTICAL: it sent the same payload again.
    """

    NOT_MODIFIED = "server-not-modified"
    IDENTICAL = "identical-payload-digest"


@dataclass(frozen=True, slots=True)
class RevisitOf:
    """The earlier capture that holds the content: its URL, date (aware), payload digest and, where known, record id."""

    profile: RevisitProfile
    url: str
    date: datetime
    payload_digest: str
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One exchange: its bytes and circumstances.

    ``url`` is what was asked for, ``final_url`` where a redirect points (the same as ``url`` for any other
    status). ``headers`` are the response's, in order. ``body`` has its content coding undone
    (gzip and the like); ``payload_digest`` is ``sha256:<hex>`` over the body *before* that, transfer coding
    undone, as WARC/1.1 section 5.9 has it. ``fetched_at`` is aware UTC. ``via`` is the URL of the page on which the
    address was first found (``None`` for a seed), ``depth`` the number of links from the seed to it, ``hops`` that way,
    a letter a step. ``problems`` are sentences on what of the message could not be read. Where the server said that
    nothing changed, ``status``, ``headers`` and ``body`` are those of the capture that ``revisit`` names; a repeated
    payload has a ``revisit`` too. ``earlier_story`` is the id of the story that the crawl before read at this address.
    """

    url: str
    body: bytes
    final_url: str = ""
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    fetched_at: datetime | None = None
    payload_digest: str = ""
    warc: WarcPlace | None = None
    via: str | None = None
    depth: int | None = None
    hops: str = ""
    problems: tuple[str, ...] = ()
    revisit: RevisitOf | None = None
    earlier_story: str | None = None

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, its name compared without case (RFC 9110 section 5.1)."""
        return next(iter(self.header_values(name)), None)

    def header_values(self, name: bytes) -> tuple[bytes, ...]:
        """All values of a header, in their order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    @property
    def answered(self) -> int:
        """The status that the server sent: 304 where it said that nothing changed, else ``status``."""
        not_modified = self.revisit is not None and self.revisit.profile is RevisitProfile.NOT_MODIFIED
        return 304 if not_modified else self.status

    @property
    def address(self) -> str:
        """The URL that references in the body are relative to, unless the page has a ``<base>``."""
        return self.final_url or self.url
