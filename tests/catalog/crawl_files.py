"""Crawl files: a crawl's folder of records given as literals, as the pipelines would have written them."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Any

from portal_crawler.records.jsonl import dumps_lines
from portal_crawler.records.schema import ARTICLES, DUPLICATES, LINKS, PAGES, Schema
from portal_crawler.urls import url_key

WHEN = "2026-11-28T12:00:00Z"
HOST = "http://www.portal.test"


def key(url: str) -> str:
    """The SURT key of an address."""
    found = url_key(url)
    assert found is not None
    return found


def _empty(schema: Schema) -> dict[str, Any]:
    """A record of which nothing is known: every key is there."""
    return {field.name: [] if field.type == "strings" else None for field in schema.fields} | {"schema_version": "1"}


def _uid(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def page(path: str, kind: str = "article", **more: Any) -> dict[str, Any]:
    url = f"{HOST}{path}"
    told = {"url": url, "url_key": key(url), "final_url": url, "via": None, "depth": 1, "status": 200, "kind": kind}
    rest = {"kind_confidence": 1.0, "title": path, "charset_used": "utf-8", "links": 0, "fetched_at": WHEN}
    return {**_empty(PAGES), **told, **rest, **more}


def article(path: str, title: str, text: str, **more: Any) -> dict[str, Any]:
    url = f"{HOST}{path}"
    told = {"id": _uid(path), "url": url, "url_key": key(url), "site": "www.portal.test"}
    rest = {"title": title, "text": text, "section": None, "published": None, "language": "en"}
    return {**_empty(ARTICLES), **told, **rest, "aliases": [], "word_count": len(text.split()), **more}


def link(source: str, target: str, **more: Any) -> dict[str, Any]:
    ends = {"source_url": f"{HOST}{source}", "source_key": key(f"{HOST}{source}")}
    ends |= {"target_url": f"{HOST}{target}", "target_key": key(f"{HOST}{target}")}
    return {**_empty(LINKS), **ends, "text": target, "role": "body", "editorial": True, "confidence": 1.0, **more}


def copy(path: str, of: dict[str, Any], kind: str = "near") -> dict[str, Any]:
    url = f"{HOST}{path}"
    told = {"id": _uid(f"copy {path}"), "url": url, "url_key": key(url), "of": of["id"]}
    return {**_empty(DUPLICATES), **told, "kind": kind, "similarity": 0.9, "reason": "same words"}


def skip(path: str, reason: str = "excluded") -> dict[str, Any]:
    url = f"{HOST}{path}"
    return {
        "url": url,
        "url_key": key(url),
        "via": None,
        "depth": 2,
        "reason": reason,
        "rule": "a rule",
        "bin": "skipped",
    }


def add(folder: Path, name: str, records: list[dict[str, Any]]) -> None:
    """Let a file grow by some records."""
    home = folder.parent if folder.name == "work" else folder
    (home / "work").mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.jsonl").open("ab") as file:
        file.write(dumps_lines(records))


def replace(folder: Path, name: str, records: list[dict[str, Any]]) -> None:
    """Put another file in a file's place, as settling and takedowns do."""
    fresh = folder / f"{name}.new"
    fresh.write_bytes(dumps_lines(records))
    fresh.replace(folder / f"{name}.jsonl")
