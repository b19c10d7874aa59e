"""Data package: ``datapackage.json`` of Frictionless (https://specs.frictionlessdata.io). No input or output."""

from __future__ import annotations

from typing import Any

from portal_crawler.dataset.description import Description
from portal_crawler.dataset.fields import RECORDS
from portal_crawler.dataset.form import Rows
from portal_crawler.records.schema import Field

DATAPACKAGE = "datapackage.json"
TABLE_SCHEMA = "table-schema.json"
_TYPES = {"strings": "array", "integer": "integer", "share": "number", "day": "date"}
_ALWAYS = ("id", "url", "url_key", "fetched_at", "split")


def table_schema() -> dict[str, Any]:
    """The Table Schema of the records, one for all files."""
    return {
        "fields": [_field(field) for field in RECORDS.fields],
        "primaryKey": ["id"],
        "missingValues": [""],
    }


def _field(field: Field) -> dict[str, Any]:
    told: dict[str, Any] = {"name": field.name, "type": _TYPES.get(field.type, "string"), "description": field.meaning}
    if field.type == "time":
        told |= {"type": "datetime", "format": "any"}  # some have fractions of a second
    constraints: dict[str, Any] = {"required": True} if field.name in _ALWAYS else {}
    if "|" in field.type:
        constraints["enum"] = field.type.split("|")
    if field.type == "share":
        constraints |= {"minimum": 0, "maximum": 1}
    return told | ({"constraints": constraints} if constraints else {})


def datapackage(told: Description) -> dict[str, Any]:
    """The package: a resource for each file of records."""
    package = {
        "profile": "data-package",
        "name": told.name,
        "title": told.title,
        "description": told.summary,
        "version": told.version,
        "created": f"{told.date}T00:00:00Z",
        "licenses": _licences(told),
        "contributors": [{"title": told.creator, "role": "author"}] if told.creator else None,
        "sources": [{"title": f"crawl {crawl['id']}", "path": seed} for crawl, seed in _seeds(told)],
        "resources": [_resource(told, number) for number in range(len(told.files))],
    }
    return {name: value for name, value in package.items() if value}


def _seeds(told: Description) -> list[tuple[Any, str]]:
    found = [(crawl, (crawl.get("seeds") or [None])[0]) for crawl in told.crawls]
    return [(crawl, seed) for crawl, seed in found if seed]


def _licences(told: Description) -> list[dict[str, str]]:
    if told.spdx:
        return [{"name": told.spdx, "path": told.licence_address or ""}]
    return [{"title": told.licence, "path": told.licence_address}] if told.licence and told.licence_address else []


def _resource(told: Description, number: int) -> dict[str, Any]:
    file = told.files[number]
    resource: dict[str, Any] = {
        "name": f"{file.split}-{file.shard}",
        "path": file.path,
        "profile": "tabular-data-resource",
        "format": str(told.rows),
        "mediatype": "text/csv" if told.rows is Rows.CSV else "application/jsonl",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": TABLE_SCHEMA,
    }
    if told.rows is Rows.CSV:
        resource["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True}
    return resource
