"""Components: which nodes hang together, by links in any direction (weakly) or in both (strongly)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.adjacency import Adjacency
from portal_crawler.graph.edge_tally import Integers
from portal_crawler.graph.extra import needed


def components(links: Adjacency, connection: Literal["weak", "strong"]) -> npt.NDArray[np.int32]:
    """The component of each node: 0 is the largest; of equal ones, that of the lowest id comes first."""
    if not links.nodes:
        return np.empty(0, np.int32)
    sparse, csgraph = needed("scipy.sparse"), needed("scipy.sparse.csgraph")
    ones = np.ones(len(links.sources), np.int8)
    matrix = sparse.csr_array((ones, (links.sources, links.targets)), shape=(links.nodes, links.nodes))
    _, labels = csgraph.connected_components(matrix, directed=True, connection=connection)
    _, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), np.int32)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes), dtype=np.int32)
    found: npt.NDArray[np.int32] = rank[inverse]
    return found


def sizes(labels: npt.NDArray[np.int32]) -> Integers:
    """How many nodes each component has, the largest first."""
    return np.bincount(labels) if len(labels) else np.empty(0, np.int64)
