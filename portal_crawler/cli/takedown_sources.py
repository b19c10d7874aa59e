"""What a takedown looks at, and the addresses that it is asked for."""

from __future__ import annotations

from pathlib import Path

from portal_crawler.cli.folders import LATEST, crawl_folder
from portal_crawler.engine.folders import CRAWLS
from portal_crawler.errors import UsageError
from portal_crawler.records.takedown_journal_json import finish_takedown
from portal_crawler.records.tombstones_jsonl import workspace_file
from portal_crawler.shards.manifest_json import is_sharded, parts_of


def crawls_of(named: tuple[str, ...]) -> tuple[Path, ...]:
    """The folders of the crawls that are named, or of all in ``data/crawls``; of one by several processes that has not
    ended, those of its shards.

    :raises UsageError: where there is none.
    """
    if named:
        return tuple(part for one in named for part in _named_parts(one))
    places = (folder for pattern in ("*", "*/*") for folder in sorted(CRAWLS.glob(pattern)))
    found = tuple(folder for folder in places if folder.name != LATEST and _is_crawl(folder))
    if not found:
        raise UsageError(str(CRAWLS), "holds no crawl", "name the folder of a crawl with --in")
    return tuple(part for folder in found for part in parts_of(folder))


def _named_parts(name: str) -> list[Path]:
    return parts_of(Path(name)) if is_sharded(Path(name)) else [crawl_folder(name)]


def places_of_crawls(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders of the crawls' workspaces in which others lie that may go on from them."""
    rooms = dict.fromkeys(workspace_file(folder).with_name(CRAWLS.name) for folder in folders)
    inner = (one for room in rooms for one in sorted(room.glob("*")) if one.is_dir() and not _is_crawl(one))
    return (*rooms, *inner)


def _is_crawl(folder: Path) -> bool:
    return (folder / "crawl.json").exists() or (folder / "ledger.sqlite").exists()


def addresses(named: tuple[str, ...], listed: Path | None) -> tuple[str, ...]:
    """The addresses that are named, and those of a file, a line each; ``#`` begins a remark.

    :raises UsageError: where the file cannot be read, or names none.
    """
    if listed is None:
        return named
    try:
        lines = listed.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(str(listed), f"cannot be read ({error})", "name a text file in UTF-8 with --urls") from error
    found = tuple(line.strip() for line in lines if line.strip() and not line.strip().startswith("#"))
    if not found:
        raise UsageError(str(listed), "names no address", "write one on each line")
    return (*named, *found)


def finished_before(folders: tuple[Path, ...]) -> list[Path]:
    """Those of the folders in which a takedown was stopped, which is finished now."""
    return [folder for folder in folders if finish_takedown(folder)]
