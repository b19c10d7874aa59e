"""The lines of crawls: what ``links.jsonl`` and ``pages.jsonl`` of their folders come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.records.jsonl import parse_line, raw_lines

LINKS, PAGES = "links.jsonl", "pages.jsonl"
_RESTORE = "restore the file from a copy, or make it again with: portal-crawler replay"


def read_crawls(folders: Iterable[Path]) -> CrawlTally:
    """The tally of one or more crawls; their order plays no part.

    :raises UsageError: where a folder has no ``links.jsonl``.
    :raises DamagedFileError: at the first line that is no record of its file.
    """
    tally = CrawlTally()
    for folder in folders:
        links, pages = folder / LINKS, folder / PAGES
        if not links.exists():
            raise UsageError(str(folder), f"holds no {LINKS}", "name the folder of a crawl, or of records of replay")
        _add(links, tally.add_link)
        if pages.exists():
            _add(pages, tally.add_page)
    return tally


def link_records(folders: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Every line of the crawls' ``links.jsonl``, in the order of the files.

    :raises DamagedFileError: where a line is no JSON object.
    """
    for folder in folders:
        for number, line in raw_lines(folder / LINKS):
            yield parse_line(line, folder / LINKS, number)


def _add(path: Path, add: Callable[[dict[str, Any]], None]) -> None:
    """Count every line of a file."""
    loads = orjson.loads
    number = 0
    try:
        for number, line in raw_lines(path):
            if line[-1] != 10:
                parse_line(line, path, number)  # says that it is cut off
            add(loads(line))
    except orjson.JSONDecodeError:
        parse_line(line, path, number)
        raise
    except KeyError as error:
        raise _damaged(path, number, f"has no {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, number, f"is no record of {path.name} ({error})") from error


def _damaged(path: Path, number: int, problem: str) -> DamagedFileError:
    return DamagedFileError(str(path), problem, _RESTORE, f"line {number}")
