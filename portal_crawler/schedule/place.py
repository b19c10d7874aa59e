"""Place: where a schedule and its history lie. Values alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HISTORY = Path("data/schedule.sqlite")


@dataclass(frozen=True, slots=True)
class Place:
    """The file of a schedule, and that of its history; both absolute."""

    schedule: Path
    history: Path

    @classmethod
    def of(cls, schedule: Path, history: Path | None = None) -> Place:
        """The place of a schedule; its history lies beside it as ``data/schedule.sqlite`` where no other is named."""
        schedule = schedule.absolute()
        return cls(schedule, (history or schedule.parent / HISTORY).absolute())

    @property
    def root(self) -> Path:
        """The folder in which crawls are run: that of the schedule."""
        return self.schedule.parent

    def log(self, job: str, due: datetime) -> Path:
        """The log of a run."""
        return self.history.with_suffix("") / job / f"{due:%Y%m%dT%H%M%SZ}.log"

    def shown(self, path: Path) -> str:
        """A path as the history keeps it: relative to the schedule's folder where it lies below."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
