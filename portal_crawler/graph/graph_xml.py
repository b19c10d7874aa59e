"""GEXF 1.2 (https://gexf.net) and GraphML (http://graphml.graphdrawing.org), for Gephi, Cytoscape, yEd and others.

Written line by line; a node's id is its place in the view, its label its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from portal_crawler.graph.edge_tally import COLUMNS, EdgeTally
from portal_crawler.graph.load import plain
from portal_crawler.graph.view import GraphView, of_links

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What no XML may hold, by reference neither (https://www.w3.org/TR/xml/#charsets), and addresses of an archive may.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What both formats call the types of values.
_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}


def gexf(view: GraphView, *, editorial: bool) -> Iterator[str]:
    """The lines of a GEXF file; ``weight`` of an edge is its number of links."""
    columns, edges = _columns(view), of_links(view, editorial=editorial)
    yield _HEAD + '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
    yield '<graph defaultedgetype="directed" mode="static">\n'
    for kind, types in (("node", _types(columns)), ("edge", dict.fromkeys(COLUMNS, "long"))):
        yield f'<attributes class="{kind}">\n'
        for number, (name, type_) in enumerate(types.items()):
            yield f'<attribute id="{number}" title="{escape(name)}" type="{type_}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for node, name in enumerate(view.names):
        values = [column[node] for column in columns.values()]
        yield f'<node id="{node}" label="{_text(name)}">{_attvalues(values)}</node>\n'
    yield "</nodes>\n<edges>\n"
    for number, (source, target, counts) in enumerate(_edges(edges)):
        weight = f'id="{number}" source="{source}" target="{target}" weight="{counts[0]}"'
        yield f"<edge {weight}>{_attvalues(counts)}</edge>\n"
    yield "</edges>\n</graph>\n</gexf>\n"


def graphml(view: GraphView, *, editorial: bool) -> Iterator[str]:
    """The lines of a GraphML file."""
    columns, edges = _columns(view), of_links(view, editorial=editorial)
    yield _HEAD + '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    keys = {"label": "string"} | _types(columns)
    yield from _keys("node", keys)
    yield from _keys("edge", dict.fromkeys(COLUMNS, "long"))
    yield '<graph edgedefault="directed">\n'
    for node, name in enumerate(view.names):
        values = {"label": name} | {one: column[node] for one, column in columns.items()}
        yield f'<node id="{node}">{_data("node", values)}</node>\n'
    for source, target, counts in _edges(edges):
        values = dict(zip(COLUMNS, counts, strict=True))
        yield f'<edge source="{source}" target="{target}">{_data("edge", values)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _keys(kind: str, types: Mapping[str, str]) -> Iterator[str]:
    for name, type_ in types.items():
        yield f'<key id="{kind}_{escape(name)}" for="{kind}" attr.name="{escape(name)}" attr.type="{type_}"/>\n'


def _data(kind: str, values: Mapping[str, Any]) -> str:
    return "".join(
        f'<data key="{kind}_{name}">{_text(value)}</data>' for name, value in values.items() if value is not None
    )


def _attvalues(values: list[Any]) -> str:
    told = "".join(
        f'<attvalue for="{number}" value="{_text(value)}"/>' for number, value in enumerate(values) if value is not None
    )
    return f"<attvalues>{told}</attvalues>"


def _columns(view: GraphView) -> dict[str, list[Any]]:
    return {"key": list(view.keys)} | {name: plain(column) for name, column in view.attributes.items()}


def _types(columns: Mapping[str, list[Any]]) -> dict[str, str]:
    """The type of each column, by its first value that is known."""
    return {
        name: _TYPES[type(next((value for value in column if value is not None), ""))]
        for name, column in columns.items()
    }


def _edges(edges: EdgeTally) -> Iterator[tuple[int, int, list[int]]]:
    counts = edges.counts.T.tolist()
    return zip(edges.sources.tolist(), edges.targets.tolist(), counts, strict=True)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(value)))
