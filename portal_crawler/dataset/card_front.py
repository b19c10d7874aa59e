"""Card's front: the YAML at its head, by which ``datasets.load_dataset`` finds splits and types. No input or output."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal_crawler.dataset.description import Description
from portal_crawler.dataset.fields import RECORDS, SPLITS
from portal_crawler.dataset.form import Rows
from portal_crawler.dataset.licence import hub_name
from portal_crawler.dataset.markup import yaml_text
from portal_crawler.records.schema import Field

_DTYPES = {"integer": "int64", "share": "float64", "time": "timestamp[us, tz=UTC]", "day": "date32"}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


def front_matter(told: Description) -> str:
    """The lines between two ``---``."""
    return "".join(f"{line}\n" for line in ("---", *_lines(told), "---"))


def _lines(told: Description) -> Iterator[str]:
    yield f"pretty_name: {yaml_text(told.title)}"
    yield f"version: {yaml_text(told.version)}"
    yield from _licence(told)
    languages = [one for one in told.figures["languages"] if _LANGUAGE.match(one)]
    if languages:
        yield "language:"
        yield from (f"- {yaml_text(one)}" for one in languages)
    records = told.figures["records"]
    yield "size_categories:"
    yield f"- {yaml_text(next((name for limit, name in _SIZES if records < limit), 'n>1M'))}"
    yield "tags:"
    yield "- news"
    yield "- web-archive"
    if told.rows is not None:
        yield from _configs(told)


def _licence(told: Description) -> Iterator[str]:
    """The hub reads a name and an address beside ``other`` alone."""
    hub = hub_name(told.licence) if told.licence else "unknown"
    yield f"license: {hub or 'other'}"
    if hub or not told.licence:
        return
    if told.spdx or not told.licence_address:
        yield f"license_name: {yaml_text(told.spdx or told.licence)}"
    if told.licence_address:
        yield f"license_link: {yaml_text(told.licence_address)}"


def _configs(told: Description) -> Iterator[str]:
    yield "configs:"
    yield "- config_name: default"
    yield "  data_files:"
    for split in SPLITS:
        if any(file.split == split for file in told.files):
            yield f"  - split: {split}"
            yield f"    path: data/{split}/*.{told.rows}"
    # The library knows what it has read before by this header and the folder's last name: without a word of the bytes
    # it would give the records of the version before, or of another dataset.
    yield "dataset_info:"
    yield f"  description: {yaml_text(f'{told.name} {told.version}, sha256 of its records {told.records_digest}')}"
    if told.rows is Rows.CSV:  # which the library reads by types that it guesses anew in each file
        return
    yield "  features:"
    for field in RECORDS.fields:
        yield from _feature(field)


def _feature(field: Field) -> Iterator[str]:
    yield f"  - name: {field.name}"
    if field.type == "strings":
        yield "    list: string"
    else:
        yield f"    dtype: {_DTYPES.get(field.type, 'string')}"
