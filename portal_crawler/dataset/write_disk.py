"""Write: the files of one version of a dataset, into an empty folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from portal_crawler.dataset.archive_disk import copy_archive
from portal_crawler.dataset.article_graph import ArticleGraph, graph_lines
from portal_crawler.dataset.changes import changes
from portal_crawler.dataset.describe_disk import describe
from portal_crawler.dataset.description import DataFile, Description
from portal_crawler.dataset.fields import CHANGES, INDEX, LEFT_OUT, MARKED, RELATIONS
from portal_crawler.dataset.figures import Figures
from portal_crawler.dataset.form import Rows, rows_of
from portal_crawler.dataset.manifest_json import FORMAT_VERSION
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.plan import Plan
from portal_crawler.dataset.record import dataset_record
from portal_crawler.dataset.record_table_sqlite import RecordTable, Row
from portal_crawler.dataset.rows_disk import write_lines, write_rows
from portal_crawler.dataset.source_jsonl import Source
from portal_crawler.dataset.sums_disk import PAYLOAD
from portal_crawler.errors import UsageError
from portal_crawler.graph.crawls_jsonl import LINKS, link_records
from portal_crawler.records.jsonl import RecordsAt
from portal_crawler.records.manifest_json import sha256_of
from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.records.sinks import ARTICLES


def write_dataset(
    folder: Path, table: RecordTable, sources: Sequence[Source], order: Order, plan: Plan
) -> Mapping[str, Any]:
    """Write everything; the manifest."""
    figures = Figures()
    with _Reader(table, sources, figures) as reader:
        rows = rows_of(order.form)
        files = _write_graph(folder, reader, order) if rows is None else list(_write_shards(folder, reader, rows))
    copy_archive(plan.archive, folder)
    _write_tables(folder, table, sources, order, plan)
    told = _description(table, sources, order, plan, figures, files)
    known = {file.path: file.sha256 for file in files} | dict(plan.made["archive"])
    describe(folder, told, known)
    return told.manifest


class _Reader:
    """The records, read from where their lines stand, and counted. Close after use."""

    def __init__(self, table: RecordTable, sources: Sequence[Source], figures: Figures) -> None:
        self._table, self.sources, self._figures = table, sources, figures
        self._open = ExitStack()
        self._lines = [self._open.enter_context(RecordsAt(source.folder / ARTICLES)) for source in sources]

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def count(self) -> int:
        """How many were read."""
        return self._figures.records

    def rows(self) -> Iterator[Row]:
        """What is to be read, shard after shard."""
        return self._table.records()

    def record(self, row: Row) -> dict[str, Any]:
        """The record of a row."""
        article = self._lines[row.source].read(row.place)
        record = dataset_record(article, self.sources[row.source].id, row.split, row.cluster)
        self._figures.add(record)
        return record


def _write_shards(folder: Path, reader: _Reader, rows: Rows) -> Iterator[DataFile]:
    for (split, shard), part in groupby(reader.rows(), key=lambda row: (row.split, row.shard)):
        path = folder / _shard_file(split, shard, rows)
        path.parent.mkdir(parents=True, exist_ok=True)
        before = reader.count
        write_rows(rows, path, map(reader.record, part))
        yield _data_file(folder, path, reader.count - before, split, shard)


def _shard_file(split: str, shard: str, rows: Rows) -> str:
    return f"{PAYLOAD}/{split}/{shard}.{rows}"


def _graph_file(order: Order) -> str:
    return f"{PAYLOAD}/articles.{order.form}"


def _data_file(folder: Path, path: Path, records: int, split: str | None = None, shard: str | None = None) -> DataFile:
    name = path.relative_to(folder).as_posix()
    return DataFile(name, path.stat().st_size, sha256_of(path), split, shard, records)


def _write_graph(folder: Path, reader: _Reader, order: Order) -> list[DataFile]:
    for source in reader.sources:
        if not (source.folder / LINKS).exists():
            raise UsageError(str(source.folder), f"holds no {LINKS}", "choose another form, or leave out the crawl")
    graph = ArticleGraph()
    for row in reader.rows():
        graph.add(reader.record(row))
    view = graph.view(link_records(source.folder for source in reader.sources))
    path = folder / _graph_file(order)
    path.parent.mkdir(parents=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.writelines(graph_lines(order.form, view, editorial=order.editorial))
    return [_data_file(folder, path, reader.count)]


def _write_tables(folder: Path, table: RecordTable, sources: Sequence[Source], order: Order, plan: Plan) -> None:
    """Write what is told of the records beside them."""
    version = {"schema_version": SCHEMA_VERSION}
    rows = rows_of(order.form)
    write_lines(
        folder / INDEX.file,
        (
            version
            | {"id": row.id, "url_key": row.url_key}
            | {"file": _shard_file(row.split, row.shard, rows) if rows else _graph_file(order)}
            | {"split": row.split, "cluster": row.cluster, "digest": row.digest, "marks": row.marks.hex()}
            for row in table.records()
        ),
    )
    names = ("id", "kind", "similarity", "reason", "of")
    write_lines(folder / RELATIONS.file, (version | dict(zip(names, row, strict=True)) for row in table.relations()))
    write_lines(
        folder / LEFT_OUT.file,
        (
            version | {"id": one, "url": url, "crawl": sources[source].id, "rule": rule, "reason": reason}
            for one, source, url, rule, reason in table.refused()
        ),
    )
    found = changes(table, plan.tombstones) if plan.changes is not None else ()
    write_lines(folder / CHANGES.file, (version | change.told() for change in found))


def _description(
    table: RecordTable,
    sources: Sequence[Source],
    order: Order,
    plan: Plan,
    figures: Figures,
    files: Sequence[DataFile],
) -> Description:
    told = figures.told()
    copies = chain.from_iterable(source.duplicates() for source in sources)
    manifest = {
        "format_version": FORMAT_VERSION,
        "version": plan.version,
        **plan.made,
        "figures": told,
        "folded": table.folded(copies),
        "clusters": list(table.clusters()),
        "history": list(plan.history),
        "marked": list(MARKED),
        "files": [
            {"path": file.path, "bytes": file.bytes, "sha256": file.sha256, "records": file.records} for file in files
        ],
    }
    return Description(
        form=order.form,
        name=plan.made["name"],
        title=plan.made["title"],
        version=plan.version,
        date=plan.made["date"],
        licence=order.licence,
        creator=order.creator,
        figures=told,
        files=files,
        crawls=plan.made["crawls"],
        manifest=manifest,
    )
