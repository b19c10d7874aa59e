"""Records as Parquet (https://parquet.apache.org/docs/file-format/), compressed with zstd; every column has its type.

The same records give the same bytes from the same pyarrow, whose version the file names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from portal_crawler.dataset.extra import needed
from portal_crawler.dataset.fields import RECORDS
from portal_crawler.dataset.record import moment
from portal_crawler.records.schema import Field

# Records that lie together, and are in memory at once while written.
_GROUP = 1_000
_ZSTD_LEVEL = 6
# Few values, many records: these are worth a dictionary.
_REPEATED = [
    *("schema_version", "site", "section", "source", "language", "status", "verdict", "crawl", "split", "warc_file"),
    *("extractor_version", "extractor_model", "extractor_template", "extractor_profile"),
]


def write_parquet(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write one file."""
    parquet, schema = needed("pyarrow.parquet"), arrow_schema()
    with (
        path.open("xb") as file,  # ours, so that a full disk is told as the system tells it
        parquet.ParquetWriter(
            file, schema, compression="zstd", compression_level=_ZSTD_LEVEL, use_dictionary=_REPEATED
        ) as writer,
    ):
        for heap in _heaps(records):
            writer.write_table(_table(heap, schema), row_group_size=_GROUP)


def arrow_schema() -> Any:
    """The columns and their types."""
    pa = needed("pyarrow")
    types = {
        "strings": pa.list_(pa.string()),
        "integer": pa.int64(),
        "share": pa.float64(),
        "time": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
    }
    columns = [pa.field(field.name, types.get(field.type, pa.string()), field.nullable) for field in RECORDS.fields]
    return pa.schema(columns)


def _heaps(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(records)
    while heap := list(islice(rest, _GROUP)):
        yield heap


def _table(records: list[dict[str, Any]], schema: Any) -> Any:
    pa = needed("pyarrow")
    columns = [
        pa.array([_value(field, record[field.name]) for record in records], kind.type)
        for field, kind in zip(RECORDS.fields, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _value(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.type == "time":
        return moment(value)
    return date.fromisoformat(value) if field.type == "day" else value
