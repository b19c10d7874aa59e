"""Pen: what the sections of a page are written with: the words of one language, and the drawer of charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal_crawler.report.charts import Spec
from portal_crawler.report.view import CellKind, Column, Figure, Row, Table
from portal_crawler.report.words_toml import Words

# Rows of a table that are shown; a page is read by people, and stays below 5 MB.
MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Pen:
    """``draw`` makes SVG of a chart, or ``None`` where charts cannot be drawn (``has_charts``)."""

    words: Words
    draw: Callable[[Spec], str | None]
    has_charts: bool = True

    def table(
        self,
        key: str,
        columns: Sequence[tuple[str, CellKind] | Column],
        rows: Sequence[Row],
        foot: Row | None = None,
        most: int = MOST_ROWS,
        **values: object,
    ) -> Table:
        """A table: ``key`` is its caption among the words and its permalink, columns are given ready or by the
        key of their name.
        """
        labels = tuple(one if isinstance(one, Column) else Column(self.words(one[0]), one[1]) for one in columns)
        shown = tuple(rows[:most])
        return Table(_anchor(key), self.words(key, **values), labels, shown, len(rows) - len(shown), foot)

    def figure(self, key: str, spec: Spec, table: Table, **values: object) -> Figure:
        """A chart with its table: ``key`` is its title, ``key_say`` what it shows."""
        say = self.words(f"{key}_say", **values)
        return Figure(f"chart-{_anchor(key)}", self.words(key, **values), say, self.draw(spec), table)


def _anchor(key: str) -> str:
    """The permalink of a key.

    >>> _anchor("articles.by_month")
    'articles-by-month'
    """
    return key.replace(".", "-").replace("_", "-")


def number(value: float) -> str:
    """A count with its thousands parted."""
    return f"{value:,.0f}"


def seconds(value: float | None) -> str:
    """A duration.

    >>> seconds(0.0424), seconds(0), seconds(75.2), seconds(7300)
    ('0.042 s', '0 s', '1 min 15 s', '2 h 1 min')
    """
    if value is None:
        return "-"
    if value < 60:
        return f"{value:.3f} s" if 0 < value < 10 and value != int(value) else f"{value:.3g} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
