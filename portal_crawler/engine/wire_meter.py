"""Wire meter: one answer's size and pace held against the limits, byte by byte as it comes. Pure.

Time is counted in ticks that the caller gives, a second each. A loop that was busy gives none, so a page that takes
long to read on this side is never held against the server on the other.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from portal_crawler.archive.exchange import Truncation
from portal_crawler.sites.profile import Limits

TICK = 1.0
"""Seconds of a tick."""
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d")
# What ends a head may be parted by two pieces of data.
_OVERLAP = 3


@dataclass(frozen=True, slots=True)
class Cut:
    """Why an answer is given up before its end."""

    truncation: Truncation
    problem: str


class WireMeter:
    """Counts one answer.

    :param most: bytes of the body as they come, at most, where that is less than the limit.
    """

    def __init__(self, limits: Limits, most: int | None = None) -> None:
        self._limits = limits
        self._most = limits.wire_bytes if most is None else min(most, limits.wire_bytes)
        self._head: bytearray | None = bytearray()
        self._head_bytes = self._head_lines = self._open_lines = self._bytes = self._ticks = 0
        self._window: deque[int] = deque(maxlen=max(1, round(limits.silence_seconds / TICK)) + 1)

    def received(self, data: bytes) -> Cut | None:
        """Count what came in."""
        if self._head is not None:
            return self._take_head(data)
        return self._take_body(len(data))

    def tick(self) -> Cut | None:
        """A second has passed."""
        limits, seconds = self._limits, (self._ticks + 1) * TICK
        self._ticks += 1
        if seconds >= limits.answer_seconds:
            return Cut(Truncation.TIME, f"[limits] answer_seconds {limits.answer_seconds:g}: the body goes on")
        if self._head is not None:
            if seconds >= limits.header_seconds:
                return Cut(Truncation.TIME, f"[limits] header_seconds {limits.header_seconds:g}: the head did not end")
            return None
        window = self._window
        window.append(self._bytes)
        if len(window) == window.maxlen and window[-1] - window[0] < limits.silence_bytes:
            problem = (
                f"[limits] silence_seconds {limits.silence_seconds:g}: {window[-1] - window[0]} bytes came in them"
            )
            return Cut(Truncation.TIME, problem)
        return None

    def _take_head(self, data: bytes) -> Cut | None:
        """Interim answers (1xx) count to the head, so that their number is bounded too."""
        head = self._head
        assert head is not None  # noqa: S101 - the caller looked
        head += data
        self._open_lines += data.count(b"\n")
        start = max(0, len(head) - len(data) - _OVERLAP)
        while (found := _HEAD_END.search(head, start)) is not None:
            interim = _INTERIM.match(head) is not None
            self._count(head[: found.end()])
            if not interim:
                body = len(head) - found.end()
                self._head = None
                self._window.append(0)
                return self._too_much() or self._take_body(body)
            del head[: found.end()]
            start, self._open_lines = 0, head.count(b"\n")
        return self._too_much(len(head), self._open_lines)

    def _count(self, part: bytearray) -> None:
        self._head_bytes += len(part)
        self._head_lines += part.count(b"\n")

    def _too_much(self, more_bytes: int = 0, more_lines: int = 0) -> Cut | None:
        limits = self._limits
        if self._head_bytes + more_bytes > limits.header_bytes:
            return Cut(Truncation.LENGTH, f"[limits] header_bytes {limits.header_bytes}: the head is longer")
        if self._head_lines + more_lines > limits.header_lines:
            return Cut(Truncation.LENGTH, f"[limits] header_lines {limits.header_lines}: the head has more")
        return None

    def _take_body(self, count: int) -> Cut | None:
        self._bytes += count
        if self._bytes > self._most:
            return Cut(Truncation.LENGTH, f"[limits] wire_bytes {self._most}: the body is longer")
        return None
