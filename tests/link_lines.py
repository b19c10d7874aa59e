"""Crawls that are nothing but lines: ``links.jsonl`` and ``pages.jsonl`` as a link graph is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal_crawler.urls import url_key

SEEN = "2026-11-28T12:00:00.000Z"


def url(name: str) -> str:
    """An address: ``a`` is a page of www.portal.test, ``//host/x`` one of another host."""
    return f"http:{name}" if name.startswith("//") else f"http://www.portal.test/{name}"


def link(source: str, target: str, role: str = "body", element: str = "a", **more: Any) -> dict[str, Any]:
    """One line of ``links.jsonl``."""
    return {
        "schema_version": "1",
        "source_url": url(source),
        "source_key": url_key(url(source)),
        "source_kind": "article",
        "target_url": url(target),
        "target_key": url_key(url(target)),
        "text": f"to {target}",
        "role": role,
        "element": element,
        "rel": [],
        "position": 0,
        "internal": True,
        "seen_at": SEEN,
        **more,
    }


def page(name: str, status: int = 200, **more: Any) -> dict[str, Any]:
    """One line of ``pages.jsonl``, as far as a link graph reads it."""
    return {"url": url(name), "url_key": url_key(url(name)), "status": status, "kind": "article", "robots": [], **more}


def write_crawl(folder: Path, links: Iterable[dict[str, Any]], pages: Iterable[dict[str, Any]] | None = ()) -> Path:
    """A crawl's folder with these lines; without ``pages.jsonl`` where ``pages`` is ``None``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_lines(folder / "links.jsonl", links)
    if pages is not None:
        write_lines(folder / "pages.jsonl", pages)
    return folder


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """A file of JSON Lines."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
