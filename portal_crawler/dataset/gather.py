"""Gather: from the lines of crawls to a table of what a dataset takes and leaves out, and where each record goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from portal_crawler.dataset.alike_texts_sqlite import AlikeTexts
from portal_crawler.dataset.manifest_json import Earlier
from portal_crawler.dataset.marks import marks_of
from portal_crawler.dataset.record import dataset_record, record_digest, shard_of
from portal_crawler.dataset.record_table_sqlite import RecordTable
from portal_crawler.dataset.selection import Selection
from portal_crawler.dataset.source_jsonl import Source
from portal_crawler.dataset.splits import placed
from portal_crawler.dataset.tombstones_jsonl import Tombstones
from portal_crawler.dedup.fingerprints import sketch_of
from portal_crawler.dedup.near_index_sqlite import NearIndex

# Megabytes that the index of texts keeps in memory.
_CACHE = 4


def gather(
    table: RecordTable,
    sources: Sequence[Source],
    selection: Selection,
    tombstones: Tombstones,
    earlier: Earlier | None,
    shares: Sequence[float],
    say: Callable[[str], None],
) -> None:
    """Fill a table from crawls; ``say`` is told what begins.

    Texts are compared over all crawls, as a crawl compares its own, those left out included: what a selection takes
    does not change where a record goes.
    """
    if earlier is not None:
        table.add_earlier(earlier.records())
    with NearIndex("", cache=_CACHE, durable=False) as near, AlikeTexts() as alike:
        for number, source in enumerate(sources):
            say(f"reading the articles of {source.folder}")
            for place, article in source.articles():
                if _taken(table, number, source.id, place, article, selection, tombstones):
                    sketch = sketch_of(article["text"], article["title"])
                    text = near.hold(article["id"], sketch)
                    assert text is not None  # noqa: S101 - the table lets an id come once
                    alike.add(text, sketch.prints)
        for source in sources:
            for told in source.relations():
                table.relate(told["id"], told["of"], told["kind"], told["similarity"], told["reason"])
        say(f"comparing {len(near):,} texts")
        _compare(table, near, alike)
    if earlier is not None:
        table.set_apart(earlier.conflicts())
    ids, sizes, known = table.number()
    table.settle(ids, placed(ids, sizes, known, table.pairs(), shares))


def _compare(table: RecordTable, near: NearIndex, alike: AlikeTexts) -> None:
    """Relate the texts that are copies of a story, or of one template, and then those that are alike at all."""
    near.finalize()
    ids = [""]  # a text's number counts from 1
    for one, found in near.decisions():
        ids.append(one)
        if found.of is not None and found.verdict is not None:
            verdict = found.verdict
            table.relate(one, found.of, str(verdict.kind), round(verdict.similarity, 4), verdict.reason)
    for number, other, same in alike.pairs(lambda number: near.sketch(number).prints):
        table.relate(ids[number], ids[other], "alike", round(same, 4), "much of their words is the same")


def _taken(
    table: RecordTable,
    source: int,
    crawl: str,
    place: int,
    article: dict[str, Any],
    selection: Selection,
    tombstones: Tombstones,
) -> bool:
    """Put an article into the table; whether its text is to be compared with others."""
    if tombstones.bar(article):
        table.refuse(article, source, "takedown", "it was taken down", told=False)
        return False
    marks = marks_of(dataset_record(article, crawl, "", ""))
    if not table.add(source, place, article, record_digest(article), shard_of(article["published"]), marks):
        table.refuse(article, source, "same_id", "an earlier crawl has the same page with the same text")
        return False
    if article["revision_of"]:
        reason = "another text than the crawl before read at its address"
        table.relate(article["id"], article["revision_of"], "revision_of", None, reason)
    if refusal := selection.refusal(article):
        table.refuse(article, source, *refusal)
        table.keep_out(article["id"], refusal.rule)
    return True
