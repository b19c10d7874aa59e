"""Line checks: what must hold of each line of a JSON Lines file by itself. Contains no input or output."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal_crawler.dedup.text_hash import story_id, text_digest, word_count
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.clean import clean_value
from portal_crawler.records.jsonl import has_raw_separator, parse_line
from portal_crawler.records.schema import Schema, problems


def checked_line(line: bytes, schema: Schema, number: int) -> tuple[dict[str, Any] | None, list[str]]:
    """The record of a line, ``None`` where it is not one, and what is wrong with it, one sentence each."""
    try:
        record = parse_line(line, Path(schema.file), number)
    except DamagedFileError as error:
        return None, [error.problem]
    found = list(problems(schema, record))
    found += _text_problems(line, record)
    if schema.file == "articles.jsonl" and not found:
        found += article_problems(record)
    return record, found


def _text_problems(line: bytes, record: dict[str, Any]) -> Iterator[str]:
    """The rules on text: NFC, no control characters, no raw line separators."""
    if line.isascii() and b"\\" not in line and b"\x7f" not in line:
        return
    if has_raw_separator(line):
        yield "holds a raw U+2028 or U+2029"
    for name, value in record.items():
        if clean_value(value) != value:
            yield f"{name} holds control characters, or is not in NFC"


def article_problems(record: dict[str, Any]) -> Iterator[str]:
    """What of an article can be computed again from its own fields."""
    digest = text_digest(record["text"])
    if digest != record["text_digest"]:
        yield f"text_digest is not that of the text of {record['url']}"
    elif story_id(record["url_key"], digest) != record["id"]:
        yield f"id is not that of url_key and text of {record['url']}"
    if word_count(record["text"]) != record["word_count"]:
        yield f"word_count is not that of the text of {record['url']}"
    if record["url"] in record["aliases"]:
        yield f"{record['url']} is among its own aliases"
