"""The tables of a link graph as Parquet (https://parquet.apache.org/docs/file-format/), compressed with zstd.

The same tables give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from portal_crawler.errors import DamagedFileError
from portal_crawler.graph.edge_tally import COLUMNS, EdgeTally, paired
from portal_crawler.graph.extra import needed
from portal_crawler.graph.link_graph import Level, LinkGraph, Pages, Places, kind_names
from portal_crawler.urls import name_of

# Rows that lie together; a reader may take them one group at a time.
_GROUP = 1 << 20
# Few values, many rows: these are worth a dictionary.
_REPEATED = ("kind", "status", "fetched")
_ZSTD_LEVEL = 3

Columns = Mapping[str, Any]


def write_tables(graph: LinkGraph, folder: Path) -> None:
    """Write the tables of a graph: ``pages``, ``sections``, ``hosts``, ``domains``, and the edges of each level."""
    write_table(folder / node_file(Level.PAGE), _page_columns(graph.pages))
    for level, places in graph.places.items():
        write_table(folder / node_file(level), _place_columns(places))
    for level, edges in graph.edges.items():
        write_table(folder / edge_file(level), _edge_columns(edges))


def node_file(level: Level) -> str:
    """The file of a level's nodes."""
    return f"{level}s.parquet"


def edge_file(level: Level) -> str:
    """The file of a level's edges."""
    return f"{level}_edges.parquet"


def _page_columns(pages: Pages) -> Columns:
    statuses = np.ma.masked_equal(pages.statuses, 0)
    return {
        "id": np.arange(len(pages.keys), dtype=np.int32),
        "key": pages.keys,
        "url": pages.urls,
        **{str(level): pages.places[level] for level in pages.places},
        "fetched": pages.fetched,
        "status": statuses,
        "kind": kind_names(pages.kinds),
    }


def _place_columns(places: Places) -> Columns:
    return {
        "id": np.arange(len(places.names), dtype=np.int32),
        "surt": places.names,
        "name": [name_of(name) for name in places.names],
        "pages": places.pages,
        "fetched": places.fetched,
        "hosts": places.hosts,
    }


def _edge_columns(edges: EdgeTally) -> Columns:
    ends = {"source": edges.sources.astype(np.int32), "target": edges.targets.astype(np.int32)}
    return ends | {name: edges.column(name).astype(np.int64) for name in COLUMNS}


def write_table(path: Path, columns: Columns) -> None:
    """Write one table. A masked array has nulls where it is masked, a list where it holds ``None``."""
    pa, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    arrays = {name: _array(pa, name, column) for name, column in columns.items()}
    repeated = [name for name in arrays if name in _REPEATED]
    parquet.write_table(
        pa.table(arrays),
        path,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=repeated or False,
        row_group_size=_GROUP,
    )


def _array(pa: Any, name: str, column: Any) -> Any:
    if isinstance(column, np.ma.MaskedArray):
        return pa.array(column.data, mask=np.ma.getmaskarray(column))
    if isinstance(column, np.ndarray):
        return pa.array(column)
    return pa.array(column, pa.string())


def read_table(path: Path, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """Columns of one table: numbers as numpy arrays, all else as lists.

    :raises DamagedFileError: where the file cannot be read.
    """
    pa, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    try:
        table = parquet.read_table(path, columns=list(columns) if columns else None)
    except (OSError, pa.ArrowException) as error:
        cure = "make the graph again with: portal-crawler graph build"
        raise DamagedFileError(str(path), f"is no whole Parquet file ({type(error).__name__})", cure) from error
    read = {}
    for name in table.column_names:
        column = table.column(name)
        plain = column.null_count == 0 and not pa.types.is_string(column.type)
        read[name] = column.to_numpy() if plain else column.to_pylist()
    return read


def read_edges(folder: Path, level: Level) -> EdgeTally:
    """The edges of one level.

    :raises DamagedFileError: where the file cannot be read.
    """
    path = folder / edge_file(level)
    ends = read_table(path, ["source", "target"])
    pairs = paired(ends["source"], ends["target"])
    counts = np.empty((len(COLUMNS), len(pairs)), np.uint32)
    for row, name in enumerate(COLUMNS):  # a column at a time: a fifth of the memory
        counts[row] = read_table(path, [name])[name]
    return EdgeTally(pairs, counts)
