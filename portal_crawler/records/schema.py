"""Schema: the fields of every JSON Lines file, as data. Writers fill it, ``verify`` holds it, docs draw it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SCHEMA_VERSION = "1"

_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\Z")
_DIGEST = re.compile(r"sha(?:1|256):\S+\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``type`` is a name of ``_TYPES`` or allowed values parted by ``|``; ``null`` only where nullable."""

    name: str
    type: str
    meaning: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of one file's records, in the order in which they are written."""

    file: str
    fields: tuple[Field, ...]


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _matches(pattern: re.Pattern[str]) -> Any:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None


# Name of the type -> whether a value is of it. bool is an int in Python, and must not pass for one.
_TYPES: dict[str, Any] = {
    "text": lambda value: isinstance(value, str),
    "url": lambda value: isinstance(value, str) and value.startswith(("http://", "https://")),
    "strings": _strings,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "share": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1,
    "boolean": lambda value: isinstance(value, bool),
    "time": _matches(_TIME),
    "date or time": lambda value: isinstance(value, str) and bool(_DATE.match(value) or _TIME.match(value)),
    "digest": _matches(_DIGEST),
    "object": lambda value: isinstance(value, dict),
}

_VERSION = Field("schema_version", "1", "version of this table")
_WARC = (
    Field("warc_file", "text", "archive file that holds the exchange, relative to the crawl's folder", nullable=True),
    Field("warc_offset", "integer", "byte offset of its record in that file", nullable=True),
    Field("warc_record_id", "text", "`WARC-Record-ID` of that record", nullable=True),
)
_ROLES = "title|body|related|navigation|header|footer|byline|caption|comments|promo|other"
_ELEMENTS = "a|area|frame|iframe|option|canonical|redirect|meta_refresh|feed|sitemap"

_REVISITS = "server-not-modified|identical-payload-digest"

ARTICLES = Schema(
    "articles.jsonl",
    (
        _VERSION,
        Field("id", "text", "32 hex digits; the same page with the same text has the same id in every run"),
        Field("url", "url", "address of the page that stands for the story, as the portal wrote it"),
        Field("url_key", "text", "the address in SURT form, by which the page is known"),
        Field("canonical_url", "url", "address that the page declares as its own", nullable=True),
        Field("site", "text", "host (and port) of `url`"),
        Field("section", "text", "section of the portal", nullable=True),
        Field("title", "text", "headline"),
        Field(
            "text",
            "text",
            "paragraphs joined by a blank line, without headline, byline, date or caption; "
            "a newline within a paragraph is a line of a poem, an address, a list",
        ),
        Field("lead", "text", "first paragraph", nullable=True),
        Field("authors", "strings", "who wrote it"),
        Field("source", "text", "agency or paper that the page credits", nullable=True),
        Field("published", "date or time", "when it was published", nullable=True),
        Field("modified", "date or time", "when it was last changed, as the page says", nullable=True),
        Field("language", "text", "BCP 47 tag", nullable=True),
        Field("word_count", "integer", "words of the text; of Chinese text, characters"),
        Field("captions", "strings", "captions of the story's pictures"),
        Field("fetched_at", "time", "when the page was fetched"),
        Field("status", "integer", "HTTP status of the capture that holds the body"),
        Field("text_digest", "digest", "SHA-256 of the text's normal form: equal texts have equal digests"),
        Field("payload_digest", "digest", "SHA-256 of the body as it came over the wire", nullable=True),
        *_WARC,
        Field("verdict", "new|revised", "whether the story is new or a new text of a known page"),
        Field("revision_of", "text", "id of the record that it revises", nullable=True),
        Field("aliases", "strings", "every other address of this story: copies, parts, redirects to it"),
        Field("kind_confidence", "share", "how sure the reader is that the page is one story"),
        Field("extractor", "object", "what read the page: `version`, `model` (the network), `template_id`, `profile`"),
    ),
)

DUPLICATES = Schema(
    "duplicates.jsonl",
    (
        _VERSION,
        Field("id", "text", "id of this page, made as an article's"),
        Field("url", "url", "address of the copy"),
        Field("url_key", "text", "the address in SURT form"),
        Field("of", "text", "id of the article that it repeats or is a part of"),
        Field("of_crawl", "text", "the earlier crawl that has that article; `null` of an article here", nullable=True),
        Field(
            "kind",
            "exact|near|truncated_of|revision_of|print|mirror|url_variant|part",
            "how it relates to that article",
        ),
        Field("similarity", "share", "how much of the shorter text stands in the other"),
        Field("reason", "text", "why the kept page was kept"),
        Field("fetched_at", "time", "when the page was fetched"),
        Field("text_digest", "digest", "SHA-256 of the text's normal form"),
        *_WARC,
    ),
)

RELATIONS = Schema(
    "relations.jsonl",
    (
        _VERSION,
        Field("id", "text", "id of an article here"),
        Field("url", "url", "its address"),
        Field(
            "kind",
            "template_sibling|translation_of|exact|near|truncated_of|revision_of|print|mirror|url_variant",
            "what it is to the other; of a `template_sibling` the words are the same, and the numbers others",
        ),
        Field(
            "similarity",
            "share",
            "how much of the shorter text stands in the other, if compared",
            nullable=True,
        ),
        Field("reason", "text", "what decided it"),
        Field("of", "text", "id of the other article"),
        Field("of_url", "url", "address of the other page"),
        Field("of_crawl", "text", "the earlier crawl that has the other; `null` of an article here", nullable=True),
        Field("kept", "text", "id of the one that stands for both; `null` where each stands for itself", nullable=True),
    ),
)

LINKS = Schema(
    "links.jsonl",
    (
        _VERSION,
        Field("source_url", "url", "address of the page that holds the link"),
        Field("source_key", "text", "that address in SURT form"),
        Field("source_kind", "article|link_page|other", "what that page is"),
        Field("target_url", "url", "where the link leads, resolved, without fragment"),
        Field("target_key", "text", "that address in SURT form"),
        Field("text", "text", "anchor text; of a picture, its `alt`"),
        Field("role", _ROLES, "role of the block that the link stands in"),
        Field("editorial", "boolean", "whether somebody set it into what the page is about"),
        Field("confidence", "share", "how sure that is: 0.5 for a guess to 1"),
        Field("element", _ELEMENTS, "what on the page made the link; `meta_refresh` is a `Refresh` header too"),
        Field("rel", "strings", "the link's `rel` values"),
        Field("position", "integer", "place among the page's links, from 0"),
        Field("ordinal", "integer", "place among the page's links of its role, from 0"),
        Field(
            "context",
            "strings",
            "what stands before and behind the anchor in its block, a string each: up to 8 words, or 20 characters of "
            "a script that parts none",
            nullable=True,
        ),
        Field("internal", "boolean", "whether the target is on a host of the portal"),
        Field("seen_at", "time", "when the page was fetched"),
    ),
)

PAGES = Schema(
    "pages.jsonl",
    (
        _VERSION,
        Field("url", "url", "address as it was fetched"),
        Field("url_key", "text", "the address in SURT form"),
        Field("final_url", "url", "where a redirect points; of any other answer, `url`"),
        Field("via", "url", "page on which the address was first found", nullable=True),
        Field("depth", "integer", "links from the seed to the page", nullable=True),
        Field("status", "integer", "HTTP status; 304 where the server said that nothing changed"),
        Field("kind", "article|link_page|other|unreadable", "what the page is"),
        Field("kind_confidence", "share", "how sure the reader is of that"),
        Field("title", "text", "the page's title", nullable=True),
        Field("charset_declared", "text", "charset label as the page or its header has it", nullable=True),
        Field("charset_used", "text", "codec that decoded the page", nullable=True),
        Field("charset_source", "text", "what decided the charset", nullable=True),
        Field("links", "integer", "lines of this page in links.jsonl"),
        Field("robots", "strings", "what the page asks of robots (`meta robots`, X-Robots-Tag), such as `nofollow`"),
        Field("problems", "strings", "what could not be read"),
        Field("payload_digest", "digest", "SHA-256 of the body as it came over the wire", nullable=True),
        Field("text_digest", "digest", "of an article: SHA-256 of its text's normal form", nullable=True),
        *_WARC,
        Field("revisit", _REVISITS, "why its record repeats an earlier capture instead of a body", nullable=True),
        Field("original_url", "url", "address of the capture that holds the body", nullable=True),
        Field("original_date", "time", "`WARC-Date` of that capture", nullable=True),
        Field("fetched_at", "time", "when the page was fetched"),
    ),
)

SKIPPED = Schema(
    "skipped.jsonl",
    (
        _VERSION,
        Field("url", "text", "address that was not fetched, or whose answer was not kept"),
        Field("url_key", "text", "the address in SURT form", nullable=True),
        Field("via", "url", "page on which it was first found", nullable=True),
        Field("depth", "integer", "links from the seed to it", nullable=True),
        Field("reason", "text", "one word, such as `offsite`, `robots`, `trap`, `timeout`, `http_error`"),
        Field("rule", "text", "the rule that decided, as the profile has it, or the trouble in words", nullable=True),
        Field(
            "bin", "skipped|failed|fetched", "where the address counts: never asked for, given up, or in pages.jsonl"
        ),
        Field("ts", "time", "when that was decided"),
    ),
)

TAKEDOWNS = Schema(
    "takedowns.jsonl",
    (
        _VERSION,
        Field("url", "url", "address that was named"),
        Field("url_keys", "strings", "SURT keys of all pages that were taken down with it: it and its copies"),
        Field("article_ids", "strings", "ids that these pages had in articles.jsonl and duplicates.jsonl"),
        Field("payload_digests", "strings", "digests of the bodies, by which the same bytes are known again"),
        Field("text_digests", "strings", "digests of the texts, by which the same text is known again"),
        Field("sketches", "strings", "fingerprints of the texts, in base64, by which a near copy is known; no word"),
        Field("also_removed", "strings", "keys of other pages whose captures went since they quoted it; not banned"),
        Field("ts", "time", "when it was taken down"),
        Field("reason", "text", "why, as the person wrote"),
        Field("by", "text", "who asked for it", nullable=True),
        Field(
            "records_removed", "integer", "WARC records that went out of this crawl's archive with all that was named"
        ),
        Field("files_rewritten", "strings", "files of this folder that were written anew"),
        Field("files_removed", "strings", "files and folders that were removed, since they can be made again"),
    ),
)

SCHEMAS = {schema.file: schema for schema in (ARTICLES, DUPLICATES, RELATIONS, LINKS, PAGES, SKIPPED, TAKEDOWNS)}


def problems(schema: Schema, record: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a record, one sentence each: keys missing or unknown, wrong types, ``null`` where none may be.

    >>> list(problems(SKIPPED, {"schema_version": "1", "url": 5}))[0]
    'url is 5, not text'
    """
    for field in schema.fields:
        if field.name not in record:
            yield f"{field.name} is missing"
            continue
        value = record[field.name]
        if value is None:
            if not field.nullable:
                yield f"{field.name} is null"
        elif not _fits(field.type, value):
            yield f"{field.name} is {_shown(value)}, not {field.type}"
    if len(record) > len(schema.fields):
        known = {field.name for field in schema.fields}
        for name in sorted(record.keys() - known):
            yield f"{name} is not a field of {schema.file}"


def _fits(kind: str, value: Any) -> bool:
    test = _TYPES.get(kind)
    if test is not None:
        return bool(test(value))
    return isinstance(value, str) and value in kind.split("|")


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
