"""Profile file: the file of a profile in the workspace, ``data/sites/<name>.toml``, read and saved by the editor."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal_crawler.disk import writing
from portal_crawler.errors import OutputError, StateError
from portal_crawler.records.jsonl import replace_file
from portal_crawler.sites.profile_toml import editable_text
from portal_crawler.web.paths import is_name

SITES = Path("data/sites")
# Bytes of a profile, at most: what is longer is no profile, and no text area holds it.
MOST = 256 * 1024
# Of two who save at once, the second sees what the first has saved.
_ONE = threading.Lock()


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A profile's text. ``path`` is its own file, ``is_own`` whether the text stands there; else it is the one that a
    crawl froze. ``digest`` is over the own file as it was read, "" where there is none.
    """

    path: Path
    text: str
    is_own: bool
    digest: str


def own_path(workspace: Path, name: str) -> Path:
    """The file of the profile of that name.

    :raises OutputError: where the name is none of a file, or a link leads elsewhere.
    """
    folder = workspace / SITES
    path = folder / f"{name}.toml"
    if not is_name(f"{name}.toml") or not path.resolve().is_relative_to(folder.resolve()):
        raise OutputError(name[:100], "is no name of a profile's file", "rename it: letters, digits, dots and dashes")
    return path


def read_profile_file(workspace: Path, name: str, frozen: Path) -> ProfileFile:
    """The text to edit: that of the profile's own file, or of the one that the crawl froze.

    :raises OutputError: where neither can be read.
    """
    path = own_path(workspace, name)
    data = _read(path)
    if data is not None:
        return ProfileFile(path, data.decode("utf-8", "replace"), True, _digest(data))
    data = _read(frozen)
    if data is None:
        raise OutputError(str(frozen), "cannot be read", "check the crawl: portal-crawler verify")
    return ProfileFile(path, editable_text(data.decode("utf-8", "replace")), False, "")


def save_profile_file(path: Path, text: str, digest: str, now: datetime) -> Path | None:
    """Put a text in a profile's file, whole or not at all; what stood there is kept beside it.

    :param digest: of what the editor was given, "" for no file: another's change in between is not lost.
    :param now: aware; the time in the copy's name.
    :returns: the copy of what stood there.
    :raises StateError: where the file is not as it was.
    :raises OutputError: where it cannot be written.
    :raises DiskFullError: where there is no room; the file is as it was then.
    """
    with _ONE:
        data = _read(path)
        if ("" if data is None else _digest(data)) != digest:
            raise StateError(str(path), "was changed meanwhile", "load the page again and make your change once more")
        with writing(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        kept = None
        if data is not None:
            kept = _free_name(path, now)
            replace_file(kept, data)
        replace_file(path, text.encode())
        return kept


def _free_name(path: Path, now: datetime) -> Path:
    """A name for a copy that no copy has yet: two may be saved within a second."""
    own, number = f"{path.name}.{now:%Y%m%dT%H%M%SZ}", 2
    kept = path.with_name(f"{own}.bak")
    while kept.exists():
        kept, number = path.with_name(f"{own}-{number}.bak"), number + 1
    return kept


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError:
        return None
    if len(data) > MOST:  # saved from here, it would be cut off
        raise OutputError(str(path), f"has more than {MOST:,} bytes", "edit the file itself")
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
