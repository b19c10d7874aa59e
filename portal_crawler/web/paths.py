"""Paths: what of a URL's path may become a file's name, and which file that is.

The rule of the whole dashboard: a name from a URL is never joined to a folder as it came.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

# Rounds of percent-decoding that are looked through: a proxy in front may undo one more than we do.
_ROUNDS = 4
_SEPARATORS = re.compile(rb"[/\\]")
_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")
# A name of one file or folder: no separator, drive or stream of Windows, nothing hidden, nothing that is cut off.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@-]{0,199}", re.ASCII)
# Names that are devices in Windows, with any ending (Naming Files, Paths, and Namespaces, learn.microsoft.com).
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def leads_elsewhere(raw: bytes) -> bool:
    r"""Whether a request's path has a step upwards, a control character or a backslash, however it is encoded.

    >>> leads_elsewhere(b"/crawls/a/..%252f..%252fetc/passwd"), leads_elsewhere(b"/crawls/a.b/pages")
    (True, False)
    """
    path = raw
    for _ in range(_ROUNDS):
        if _CONTROLS.search(path) or b"\\" in path:
            return True
        if any(part.rstrip(b". ") == b"" and part for part in _SEPARATORS.split(path)):
            return True
        # "%c0%ae" and its like: UTF-8 of more bytes than are needed, which careless decoders take for a dot.
        if b"\xc0" in path or b"\xe0\x80" in path:
            return True
        decoded = unquote_to_bytes(path)
        if decoded == path:
            return False
        path = decoded
    return True


def is_name(text: str) -> bool:
    r"""Whether a text may name one file or folder on any system.

    >>> is_name("demo-small-20260101T000000Z.wacz"), is_name("..\\x"), is_name("NUL.txt")
    (True, False, False)
    """
    return bool(_NAME.fullmatch(text)) and not _DEVICES.fullmatch(text) and not text.endswith((".", " "))


def file_within(folder: Path, *names: str) -> Path | None:
    """The regular file of these names below a folder; ``None`` where there is none, where a name is none, or where a
    link leads out of the folder.

    :param names: one for each step, as they came in a URL.
    """
    if not names or not all(is_name(name) for name in names):
        return None
    root = folder.resolve()
    path = root.joinpath(*names).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None
