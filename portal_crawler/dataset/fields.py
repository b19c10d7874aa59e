"""Fields: the tables of a dataset's files, as data. Writers fill them; descriptions and docs are drawn from them.

A record is an article's, with one type a field: day and time apart, and no object within. What a field means is said
once, in ``records.schema``.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal_crawler.records.schema import ARTICLES, SCHEMA_VERSION, Field, Schema

SPLITS = ("train", "validation", "test")
# A year, a month or a day of what the field says, which may be a day or a time.
_DAY_OR_TIME = "date or time"
_EXTRACTOR = (
    Field("extractor_version", "text", "version of portal-crawler that read the page", nullable=True),
    Field("extractor_model", "text", "network that read the page", nullable=True),
    Field("extractor_template", "text", "template that the page was read with", nullable=True),
    Field("extractor_profile", "text", "profile that the page was read with", nullable=True),
)
_OWN = (
    Field("crawl", "text", "crawl that the record is from: the first one that has it"),
    Field("cluster", "text", "id of the first record of those that are alike or related; they share a split"),
    Field("split", "|".join(SPLITS), "part of the dataset"),
)


def _typed(field: Field) -> Iterator[Field]:
    """The fields of a record that one of an article comes to."""
    if field.type == _DAY_OR_TIME:
        yield Field(field.name, "day", f"{field.meaning}: the day, in UTC where the time is known", nullable=True)
        yield Field(f"{field.name}_at", "time", f"{field.meaning}: the time; `null` where only the day is known", True)
    elif field.name == "extractor":
        yield from _EXTRACTOR
    else:
        yield field


RECORDS = Schema("data", tuple(typed for field in ARTICLES.fields for typed in _typed(field)) + _OWN)

# Where a record is from and how it was got, and nothing of what it says: where only these differ, it has moved.
PROVENANCE = frozenset(
    {"fetched_at", "status", "payload_digest", "warc_file", "warc_offset", "warc_record_id", "crawl"}
    | {field.name for field in _EXTRACTOR}
)
# What a version is compared by with the one before. The id stands for address and words; the index has the rest.
_NOT_MARKED = frozenset(("schema_version", "id", "url_key", "text_digest", "cluster", "split"))
MARKED = tuple(field.name for field in RECORDS.fields if field.name not in _NOT_MARKED)
_PROVENANCE = ", ".join(f"`{name}`" for name in MARKED if name in PROVENANCE)

# The rule of what no split can take.
CONFLICT = "split_conflict"

_VERSION = Field("schema_version", SCHEMA_VERSION, "version of this table")

INDEX = Schema(
    "records.jsonl",
    (
        _VERSION,
        Field("id", "text", "id of a record"),
        Field("url_key", "text", "its address in SURT form"),
        Field("file", "text", "file that holds it"),
        Field("split", "|".join(SPLITS), "its part of the dataset"),
        Field("cluster", "text", "its cluster"),
        Field("digest", "digest", "SHA-256 of the article's line: another one tells that the record changed or moved"),
        Field(
            "marks",
            "text",
            "of each field that `marked` in dataset.json names, in its order, the first 8 hex digits of the SHA-256 of "
            "its value as JSON (UTF-8, no blanks): others tell that the field differs",
        ),
    ),
)

LEFT_OUT = Schema(
    "left_out.jsonl",
    (
        _VERSION,
        Field("id", "text", "id of an article of a crawl that is no record here"),
        Field("url", "url", "its address; `null` of what was taken down", nullable=True),
        Field("crawl", "text", "crawl that has it"),
        Field(
            "rule",
            f"takedown|same_id|language|section|site|verdict|since|until|min_words|max_words|{CONFLICT}",
            "the rule that decided",
        ),
        Field("reason", "text", "how, in words"),
    ),
)

RELATIONS = Schema(
    "relations.jsonl",
    (
        _VERSION,
        Field("id", "text", "id of a record"),
        Field(
            "kind", "text", "what it is to the other: a kind of a crawl's relations.jsonl, or `alike`: much is the same"
        ),
        Field("similarity", "share", "how much of the shorter text stands in the other, if compared", nullable=True),
        Field("reason", "text", "what decided it"),
        Field("of", "text", "id of the other record"),
    ),
)

CHANGES = Schema(
    "changes.jsonl",
    (
        _VERSION,
        Field("id", "text", "id of a record"),
        Field(
            "change",
            "added|changed|moved|withdrawn",
            "what became of it since the version before; of one `moved`, only its provenance differs",
        ),
        Field("revises", "text", "of one added: id of the record that had its address before", nullable=True),
        Field(
            "rule",
            "text",
            "of one withdrawn: `takedown`, `gone` where no crawl has it any more, or a rule of left_out.jsonl",
            nullable=True,
        ),
        Field(
            "fields",
            "strings",
            "of one changed: the fields that differ, `provenance` apart; `null` where the version before has no marks",
            nullable=True,
        ),
        Field(
            "provenance",
            "strings",
            f"of one changed or moved: which of {_PROVENANCE} differ",
            nullable=True,
        ),
    ),
)

SCHEMAS = {schema.file: schema for schema in (RECORDS, INDEX, RELATIONS, LEFT_OUT, CHANGES)}
