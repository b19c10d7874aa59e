"""Failure reason: what kept an address from giving a whole answer, in the words of ``skipped.jsonl``. Pure."""

from __future__ import annotations

from portal_crawler.archive.exchange import Truncation

TOO_LARGE, TIMEOUT, TRUNCATED, NETWORK = "too_large", "timeout", "truncated", "network"
SILENT = "the host gave no answer for"
"""How the reason begins of an address whose host was given up."""
# Scrapy's and Twisted's names of errors that are about time; they begin the reason of a failure.
_TIME = ("DownloadTimeoutError", "TimeoutError", "TCPTimedOutError", "UserTimeoutError")
# A body that ends before its time: the message was well until then (RFC 9112 section 8).
_CUT_SHORT = "the connection was closed before the body's end"


def failure_reason(problem: str, truncated: Truncation | None = None) -> str:
    """The word for a failure.

    :param problem: as the ledger keeps it: the error's class name, a colon, its message; or a sentence.
    :param truncated: why the exchange is not whole, where there was one.

    >>> failure_reason("DownloadFailedError: [<twisted.python.failure.Failure>]")
    'network'
    """
    if truncated is Truncation.LENGTH:
        return TOO_LARGE
    if truncated is Truncation.TIME or problem.startswith(_TIME):
        return TIMEOUT
    return TRUNCATED if problem == _CUT_SHORT else NETWORK


def tries_after(truncated: Truncation | None, most: int) -> int:
    """The tries that a failure leaves, of ``most``: what is too large will be so again, what was slow has one more.

    A connection that was not made in time is no slow answer: it has them all.
    """
    return 0 if truncated is Truncation.LENGTH else min(1, most) if truncated is Truncation.TIME else most
