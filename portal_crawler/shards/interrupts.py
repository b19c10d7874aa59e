"""Interrupts: Ctrl-C and SIGTERM, counted instead of raised, so that no step of the coordinator is cut in half."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """How often the process was asked to end within the block. Belongs to the main thread."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._kept = {one: signal.signal(one, self._came) for one in _SIGNALS}
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        for one, handler in self._kept.items():
            signal.signal(one, handler)

    def _came(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
