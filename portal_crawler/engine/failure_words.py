"""Failure words: what an error of Scrapy, Twisted or OpenSSL says, for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Characters of a sentence, at most: servers' bytes stand in some.
_MOST = 300


def failure_words(error: BaseException) -> str:
    """The error's class name, a colon, and what it says; where it only wraps other errors, what these say.

    >>> failure_words(TimeoutError("no answer"))
    'TimeoutError: no answer'
    """
    reasons: Iterable[Any] = getattr(error.__cause__, "reasons", None) or getattr(error, "reasons", None) or ()
    causes: list[BaseException] = [one.value for one in reasons]
    words = "; ".join(dict.fromkeys(map(said_by, causes))) if causes else said_by(error, named=False)
    return f"{type(error).__name__}: {words}".strip(": ")[:_MOST]


def said_by(error: BaseException, *, named: bool = True) -> str:
    """What one error says: its message, of a parser's the bytes, of OpenSSL's the reasons alone.

    :param named: whether one that says nothing is called by its name.
    """
    told = error.args[0] if error.args else ""
    if isinstance(told, list) and all(isinstance(one, tuple) for one in told):
        words = ", ".join(str(one[-1]) for one in told if one)
    elif len(error.args) == 2 and isinstance(error.args[1], bytes):
        words = f"the answer begins as none of HTTP: {error.args[1].decode('ascii', 'backslashreplace')!r}"
    else:
        words = str(error)
    return words or (type(error).__name__.lstrip("_") if named else "")
