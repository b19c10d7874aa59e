"""Vendored files: the style sheet and the scripts of others that our pages carry, each held to its SHA-256.

``vendored.json`` says of each script what it is, its version, licence and where it is from. They are unmodified.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files

from portal_crawler.errors import DamagedFileError

MANIFEST = "vendored.json"
STYLE = "style.css"


@dataclass(frozen=True, slots=True)
class Vendored:
    """One file of another project. ``file`` and ``licence_file`` are names in the folder ``vendor``."""

    file: str
    package: str
    version: str
    licence: str
    licence_file: str
    source: str
    sha256: str


def vendored() -> tuple[Vendored, ...]:
    """Every file of others that the package carries."""
    return tuple(Vendored(**entry) for entry in json.loads(_bytes(MANIFEST))["files"])


def vendored_text(file: str) -> str:
    """The text of a vendored file.

    :raises DamagedFileError: where it is not the file that the manifest pins.
    :raises KeyError: where the manifest has none of that name.
    """
    entry = next((one for one in vendored() if one.file == file), None)
    if entry is None:
        raise KeyError(file)
    content = _bytes("vendor", file)
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise DamagedFileError(file, f"is not the file of {entry.package} {entry.version}", "install the package again")
    return content.decode()


def style() -> str:
    """The style sheet of every page that the program makes."""
    return _bytes(STYLE).decode()


def _bytes(*names: str) -> bytes:
    return files("portal_crawler.assets").joinpath(*names).read_bytes()
