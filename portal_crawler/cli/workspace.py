"""Workspace: a folder of one's own for profiles, schedules, saved pages and crawls. What is there is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal_crawler.cli.workspace_files import FILES
from portal_crawler.disk import writing
from portal_crawler.errors import UsageError


@dataclass(frozen=True, slots=True)
class MadeWorkspace:
    """What was made, and what was there; paths relative to ``folder``."""

    folder: Path
    made: tuple[str, ...]
    left: tuple[str, ...]


def make_workspace(folder: Path) -> MadeWorkspace:
    """Make what is missing of a workspace, and nothing else.

    :raises UsageError: where ``folder``, or a folder in it, is a file.
    :raises OutputError: where something cannot be written.
    :raises DiskFullError: where there is no room.
    """
    for above in (folder, *(parent for name in FILES for parent in (folder / name).parents if parent != folder)):
        if above.exists() and not above.is_dir():
            raise UsageError(str(above), "is a file", "name another folder, or move that file away")
    made, left = list[str](), list[str]()
    for name, text in FILES.items():
        (made if _write(folder / name, text) else left).append(name)
    return MadeWorkspace(folder, tuple(made), tuple(left))


def _write(path: Path, text: str) -> bool:
    """Write a file that is not there; whether it was not. A link that leads nowhere is there, too."""
    if path.exists() or path.is_symlink():
        return False
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:  # another init made it a moment ago
            return False
    return True
