"""Floors: the word F1 below which no group of pages may fall (``floors.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from scores import OURS, Group

FLOORS = Path(__file__).with_name("floors.toml")


def floors_of(name: str, path: Path = FLOORS) -> dict[str, float]:
    """The floors of one table of the file, by group. Raises KeyError where the file has no such table."""
    found: dict[str, float] = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    return found


def below(floors: dict[str, float], groups: Sequence[Group]) -> list[str]:
    """What is wrong, a sentence a group: ours below its floor, or a floor whose group has not been measured."""
    measured = {one.name: one.readers[OURS].mean for one in groups}
    return [
        f"{name}: word F1 {measured[name]:.4f}, the floor is {floor}" if name in measured else f"{name}: not measured"
        for name, floor in floors.items()
        if name not in measured or not measured[name] >= floor
    ]
