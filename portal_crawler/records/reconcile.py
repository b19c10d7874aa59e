"""Reconcile: whether everything that a crawl discovered ends in exactly one bin, as a table of checks.

Every check is a query for what contradicts it; it names the line or the ledger's row. Contains no input or output of
its own: ``CrossTable`` holds the keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal_crawler.records.cross_table_sqlite import LEDGER, CrossTable
from portal_crawler.records.finding import AGAIN, Finding, shortened
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, LINKS, PAGES, RELATIONS, SKIPPED
from portal_crawler.records.tombstones_jsonl import TAKEDOWNS


@dataclass(frozen=True, slots=True)
class Check:
    """``query`` gives (place, subject) of each contradiction; ``problem`` is a sentence about the subject."""

    file: str
    query: str
    problem: str
    cure: str = AGAIN


_AMONG_FILES = (
    Check(
        PAGES,
        "SELECT line, url FROM page WHERE kind = 'article' AND url_key NOT IN (SELECT url_key FROM article)"
        " AND url_key NOT IN (SELECT url_key FROM copy) ORDER BY line",
        f"the article page {{}} has no line in {ARTICLES} or {DUPLICATES}",
    ),
    Check(
        ARTICLES,
        "SELECT line, url FROM article WHERE url_key NOT IN (SELECT url_key FROM page WHERE kind = 'article')"
        " ORDER BY line",
        f"{{}} is no article page in {PAGES}",
    ),
    Check(
        DUPLICATES,
        "SELECT line, url FROM copy WHERE url_key NOT IN (SELECT url_key FROM page WHERE kind = 'article')"
        " ORDER BY line",
        f"{{}} is no article page in {PAGES}",
    ),
    Check(
        DUPLICATES,
        "SELECT copy.line, copy.url FROM copy JOIN article USING (url_key) ORDER BY 1",
        f"{{}} is in {ARTICLES} too",
    ),
    Check(
        DUPLICATES,
        "SELECT line, of FROM copy WHERE of_crawl IS NULL AND of NOT IN (SELECT id FROM article) ORDER BY line",
        f"the article {{}} that it repeats is not in {ARTICLES}",
    ),
    Check(
        RELATIONS,
        "SELECT line, id FROM relation WHERE id NOT IN (SELECT id FROM article) ORDER BY line",
        f"the article {{}} is not in {ARTICLES}",
    ),
    Check(
        ARTICLES,
        "SELECT max(line), id FROM article GROUP BY id HAVING count(*) > 1 ORDER BY 1",
        "the id {} stands in an earlier line too",
    ),
    Check(
        DUPLICATES,
        "SELECT max(line), id FROM copy GROUP BY id HAVING count(*) > 1 ORDER BY 1",
        "the id {} stands in an earlier line too",
    ),
    Check(
        ARTICLES,
        "SELECT line, url FROM alias WHERE url NOT IN (SELECT url FROM page) ORDER BY line",
        f"its alias {{}} is no page in {PAGES}",
    ),
    Check(
        PAGES,
        "SELECT max(line), url FROM page GROUP BY url_key HAVING count(*) > 1 ORDER BY 1",
        "{} stands in an earlier line too",
    ),
    Check(
        PAGES,
        "SELECT line, url FROM page WHERE url_key IN (SELECT url_key FROM withdrawn) ORDER BY line",
        f"{{}} was taken down, as {TAKEDOWNS} tells",
        "take it down again: portal-crawler takedown URL --in CRAWL",
    ),
)
# Only when the dataset is settled: while a crawl runs, an article does not know its copies yet.
_SETTLED = (
    Check(
        DUPLICATES,
        "SELECT copy.line, copy.url FROM copy LEFT JOIN alias ON alias.url = copy.url AND alias.id = copy.of"
        " WHERE alias.url IS NULL AND copy.of_crawl IS NULL ORDER BY 1",
        f"{{}} is not among the aliases of the article in {ARTICLES} that it repeats",
    ),
)
_WITH_LEDGER = (
    Check(
        PAGES,
        "SELECT line, page.url FROM page LEFT JOIN ledger.frontier AS f USING (url_key)"
        " WHERE f.url_key IS NULL ORDER BY line",
        f"{{}} has no row in the frontier of {LEDGER}",
    ),
    Check(
        PAGES,
        "SELECT line, page.url FROM page JOIN ledger.frontier AS f USING (url_key)"
        " WHERE f.state != 'done' ORDER BY line",
        f"{{}} was fetched, but its row in the frontier of {LEDGER} says otherwise",
    ),
    Check(
        LEDGER,
        "SELECT 'frontier row ' || f.id, f.url FROM ledger.frontier AS f LEFT JOIN page USING (url_key)"
        " WHERE f.state = 'done' AND page.url_key IS NULL ORDER BY f.id",
        f"{{}} is done, but has no line in {PAGES}",
    ),
    Check(
        LEDGER,
        "SELECT 'frontier row ' || f.id, f.url FROM ledger.frontier AS f LEFT JOIN skip USING (url_key)"
        " WHERE f.state = 'skipped' AND skip.url_key IS NULL ORDER BY f.id",
        f"{{}} is skipped, but has no line in {SKIPPED}",
    ),
    Check(
        LEDGER,
        "SELECT 'frontier row ' || f.id, f.url FROM ledger.frontier AS f"
        " LEFT JOIN (SELECT url_key FROM skip WHERE bin = 'failed') AS lost USING (url_key)"
        " WHERE f.state = 'failed' AND lost.url_key IS NULL ORDER BY f.id",
        f"{{}} failed, but has no line in {SKIPPED}",
    ),
    Check(
        SKIPPED,
        "SELECT skip.line, skip.url FROM skip LEFT JOIN page USING (url_key)"
        " WHERE skip.bin = 'fetched' AND page.url_key IS NULL ORDER BY 1",
        f"{{}} is told to be fetched, but has no line in {PAGES}",
    ),
    Check(
        SKIPPED,
        "SELECT line, skip.url FROM skip LEFT JOIN ledger.frontier AS f USING (url_key)"
        " WHERE skip.url_key IS NOT NULL AND f.url_key IS NULL ORDER BY line",
        f"{{}} has no row in the frontier of {LEDGER}",
    ),
    Check(
        LINKS,
        "SELECT line, target.url_key FROM target LEFT JOIN ledger.frontier AS f USING (url_key)"
        " WHERE f.url_key IS NULL AND target.url_key NOT IN (SELECT url_key FROM skip WHERE url_key IS NOT NULL)"
        " ORDER BY line",
        f"its target {{}} was discovered here, but is neither in the frontier of {LEDGER} nor in {SKIPPED}",
    ),
)


def contradictions(table: CrossTable, *, settled: bool) -> Iterator[Finding]:
    """What does not add up among a crawl's files and its ledger."""
    checks = _AMONG_FILES + (_SETTLED if settled else ()) + (_WITH_LEDGER if table.has_ledger else ())
    for check in checks:
        found = (
            Finding(check.file, _place(place), check.problem.format(subject), check.cure)
            for place, subject in table.rows(check.query)
        )
        yield from shortened(found, check.problem.format("the address"))


# What crawl.json counted at the crawl's end, and where the same number comes from.
_COUNTS = (
    ("discovered", "the frontier of " + LEDGER, "SELECT count(*) FROM ledger.frontier"),
    (
        "queued",
        "the frontier of " + LEDGER,
        "SELECT count(*) FROM ledger.frontier WHERE state IN ('queued', 'in_flight')",
    ),
    ("failed", "the frontier of " + LEDGER, "SELECT count(*) FROM ledger.frontier WHERE state = 'failed'"),
    ("skipped", SKIPPED, "SELECT count(*) FROM skip WHERE bin = 'skipped'"),
    ("fetched", PAGES, "SELECT count(*) FROM page"),
    ("article", PAGES, "SELECT count(*) FROM page WHERE kind = 'article'"),
    ("unique", ARTICLES, "SELECT count(*) FROM article"),
)


def count_differences(table: CrossTable, counts: Mapping[str, Any]) -> Iterator[Finding]:
    """Sums of ``crawl.json`` that the files and the ledger no longer give."""
    for name, where, query in _COUNTS:
        if name not in counts or ("ledger." in query and not table.has_ledger):
            continue
        found = next(table.rows(query))[0]
        if found != counts[name]:
            yield Finding("crawl.json", f"counts, {name}", f"says {counts[name]}, but {where} has {found}")


def _place(place: int | str) -> str:
    return f"line {place}" if isinstance(place, int) else place
