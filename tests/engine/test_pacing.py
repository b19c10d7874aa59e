"""When hosts may be asked, by a clock that is set while the crawl runs."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal_crawler.engine import pacing
from portal_crawler.engine.pacing import Pacing
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.sites.profile import Politeness


@dataclass
class _Clocks:
    """What stands in for the module ``time``."""

    moment: datetime
    steady: float = 1_000.0

    def time(self) -> float:
        return self.moment.timestamp()

    def monotonic(self) -> float:
        return self.steady


@pytest.mark.parametrize(("slept", "closed"), [(0, 0), (6, 0), (10, 13), (30, 0)])
def test_hours_are_those_of_the_day_after_the_clock_was_set_or_the_machine_slept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: int, closed: int
) -> None:
    clocks = _Clocks(datetime(2026, 6, 1, 23, tzinfo=UTC))
    monkeypatch.setattr(pacing, "time", clocks)
    with closing(Ledger(tmp_path)) as ledger:
        paces = Pacing(ledger, Politeness(hours=("22:00-06:00",)), sparing=True)
        assert paces.ready_in("a.test") == 0
        clocks.moment += timedelta(hours=slept)  # the steady clock stands still
        assert paces.ready_in("a.test") == closed * 3600
