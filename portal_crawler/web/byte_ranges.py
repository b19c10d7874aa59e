"""Byte ranges: which part of a file a request asks for (RFC 9110 section 14). Contains no networking."""

from __future__ import annotations

import re
from dataclasses import dataclass

# "-0" and a first byte beyond the end cannot be satisfied; several ranges in one answer are not offered.
_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes ``first`` to ``last``, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """The number of bytes."""
        return self.last - self.first + 1

    def content_range(self, size: int) -> str:
        """The Content-Range of an answer with this part."""
        return f"bytes {self.first}-{self.last}/{size}"


# What is asked for cannot be given: no byte of the file is in the range, or several parts are asked for (status 416).
UNSATISFIABLE = ByteRange(0, -1)


def asked_range(header: str | None, size: int) -> ByteRange | None:
    """The part that a Range header asks for; ``None`` for the whole file, ``UNSATISFIABLE`` where there is none.

    A unit or form that is not known is passed over, as RFC 9110 section 14.2 has it.

    >>> asked_range("bytes=0-99", 1000)
    ByteRange(first=0, last=99)
    >>> asked_range("bytes=-5", 1000)
    ByteRange(first=995, last=999)
    >>> asked_range("bytes=1000-", 1000) is UNSATISFIABLE
    True
    """
    if header is None or not header.strip().lower().startswith("bytes"):
        return None
    if "," in header:
        return UNSATISFIABLE
    found = _RANGE.fullmatch(header)
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        length = min(int(found[2]), size)
        if not length:
            return UNSATISFIABLE
        return ByteRange(size - length, size - 1)
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        return UNSATISFIABLE
    return ByteRange(first, last)
