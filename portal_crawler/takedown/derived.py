"""Derived: what in a crawl's folder is made of its records or its archive: it goes, and is made again at will."""

from __future__ import annotations

from pathlib import Path

MADE_BY = {
    "graph": "portal-crawler graph build, then graph rank",
    "report": "portal-crawler report",
    "dataset": "portal-crawler dataset",
    "generations": "portal-crawler replay",
    "shards": "portal-crawler build",
    "work/catalog.sqlite": "portal-crawler search or serve",
    "*.wacz": "portal-crawler wacz",
    "crawl.log": "nothing: it is Scrapy's log of the crawl",
}
"""Files and folders by their names, and the command that makes each again."""
_BESIDE = ("-wal", "-shm", "-journal")
# Datasets and graphs that were given another folder of the crawl's, by the file that each has; and packages in folders.
_MARKS = ("dataset.json", "graph.json", "*.wacz")
_UNDER_OTHER_NAMES = "portal-crawler dataset or graph build, with --out"


def derived(folder: Path) -> tuple[str, ...]:
    """The names, relative to the folder, of what is there of it."""
    found = {
        path.relative_to(folder).as_posix()
        for pattern in MADE_BY
        for tail in ("", *_BESIDE)
        for path in folder.glob(pattern + tail)
    }
    for mark in _MARKS:
        for path in folder.glob(f"*/**/{mark}"):
            name = (path if path.suffix == ".wacz" else path.parent).relative_to(folder).as_posix()
            if not any(name.startswith(f"{one}/") for one in found):
                found.add(name)
    return tuple(sorted(name for name in found if not _is_empty_log(folder / name)))


def made_by(name: str) -> str:
    """The command that makes a file or folder again."""
    plain = next((name.removesuffix(tail) for tail in _BESIDE if name.endswith(tail)), name)
    return MADE_BY.get("*.wacz" if plain.endswith(".wacz") else plain, _UNDER_OTHER_NAMES)


def _is_empty_log(path: Path) -> bool:
    return path.suffix == ".log" and path.stat().st_size == 0
