"""What a crawl knows of one address, from its files: fetched, skipped, a copy, an article, linked from where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal_crawler.cli.folders import shown
from portal_crawler.cli.terminal import number
from portal_crawler.errors import UsageError

# Pages that link to an address, as many as are named; all are counted.
_LINKS_SHOWN = 5


def met(folder: Path, url: str) -> dict[str, Any]:
    """What ``known`` says of an address, where it says anything.

    :raises UsageError: where ``url`` is no address, or the crawl has not met it.
    """
    facts = known(folder, url)
    if not any(value for name, value in facts.items() if name != "url_key"):
        cure = f"it was never linked; see which addresses were met: {shown(folder / 'links.jsonl')}"
        raise UsageError(url, "was not met in this crawl", cure)
    return facts


def known(folder: Path, url: str) -> dict[str, Any]:
    """The records of an address: ``page``, ``article``, ``duplicate``, ``skipped``, ``ledger``, ``withdrawn`` (by
    which rule it was taken down), ``linked_from``.

    :raises UsageError: where ``url`` is no http(s) address, nor a reference that was skipped as none.
    """
    from portal_crawler.records.tombstones_jsonl import withdrawn_in
    from portal_crawler.urls import UrlRules, url_key

    rules = UrlRules(drop_params=frozenset(_drop_params(folder)))
    key = url_key(url, rules)
    if key is None:  # what a page linked to may be no address, and was told so
        skipped = _last(folder / "skipped.jsonl", "url", url)
        if skipped is None:
            raise UsageError(url, "is not an address", "give one such as http://www.example.org/a.htm")
        key = skipped["url_key"]
    return {
        "url_key": key,
        "page": _last(folder / "pages.jsonl", "url_key", key),
        "article": _article(folder, key, url),
        "duplicate": _last(folder / "duplicates.jsonl", "url_key", key),
        "skipped": _last(folder / "skipped.jsonl", "url_key", key) or _last(folder / "skipped.jsonl", "url", url),
        "ledger": _ledger(folder, key),
        "withdrawn": withdrawn_in(folder).rule_of(key) or None,
        "linked_from": [
            {"url": link["source_url"], "text": link["text"], "role": link["role"], "element": link["element"]}
            for link in _matching(folder / "links.jsonl", "target_key", key)
        ],
    }


def _drop_params(folder: Path) -> tuple[str, ...]:
    from portal_crawler.sites.profile_toml import load_profile

    path = folder / "profile.toml"
    return load_profile(path, to_crawl=False).urls.drop_params if path.exists() else ()


def _matching(path: Path, key: str, value: str) -> Iterator[dict[str, Any]]:
    """The records of a file with that value, cheaply: only lines that hold it are parsed."""
    import orjson

    if not path.exists():
        return
    needle = orjson.dumps(value)
    with path.open("rb") as file:
        for line in file:
            if needle in line and line.endswith(b"\n"):
                record = orjson.loads(line)
                if record.get(key) == value:
                    yield record


def _last(path: Path, key: str, value: str) -> dict[str, Any] | None:
    found = None
    for found in _matching(path, key, value):  # noqa: B007 - the last one counts
        pass
    return found


def _article(folder: Path, key: str, url: str) -> dict[str, Any] | None:
    """The article of an address, its own or the one that has it as an alias."""
    own = _last(folder / "articles.jsonl", "url_key", key)
    if own is not None:
        return own
    path = folder / "articles.jsonl"
    if not path.exists():
        return None
    import orjson

    needle = orjson.dumps(url)
    with path.open("rb") as file:
        return next(
            (record for line in file if needle in line and url in (record := orjson.loads(line))["aliases"]), None
        )


def _ledger(folder: Path, key: str) -> dict[str, Any] | None:
    """The frontier's row of an address."""
    import sqlite3

    from portal_crawler.database_sqlite import open_to_read

    path = folder / "ledger.sqlite"
    if not path.exists():
        return None
    with open_to_read(path) as ledger:
        ledger.row_factory = sqlite3.Row
        try:
            row = ledger.execute("SELECT * FROM frontier WHERE url_key = ?", (key,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise UsageError(str(path), f"cannot be read: {error}", "check the crawl: portal-crawler verify") from error
    return dict(row) if row else None


def fact_lines(facts: dict[str, Any]) -> Iterator[str]:
    """What is known of an address, a line a fact, for people."""
    page, article, duplicate, skipped, ledger = (
        facts[name] for name in ("page", "article", "duplicate", "skipped", "ledger")
    )
    yield f"key        {facts['url_key']}"
    if ledger:
        told = {
            name: ledger[name]
            for name in ("state", "depth", "tries", "reason", "rule")
            if ledger.get(name) not in (None, "")
        }
        yield "ledger     " + ", ".join(f"{name} {value}" for name, value in told.items())
    if page:
        yield f"fetched    {page['fetched_at']}, status {page['status']}, depth {page['depth']}"
        yield f"via        {page['via'] or 'a seed'}"
        yield f"judged     {page['kind']} ({page['kind_confidence']:.2f}), {page['links']} links"
        yield f"charset    {page['charset_used']}, declared {page['charset_declared'] or 'none'}"
        if page["final_url"] != page["url"]:
            yield f"redirects  {page['final_url']}"
        yield from (f"problem    {problem}" for problem in page["problems"])
    if skipped:
        yield f"skipped    {skipped['reason']}{', rule ' + skipped['rule'] if skipped['rule'] else ''}"
    elif facts.get("withdrawn"):
        yield f"skipped    takedown, rule {facts['withdrawn']}"
    if duplicate:
        yield f"copy       {duplicate['kind']} of {duplicate['of']}: {duplicate['reason']}"
    if article:
        yield f"article    {article['id']}, {article['url']}: {article['title']}"
    links = facts["linked_from"]
    yield f"linked     {'once' if len(links) == 1 else f'{number(len(links))} times'}"
    for link in links[:_LINKS_SHOWN]:
        yield f"           {link['role']} {link['element']} on {link['url']}: {link['text'][:60]}"
