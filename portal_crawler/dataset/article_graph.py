"""Article graph: the records of a dataset as nodes, and the links between them. Contains no input or output."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from portal_crawler.dataset.form import Form
from portal_crawler.graph.edge_tally import EdgeTally, merged, tallied
from portal_crawler.graph.editorial import is_editorial
from portal_crawler.graph.graph_xml import gexf, graphml
from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.occurrence import occurrence_flags
from portal_crawler.graph.view import GraphView
from portal_crawler.urls import url_key

# Links that are counted together: 9 bytes each until then.
_HEAP = 1 << 20
# What a node says beside its address and key, and the field that says it ("id" is a node's own to igraph).
_ATTRIBUTES = {"article": "id"} | {
    name: name
    for name in (
        "title",
        "site",
        "section",
        "language",
        "published",
        "word_count",
        "verdict",
        "crawl",
        "split",
        "cluster",
    )
}
# Characters that no XML may hold (https://www.w3.org/TR/xml/#charsets) and that a record may.
_NO_XML = re.compile("[\ufffe\uffff]")


@dataclass(slots=True)
class ArticleGraph:
    """Nodes in the order in which they were added, and the links that were counted between them."""

    urls: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    attributes: Mapping[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _ATTRIBUTES})
    _nodes: dict[str, int] = field(default_factory=dict)

    def add(self, record: dict[str, Any]) -> None:
        """Add a record; a link to any of its addresses is one to it. Of two texts at one address, to the first."""
        node = len(self.urls)
        self.urls.append(_xml(record["url"]))
        self.keys.append(_xml(record["url_key"]))
        for name, column in self.attributes.items():
            column.append(_xml(record[_ATTRIBUTES[name]]))
        for key in (record["url_key"], *filter(None, map(url_key, record["aliases"]))):
            self._nodes.setdefault(key, node)

    def view(self, links: Iterable[Mapping[str, Any]]) -> GraphView:
        """The graph.

        :param links: lines of ``links.jsonl``; those from or to other pages are passed over.
        """
        return GraphView(Level.PAGE, self.urls, self.keys, self.attributes, merged(list(self._tallies(links))))

    def _tallies(self, links: Iterable[Mapping[str, Any]]) -> Iterator[EdgeTally]:
        pairs, flags = array("q"), bytearray()
        for link in links:
            source, target = self._nodes.get(link["source_key"]), self._nodes.get(link["target_key"])
            if source is None or target is None:
                continue
            pairs.append((source << 32) | target)
            flags.append(occurrence_flags(link["role"], link["element"], link["rel"], editorial=is_editorial(link)))
            if len(flags) == _HEAP:
                yield _tally(pairs, flags)
                pairs, flags = array("q"), bytearray()
        yield _tally(pairs, flags)


def graph_lines(form: Form, view: GraphView, *, editorial: bool) -> Iterator[str]:
    """The lines of a graph's file.

    :param editorial: only the links that an editor set.
    """
    return (gexf if form is Form.GEXF else graphml)(view, editorial=editorial)


def _tally(pairs: array[int], flags: bytearray) -> EdgeTally:
    return tallied(np.frombuffer(pairs, np.int64), np.frombuffer(flags, np.uint8))


def _xml(value: Any) -> Any:
    return _NO_XML.sub("", value) if isinstance(value, str) else value
