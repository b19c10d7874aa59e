"""Standard streams: those that were closed before the command began (``2>&-``, some daemons) lead to nowhere."""

from __future__ import annotations

import os
import sys

_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}


def open_closed_streams() -> None:
    """Give every standard stream that is closed a file that holds nothing.

    Without it the first files that a command opens get their numbers, and what a library or a child process says on
    stderr is written into them.
    """
    missing = [name for name in _MODES if getattr(sys, name) is None]
    if not missing:
        return
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    for number, (name, mode) in enumerate(_MODES.items()):
        if name in missing:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - until the end
