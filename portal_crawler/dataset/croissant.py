"""Croissant: ``croissant.json`` of MLCommons (https://docs.mlcommons.org/croissant/). Contains no input or output."""

from __future__ import annotations

from typing import Any

from portal_crawler.dataset.description import Description
from portal_crawler.dataset.fields import RECORDS
from portal_crawler.dataset.form import Rows
from portal_crawler.records.schema import Field

CROISSANT = "croissant.json"
_ENCODING = {
    Rows.JSONL: "application/jsonlines",
    Rows.PARQUET: "application/x-parquet",
    Rows.CSV: "text/csv",
}
_TYPES = {"integer": "sc:Integer", "share": "sc:Float", "day": "sc:Date", "time": "sc:DateTime", "url": "sc:URL"}
_FILES, _ARTICLES = "files", "articles"
# The names that a reader of version 1.0 has to know (Croissant 1.0, appendix 1).
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(told: Description, cite_as: str) -> dict[str, Any]:
    """The description: one set of files, and the records that stand in them."""
    rows = told.rows
    assert rows is not None  # noqa: S101 - a graph has no records of this kind
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": told.name,
        "alternateName": told.title,
        "description": told.summary,
        "version": told.version,
        "datePublished": told.date,
        "license": told.licence_address or told.licence,
        "creator": {"@type": "sc:Organization", "name": told.creator} if told.creator else None,
        "inLanguage": [one for one in told.figures["languages"] if one != "unknown"],
        "citeAs": cite_as,
        "distribution": [
            {
                "@type": "cr:FileSet",
                "@id": _FILES,
                "name": _FILES,
                "description": "The records, by split and month of publication.",
                "encodingFormat": _ENCODING[rows],
                "includes": f"data/*/*.{rows}",
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": _ARTICLES,
                "name": _ARTICLES,
                "description": "One record for each article.",
                "key": {"@id": f"{_ARTICLES}/id"},
                "field": [_field(field, rows) for field in RECORDS.fields],
            }
        ],
    }
    return {name: value for name, value in described.items() if value}


def _field(field: Field, rows: Rows) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{_ARTICLES}/{field.name}",
        "name": field.name,
        "description": field.meaning,
        "dataType": _TYPES.get(field.type, "sc:Text"),
        "source": {"fileSet": {"@id": _FILES}, "extract": {"column": field.name}},
    }
    if field.type == "strings" and rows is not Rows.CSV:  # in CSV a list is its JSON
        told["repeated"] = True
    return told
