"""Standard streams: those that were closed before the command began (``2>&-``, some daemons) lead to nowhere; what the
encoding of the others lacks is escaped.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TextIO

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


def escape_what_stdout_lacks() -> None:
    r"""Let stdout of another encoding than UTF-8 (a locale of Latin-1 or GBK) have ``\u2026`` for what it lacks, as
    stderr does: an error would end the command in the midst of its output.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and not _is_unicode(sys.stdout):
        sys.stdout.reconfigure(errors="backslashreplace")


def json_for(stream: TextIO, line: str) -> str:
    r"""A line of JSON as a stream can have it: what its encoding lacks is escaped as JSON does it.

    >>> json_for(io.TextIOWrapper(io.BytesIO(), "latin-1"), '{"a":"\u00e9 \u2026"}')
    '{"a":"\\u00e9 \\u2026"}'
    """
    if _is_unicode(stream):
        return line
    return json.dumps(json.loads(line), separators=(",", ":"))


def _is_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "utf-8").lower().replace("_", "-") in {"utf-8", "utf8"}
