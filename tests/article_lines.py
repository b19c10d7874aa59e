"""Crawls that are nothing but articles: the lines that a dataset is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal_crawler.dedup.text_hash import story_id, text_digest, word_count
from portal_crawler.urls import url_key
from tests.link_lines import write_lines

HOST = "http://www.portal.test"


def sentences(seed: int, count: int = 12) -> str:
    """A text that shares next to nothing with one of another seed."""
    words = [f"w{seed}x{number}" for number in range(count * 8)]
    return "\n\n".join(" ".join(words[start : start + 8]) + "." for start in range(0, len(words), 8))


def article(name: str, text: str, **more: Any) -> dict[str, Any]:
    """One line of ``articles.jsonl``; its id follows from address and text."""
    url = f"{HOST}/{name}"
    key, digest = url_key(url) or "", text_digest(text)
    return {
        "schema_version": "1",
        "id": story_id(key, digest),
        "url": url,
        "url_key": key,
        "canonical_url": None,
        "site": "www.portal.test",
        "section": "news",
        "title": f"Title of {name}",
        "text": text,
        "lead": text.partition("\n")[0],
        "authors": ["A. Writer", "B. Writer"],
        "source": None,
        "published": "2005-10-03",
        "modified": None,
        "language": "en",
        "word_count": word_count(text),
        "captions": [],
        "fetched_at": "2026-11-28T12:00:00.250Z",
        "status": 200,
        "text_digest": digest,
        "payload_digest": None,
        "warc_file": "archive/a.warc.gz",
        "warc_offset": 0,
        "warc_record_id": "<urn:uuid:0>",
        "verdict": "new",
        "revision_of": None,
        "aliases": [],
        "kind_confidence": 0.75,
        "extractor": {"version": "0.1.0", "model": "m", "template_id": None, "profile": "portal"},
        **more,
    }


def write_crawl(
    folder: Path,
    articles: Iterable[dict[str, Any]],
    day: int = 1,
    *,
    relations: Iterable[dict[str, Any]] = (),
    links: Iterable[dict[str, Any]] = (),
    **facts: Any,
) -> Path:
    """A crawl's folder with these lines, begun on a day of November 2026."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "schema_version": "1",
        "profile": "portal",
        "profile_hash": "sha256:0",
        "seeds": [f"{HOST}/"],
        "started": f"2026-11-{day:02}T10:00:00Z",
        "finished": f"2026-11-{day:02}T11:00:00Z",
        "finish_reason": "finished",
        "counts": {"fetched": 5, "unique": 4},
        "versions": {"portal-crawler": "0.1.0"},
    }
    (folder / "crawl.json").write_text(json.dumps(told | facts), encoding="utf-8")
    for name, lines in {"articles": articles, "relations": relations, "links": links, "pages": []}.items():
        write_lines(folder / f"{name}.jsonl", lines)
    return folder


def take_down(folder: Path, *articles: dict[str, Any]) -> None:
    """Tombstones of articles in a crawl's folder."""
    write_lines(
        folder / "takedowns.jsonl",
        [
            {
                "url": one["url"],
                "url_keys": [one["url_key"]],
                "article_ids": [one["id"]],
                "ts": "2026-11-28T00:00:00Z",
                "reason": "asked for",
            }
            for one in articles
        ],
    )
