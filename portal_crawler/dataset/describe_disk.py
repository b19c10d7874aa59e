"""Describe: the files that say what a dataset is, beside its records: for people, for programs, for archives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portal_crawler.dataset.card import CARD, card
from portal_crawler.dataset.citation import CITATION, citation_cff, cite_as
from portal_crawler.dataset.croissant import CROISSANT, croissant
from portal_crawler.dataset.datapackage import DATAPACKAGE, TABLE_SCHEMA, datapackage, table_schema
from portal_crawler.dataset.description import Description
from portal_crawler.dataset.form import Form, Rows
from portal_crawler.dataset.manifest_json import DATASET, write_json
from portal_crawler.dataset.sums_disk import close_bag, write_bag, write_sums
from portal_crawler.records.jsonl import replace_file


def describe(folder: Path, told: Description, known: Mapping[str, str]) -> None:
    """Write the descriptions of what is in a folder, then the sums over all.

    Frictionless describes tables of text, Croissant any kind of rows.

    :param known: digests (hex) of files, by their paths.
    """
    write_json(folder / DATASET, told.manifest)
    replace_file(folder / CARD, card(told).encode())
    replace_file(folder / CITATION, citation_cff(told).encode())
    if told.rows in (Rows.CSV, Rows.JSONL):
        write_json(folder / TABLE_SCHEMA, table_schema())
        write_json(folder / DATAPACKAGE, datapackage(told))
    if told.rows is not None:
        write_json(folder / CROISSANT, croissant(told, cite_as(told)))
    if told.form is Form.BAGIT:
        write_bag(folder, told, known)
    write_sums(folder, known)
    if told.form is Form.BAGIT:
        close_bag(folder)
