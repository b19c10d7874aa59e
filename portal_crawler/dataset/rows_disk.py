"""Rows: records as files of their kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal_crawler.dataset.csv_text import csv_head, csv_line
from portal_crawler.dataset.form import Rows
from portal_crawler.dataset.rows_parquet import write_parquet
from portal_crawler.records.jsonl import dumps


def write_rows(rows: Rows, path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write one file of records, whose names are those of ``RECORDS``."""
    {Rows.JSONL: write_lines, Rows.CSV: _write_csv, Rows.PARQUET: write_parquet}[rows](path, records)


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write a file of JSON Lines."""
    with path.open("xb") as file:
        for record in records:
            file.write(dumps(record) + b"\n")


def _write_csv(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(csv_head())
        file.writelines(csv_line(record) for record in records)
