"""The errors an operator must mend: each names its subject, the place and the cure.

A bad page is data and never raises; see ``PageReading.problems``. No other module defines an exception
that leaves the package, so that a caller can catch ``PortalCrawlerError`` and print ``str(error)``.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The process exit codes that users' scripts rely on."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    DISK_FULL = 3
    SEEDS_UNREACHABLE = 9
    INTERRUPTED = 11
    TOO_MANY_FAILED = 12
    SIZE_LIMIT = 14
    TIME_OR_PAGE_LIMIT = 15
    STATE = 17
    ROBOTS_REFUSED = 18
    GATE_FAILED = 20
    VERIFICATION_FAILED = 22


class PortalCrawlerError(Exception):
    """An error that a person must mend.

    :param subject: the file, URL or key that is at fault.
    :param problem: what is wrong with it, as a clause.
    :param cure: what the reader can do about it, as a clause.
    :param place: where within the subject (a line, an offset, a key), or "".
    """

    exit_code = ExitCode.UNEXPECTED

    def __init__(self, subject: str, problem: str, cure: str, place: str = "") -> None:
        super().__init__(subject, problem, cure, place)
        self.subject = subject
        self.problem = problem
        self.cure = cure
        self.place = place

    def __str__(self) -> str:
        where = f"{self.subject}, {self.place}" if self.place else self.subject
        return f"{where}: {self.problem}; {self.cure}"


class UsageError(PortalCrawlerError):
    """A command's arguments do not fit together, or name something that is not there."""

    exit_code = ExitCode.USAGE


class ProfileError(PortalCrawlerError):
    """A site profile cannot be read, or a key or value in it is wrong."""

    exit_code = ExitCode.USAGE


class ScheduleError(PortalCrawlerError):
    """A schedule cannot be read, or a key, value or job's name in it is wrong."""

    exit_code = ExitCode.USAGE


class DiskFullError(PortalCrawlerError):
    """An output could not be written because its disk (or quota) is full."""

    exit_code = ExitCode.DISK_FULL


class OutputError(PortalCrawlerError):
    """An output folder or file cannot be made or written, for a reason other than a full disk."""

    exit_code = ExitCode.USAGE


class OpenFilesError(PortalCrawlerError):
    """The system lets the process open no more files or connections."""

    exit_code = ExitCode.INTERRUPTED


class StateError(PortalCrawlerError):
    """A crawl's folder is damaged, made by another version, or in use by another process."""

    exit_code = ExitCode.STATE


class DamagedFileError(PortalCrawlerError):
    """A file given as input cannot be read at the named place."""

    exit_code = ExitCode.USAGE


class MissingFieldError(DamagedFileError, KeyError):
    """A record of an input has not the field that is asked for: another version wrote it, or it is damaged."""


class SeedsUnreachableError(PortalCrawlerError):
    """No address that the profile starts from gave an answer."""

    exit_code = ExitCode.SEEDS_UNREACHABLE


class RobotsRefusedError(PortalCrawlerError):
    """The robots.txt of the portal forbids every address that the profile starts from."""

    exit_code = ExitCode.ROBOTS_REFUSED
