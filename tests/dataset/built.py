"""Crawls of a few articles, and what is in a dataset of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portal_crawler.dataset.form import Form
from portal_crawler.dataset.order import Order
from tests.article_lines import article, sentences

JSONL = Order(Form.JSONL)
ONE, TWO, THREE = (article(name, sentences(seed)) for seed, name in enumerate(["one", "two", "three"]))


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def records(folder: Path) -> dict[str, dict[str, Any]]:
    found = [record for path in sorted(folder.glob("data/*/*.jsonl")) for record in lines(folder, str(path))]
    assert len({record["id"] for record in found}) == len(found)
    return {record["id"]: record for record in found}


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def some_articles(count: int, first: int = 10) -> list[dict[str, Any]]:
    return [
        article(f"page-{number}", sentences(number), published=f"20{number % 7:02}-{number % 12 + 1:02}-03")
        for number in range(first, first + count)
    ]


def relation(one: dict[str, Any], of: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "schema_version": "1",
        "id": one["id"],
        "url": one["url"],
        "kind": kind,
        "similarity": None,
        "reason": "it says so",
        "of": of["id"],
        "of_url": of["url"],
        "of_crawl": None,
        "kept": None,
    }
