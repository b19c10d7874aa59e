"""Charts: Vega-Lite specifications of what the report draws. Contains no drawing, no input and no output.

Form: https://vega.github.io/schema/vega-lite/v5.json. Colours are names that the page's style sheet exchanges for its
own, light or dark; no mark carries a description of its own: the figure has one, and its table says the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Spec = dict[str, Any]
# Marks on an axis, about.
_TICKS = 6
# Places for the colours of the style sheet (assets/style.css).
SERIES = ("#c10000", "#c20000", "#c30000", "#c40000", "#c50000", "#c60000", "#c70000", "#c80000")
BAD, LINE, CARD, INK = "#bad000", "#11ee00", "#ca4d00", "#14c000"
_WIDTH = 780
# Characters of a label; names of sections are the portal's, and may be of any length.
_LABEL = 36
_CONFIG: Spec = {
    "aria": False,
    "background": None,
    "font": "sans-serif",
    "padding": {"left": 24, "right": 40, "top": 6, "bottom": 6},
    "view": {"stroke": None},
    "axis": {
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelLimit": 220,
        "titlePadding": 8,
    },
    "legend": {
        "orient": "top",
        "labelFontSize": 11,
        "title": None,
        "symbolType": "square",
        "labelLimit": 220,
        "columns": 4,
        "columnPadding": 36,
        "rowPadding": 4,
    },
    "range": {"category": list(SERIES)},
    "scale": {"bandPaddingInner": 0.2},
}


def label(text: str) -> str:
    """A text as a label of a chart: short, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1] + "…"


def bars(values: Sequence[tuple[str, float]], measure: str, *, share: bool = False) -> Spec:
    """Horizontal bars with their values, in the order given."""
    rows = [{"name": label(name), "at": at, "value": value} for at, (name, value) in enumerate(values)]
    text = {"field": "value", "type": "quantitative", "format": ".1%" if share else ",d"}
    axis = {"format": "%", "tickCount": _TICKS} if share else _counts(value for _, value in values)
    x: Spec = {"field": "value", "type": "quantitative", "title": measure, "axis": {**axis, "grid": False}}
    if share:
        x["scale"] = {"domain": [0, 1]}
    layers = [
        {"mark": {"type": "bar", "color": SERIES[0], "height": {"band": 0.7}}},
        {"mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11}, "encoding": {"text": text}},
    ]
    y = _rows_of(rows)
    return _chart(rows, {"layer": layers, "encoding": {"x": x, "y": y}, "height": {"step": 24}})


def stacked(
    values: Iterable[tuple[str, str, float]], names: Sequence[str], measure: str, *, across: bool = False
) -> Spec:
    """Bars of several parts: ``values`` are (bar, part, value), ``names`` the parts in order; ``across`` lays them."""
    rows: list[dict[str, Any]] = [
        {"name": label(bar), "part": label(part), "value": value} for bar, part, value in values if value
    ]
    order = list(dict.fromkeys(label(bar) for bar, _, _ in values)) if isinstance(values, Sequence) else None
    parts = [label(name) for name in names]
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["name"]] = sums.get(row["name"], 0) + row["value"]
    axis = _counts(sums.values())
    amount = {"field": "value", "type": "quantitative", "title": measure, "axis": axis, "stack": "zero"}
    place: Spec = {"field": "name", "type": "ordinal", "title": None, "sort": None}
    if order is not None:
        place["scale"] = {"domain": order}
    if not across:
        place["axis"] = {"labelAngle": -45 if len(order or ()) > 8 else 0, "labelOverlap": True}
    colour = {"field": "part", "type": "nominal", "scale": {"domain": parts, "range": list(SERIES[: len(parts)])}}
    rank = {"field": "rank", "type": "quantitative"}
    for row in rows:
        row["rank"] = parts.index(str(row["part"]))
    encoding = {"color": colour, "order": rank, **({"x": amount, "y": place} if across else {"x": place, "y": amount})}
    size = {"height": {"step": 22}} if across else {"height": 210}
    return _chart(rows, {"mark": {"type": "bar"}, "encoding": encoding, **size})


def timeline(values: Sequence[tuple[str, int]], measure: str) -> Spec:
    """A bar for each unit of time; a unit that has none is marked below the line."""
    rows = [{"name": name, "value": value} for name, value in values]
    x = {
        "field": "name",
        "type": "ordinal",
        "title": None,
        "sort": None,
        "axis": {"labelAngle": -45 if len(rows) > 12 else 0, "labelOverlap": True},
    }
    y = {"field": "value", "type": "quantitative", "title": measure, "axis": _counts(count for _, count in values)}
    gap = {
        "mark": {"type": "rect", "color": BAD, "height": 5, "yOffset": 0},
        "transform": [{"filter": "datum.value === 0"}],
        "encoding": {"y": {"value": 207}},
    }
    layers = [{"mark": {"type": "bar", "color": SERIES[0]}, "encoding": {"y": y}}, gap]
    return _chart(rows, {"layer": layers, "encoding": {"x": x}, "height": 210})


def grid(values: Sequence[tuple[str, str, int, bool]], measure: str) -> Spec:
    """Rows of cells, the fuller the darker: ``values`` are (row, column, count, whether an empty cell is a gap)."""
    rows = [{"row": label(row), "column": column, "value": count, "gap": gap} for row, column, count, gap in values]
    columns, names = (list(dict.fromkeys(str(row[key]) for row in rows)) for key in ("column", "row"))
    x = {
        "field": "column",
        "type": "ordinal",
        "title": None,
        "sort": None,
        "scale": {"domain": columns},
        "axis": {"labelAngle": -45 if len(columns) > 12 else 0, "labelOverlap": True, "domain": False, "ticks": False},
    }
    y = {
        "field": "row",
        "type": "ordinal",
        "title": None,
        "sort": None,
        "scale": {"domain": names},
        "axis": {"domain": False, "ticks": False},
    }
    strength = {
        "field": "value",
        "type": "quantitative",
        "scale": {"range": [0.18, 1], "zero": False, "type": "sqrt"},
        "legend": None,
    }
    full = {
        "mark": {"type": "rect", "color": SERIES[0]},
        "transform": [{"filter": "datum.value > 0"}],
        "encoding": {"fillOpacity": strength},
    }
    gap = {
        "mark": {"type": "tick", "color": BAD, "thickness": 2, "orient": "horizontal", "width": {"band": 0.55}},
        "transform": [{"filter": "datum.gap"}],
    }
    most = max((count for _, _, count, _ in values), default=0)
    on_dark = {"condition": {"test": f"datum.value > {most / 3}", "value": CARD}, "value": INK}
    number = {
        "mark": {"type": "text", "fontSize": 9},
        "transform": [{"filter": "datum.value > 0"}],
        "encoding": {"text": {"field": "value", "type": "quantitative", "format": "~s"}, "color": on_dark},
    }
    layers = [full, gap, *([number] if len(columns) <= 16 else [])]
    return _chart(rows, {"layer": layers, "encoding": {"x": x, "y": y}, "height": {"step": 22}}) | {
        "description": measure
    }


def points(values: Sequence[tuple[str, str, float, int]], measure: str, sizes: str) -> Spec:
    """Circles along rows: ``values`` are (row, series, share 0-1, weight)."""
    rows = [
        {"row": label(row), "series": label(name), "share": share, "weight": weight}
        for row, name, share, weight in values
    ]
    names = list(dict.fromkeys(str(row["series"]) for row in rows))
    order = list(dict.fromkeys(str(row["row"]) for row in rows))
    encoding = {
        "x": {
            "field": "share",
            "type": "quantitative",
            "title": measure,
            "axis": {"format": "%", "tickCount": _TICKS},
            "scale": {"domain": [0, 1]},
        },
        "y": {
            "field": "row",
            "type": "ordinal",
            "title": None,
            "sort": None,
            "scale": {"domain": order},
            "axis": {"grid": True},
        },
        "color": {"field": "series", "type": "nominal", "scale": {"domain": names, "range": list(SERIES)}},
        "size": {
            "field": "weight",
            "type": "quantitative",
            "title": sizes,
            "scale": {"range": [30, 420]},
            "legend": None,
        },
    }
    mark = {"type": "circle", "opacity": 0.75}
    return _chart(rows, {"mark": mark, "encoding": encoding, "height": {"step": 24}})


def histogram(values: Sequence[tuple[str, int]], measure: str, axis: str) -> Spec:
    """Bars over classes, in the order given."""
    rows = [{"name": name, "value": value} for name, value in values]
    x = {"field": "name", "type": "ordinal", "title": axis, "sort": None, "axis": {"labelAngle": 0}}
    y = {"field": "value", "type": "quantitative", "title": measure, "axis": _counts(count for _, count in values)}
    mark = {"type": "bar", "color": SERIES[0]}
    return _chart(rows, {"mark": mark, "encoding": {"x": x, "y": y}, "height": 180})


def _counts(values: Iterable[float]) -> Spec:
    """An axis of whole numbers up to the largest of some."""
    return {"format": ",d", "tickCount": min(_TICKS, max(1, int(max(values, default=1))))}


def _rows_of(rows: list[dict[str, Any]]) -> Spec:
    """The axis of named rows; two of one name stay two."""
    names = [row["name"] for row in rows]
    if len(set(names)) < len(names):
        for row in rows:
            row["name"] = f"{row['name']} ({row['at'] + 1})"
    return {"field": "name", "type": "ordinal", "title": None, "sort": None, "axis": {"domain": False, "ticks": False}}


def _chart(rows: list[dict[str, Any]], rest: Spec) -> Spec:
    return {"data": {"values": rows}, "width": _WIDTH, "config": _CONFIG, **rest}
