"""ARCH's network datasets (Archives Research Compute Hub, https://github.com/internetarchive/arch) as CSV.

``web-graph.csv``: crawl_date, source, target, anchor_text, a line for each link. ``domain-graph.csv``: crawl_date,
source, target, count: on how many pages of the source's domain a link to the target's stands, the most first. Links
are those that readers can follow. One difference: ARCH leaves out counts below 6, we keep them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal_crawler.graph.editorial import is_editorial
from portal_crawler.graph.occurrence import DECLARED_ELEMENTS
from portal_crawler.graph.places import Domains
from portal_crawler.urls import host_of_key, name_of

Records = Iterable[Mapping[str, Any]]


def followable(records: Records, *, editorial: bool) -> Iterator[Mapping[str, Any]]:
    """The lines of ``links.jsonl`` that a reader can follow, or those of an editor alone."""
    for record in records:
        if is_editorial(record) or not (editorial or record["element"] in DECLARED_ELEMENTS):
            yield record


def web_graph(records: Records) -> Iterator[str]:
    """The lines of ``web-graph.csv``."""
    yield "crawl_date,source,target,anchor_text\n"
    for record in records:
        date = _digits(record["seen_at"])[:14]
        yield _line(date, record["source_url"], record["target_url"], record["text"])


def domain_graph(records: Records) -> Iterator[str]:
    """The lines of ``domain-graph.csv``."""
    yield "crawl_date,source,target,count\n"
    counts, known, domains = Counter[tuple[str, str, str]](), dict[str, str](), Domains()

    def domain(key: str) -> str:
        host = host_of_key(key)
        if host not in known:
            known[host] = name_of(domains.of_host(host))
        return known[host]

    page, told = ("", ""), set[tuple[str, str, str]]()
    for record in records:
        if page != (record["source_url"], record["seen_at"]):  # the links of a page stand together
            counts.update(told)
            page, told = (record["source_url"], record["seen_at"]), set()
        told.add((_digits(record["seen_at"])[:8], domain(record["source_key"]), domain(record["target_key"])))
    counts.update(told)
    for edge, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield _line(*edge, count)


def _digits(time: str) -> str:
    """A time as WARC tools write it: 20061231235959."""
    return "".join(filter(str.isdigit, time))


def _line(*values: object) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()
