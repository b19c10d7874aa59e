"""Sums: what is in the files of a dataset, and how BagIt tells it (RFC 8493)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from portal_crawler import __version__
from portal_crawler.dataset.description import Description
from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.manifest_json import SUMS, sha256_of

PAYLOAD = "data"
_TAG_MANIFEST = "tagmanifest-sha256.txt"
_ESCAPES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))


def write_sums(folder: Path, known: Mapping[str, str]) -> None:
    """Write ``SHA256SUMS`` over every file, in the form of ``sha256sum``.

    :param known: digests (hex) of files that need not be read again.
    """
    lines = [f"{known.get(name) or sha256_of(folder / name)}  {name}\n" for name in _names(folder)]
    replace_file(folder / SUMS, "".join(lines).encode())


def write_bag(folder: Path, told: Description, known: Mapping[str, str]) -> None:
    """Make a bag of a folder: its payload is in ``data``, all else are tags. ``close_bag`` comes last.

    :param known: digests (hex) of files that need not be read again.
    """
    payload = [name for name in _names(folder) if name.startswith(f"{PAYLOAD}/")]
    octets = sum((folder / name).stat().st_size for name in payload)
    info = {
        "Source-Organization": told.creator,
        "External-Description": told.summary,
        "External-Identifier": f"{told.name} {told.version}",
        "Bagging-Date": told.date,
        "Bag-Software-Agent": f"portal-crawler {__version__}",
        "Payload-Oxum": f"{octets}.{len(payload)}",
    }
    replace_file(folder / "bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    # A value on one line: nothing of it may look like another label.
    lines = [f"{label}: {' '.join(value.split())}\n" for label, value in info.items() if value]
    replace_file(folder / "bag-info.txt", "".join(lines).encode())
    _write_manifest(folder / "manifest-sha256.txt", payload, known)


def close_bag(folder: Path) -> None:
    """Write the sums of a bag's tags, when every other file is there."""
    tags = [name for name in _names(folder) if not name.startswith(f"{PAYLOAD}/") and name != _TAG_MANIFEST]
    _write_manifest(folder / _TAG_MANIFEST, tags, {})


def _write_manifest(path: Path, names: list[str], known: Mapping[str, str]) -> None:
    lines = [f"{known.get(name) or sha256_of(path.parent / name)}  {_escaped(name)}\n" for name in names]
    replace_file(path, "".join(lines).encode())


def _escaped(name: str) -> str:
    for character, escape in _ESCAPES:
        name = name.replace(character, escape)
    return name


def _names(folder: Path) -> Iterator[str]:
    """The files of a folder, relative to it, in order."""
    return iter(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))
