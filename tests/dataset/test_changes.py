"""What a version says of the records of the one before: which say something else, and which only stand elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.dataset.build_disk import Built, build_dataset
from portal_crawler.dataset.extra import needed
from portal_crawler.dataset.fields import INDEX, MARKED, PROVENANCE, RECORDS
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.marks import differing, marks_of, read_marks
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.record import dataset_record
from portal_crawler.dataset.record_table_sqlite import EarlierRow, RecordTable
from portal_crawler.errors import DamagedFileError, PortalCrawlerError
from tests.article_lines import article, sentences, write_crawl
from tests.dataset.built import JSONL, ONE, THREE, TWO, content, lines, records, relation, some_articles

ELSEWHERE = {"warc_offset": 7_000, "warc_file": "archive/b.warc.gz"}
# Of each field of an article another value, under which its record keeps its id.
OTHER: dict[str, Any] = {
    "url": "http://www.portal.test/one?",
    "canonical_url": "http://www.portal.test/1",
    "site": "portal.test",
    "section": "sport",
    "title": "Another title",
    "text": ONE["text"].replace(".", "!"),
    "lead": "Another lead",
    "authors": ["A. Writer"],
    "source": "Agency",
    "published": "2005-10-03T12:00:00Z",
    "modified": "2006-01-01",
    "language": "zh",
    "word_count": 1,
    "captions": ["A caption"],
    "fetched_at": "2026-11-28T13:00:00Z",
    "status": 203,
    "payload_digest": "sha256:0",
    **ELSEWHERE,
    "warc_record_id": "<urn:uuid:1>",
    "verdict": "revised",
    "revision_of": "f" * 32,
    "aliases": ["http://www.portal.test/1"],
    "kind_confidence": 0.5,
    "extractor": {"version": "9", "model": "m", "template_id": None, "profile": "portal"},
}
NAMES = {"published": {"published_at"}, "extractor": {"extractor_version"}}


def _after(tmp_path: Path, *now: dict[str, Any], before: tuple[dict[str, Any], ...] = (ONE, TWO)) -> Built:
    """The version of some articles that follows on one of others."""
    crawl = write_crawl(tmp_path / "c", before)
    build_dataset([crawl], JSONL, tmp_path / "d")
    write_crawl(crawl, now)
    return build_dataset([crawl], JSONL, tmp_path / "d")


def _changes(folder: Path) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in lines(folder, "changes.jsonl")}


def test_every_field_is_compared_or_fixed_by_what_is() -> None:
    beside = {"schema_version", "id", "url_key", "text_digest", "cluster", "split"}
    assert set(MARKED) == {field.name for field in RECORDS.fields} - beside
    assert set(MARKED) >= PROVENANCE
    assert {"cluster", "split"} < {field.name for field in INDEX.fields}
    alike = {"schema_version", "id", "url_key", "text_digest"}
    assert OTHER.keys() == article("one", "text").keys() - alike


@pytest.mark.parametrize("name", OTHER)
def test_a_field_that_differs_is_named(tmp_path: Path, name: str) -> None:
    built = _after(tmp_path, ONE | {name: OTHER[name]}, TWO)
    (line,) = _changes(tmp_path / "d").values()
    kind, key, count = ("moved", "provenance", "moved_fields")
    names = NAMES.get(name, {name})
    if not names <= PROVENANCE:
        kind, key, count = ("changed", "fields", "changed_fields")
    assert (line["id"], line["change"], names) == (ONE["id"], kind, names & set(line[key]))
    last = built.facts["history"][-1]
    assert (last[kind], last["added"], last["withdrawn"]) == (1, 0, 0)
    assert last[count].keys() == set(line[key])


def test_one_that_moved_and_changed_has_changed_and_says_both(tmp_path: Path) -> None:
    built = _after(tmp_path, ONE | ELSEWHERE | {"title": "Another"}, TWO | ELSEWHERE)
    told = {one: (line["change"], line["fields"], line["provenance"]) for one, line in _changes(tmp_path / "d").items()}
    places = ["warc_file", "warc_offset"]
    assert told == {ONE["id"]: ("changed", ["title"], places), TWO["id"]: ("moved", None, places)}
    last = built.facts["history"][-1]
    assert (last["changed_fields"], last["moved_fields"]) == ({"title": 1}, {"warc_file": 1, "warc_offset": 1})


def test_a_version_of_which_records_only_moved_has_a_third_part_and_sums_of_its_own(tmp_path: Path) -> None:
    before = write_crawl(tmp_path / "x", [ONE, TWO])
    build_dataset([before], JSONL, tmp_path / "old")
    built = _after(tmp_path, ONE | ELSEWHERE, TWO | ELSEWHERE)
    assert (built.changed, built.facts["version"]) == (True, "1.0.1")
    assert content(tmp_path / "d")["SHA256SUMS"] != content(tmp_path / "old")["SHA256SUMS"]
    assert (tmp_path / "d" / "README.md").read_text(encoding="utf-8").count(
        "| 1.0.1 | 2026-11-01 | 2 | 0 | 0 | 0 | 2 |"
    ) == 1
    again = content(tmp_path / "d")
    assert not build_dataset([tmp_path / "c"], JSONL, tmp_path / "d").changed
    assert content(tmp_path / "d") == again


def test_other_words_are_another_record_which_names_the_one_before(tmp_path: Path) -> None:
    other = article("one", sentences(50))
    built = _after(tmp_path, other, TWO)
    found = _changes(tmp_path / "d")
    assert (found[other["id"]]["change"], found[other["id"]]["revises"]) == ("added", ONE["id"])
    assert (found[ONE["id"]]["change"], found[ONE["id"]]["rule"]) == ("withdrawn", "gone")
    last = built.facts["history"][-1]
    assert (last["revising"], last["withdrawn_rules"], last["changed"]) == (1, {"gone": 1}, 0)


def test_records_that_turn_out_to_be_alike_change_their_cluster(tmp_path: Path) -> None:
    several = some_articles(30)
    crawl = write_crawl(tmp_path / "c", several)
    build_dataset([crawl], JSONL, tmp_path / "d")
    train = [line for line in lines(tmp_path / "d", "records.jsonl") if line["split"] == "train"][:2]
    one, other = (next(row for row in several if row["id"] == line["id"]) for line in train)
    write_crawl(crawl, several, relations=[relation(one, other, "near")])
    assert build_dataset([crawl], JSONL, tmp_path / "d").facts["history"][-1]["changed_fields"] == {"cluster": 1}
    assert not build_dataset([crawl], JSONL, tmp_path / "d").changed


@pytest.mark.parametrize("form", [Form.CSV, Form.PARQUET, Form.GRAPHML])
def test_fields_are_named_whatever_the_form_of_the_version_before(tmp_path: Path, form: Form) -> None:
    if form is Form.PARQUET:
        try:
            needed("pyarrow.parquet")
        except PortalCrawlerError:
            pytest.skip("pyarrow, of the extra dataset, is not installed")
    crawl = write_crawl(tmp_path / "c", [ONE, TWO, THREE])
    build_dataset([crawl], Order(form), tmp_path / "old")
    write_crawl(crawl, [ONE | {"authors": []}, TWO | ELSEWHERE, THREE])
    build_dataset([crawl], Order(Form.JSONL, since_version=tmp_path / "old"), tmp_path / "d")
    told = {one: line["fields"] or line["provenance"] for one, line in _changes(tmp_path / "d").items()}
    assert told == {ONE["id"]: ["authors"], TWO["id"]: ["warc_file", "warc_offset"]}


def _unmarked(folder: Path) -> None:
    """Make of a version one such as older portal-crawlers made."""
    facts = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    del facts["marked"]
    for name in ("moved", "revising", "changed_fields", "moved_fields", "withdrawn_rules"):
        del facts["history"][0][name]
    (folder / "dataset.json").write_text(json.dumps(facts), encoding="utf-8")
    rows = [{name: value for name, value in row.items() if name != "marks"} for row in lines(folder, "records.jsonl")]
    (folder / "records.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_after_a_version_without_marks_nothing_is_said_to_have_only_moved(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE, TWO])
    build_dataset([crawl], JSONL, tmp_path / "d")
    _unmarked(tmp_path / "d")
    write_crawl(crawl, [ONE | ELSEWHERE, TWO])
    last = build_dataset([crawl], JSONL, tmp_path / "d").facts["history"][-1]
    assert (last["changed"], last["moved"], last["changed_fields"]) == (1, 0, None)
    (line,) = _changes(tmp_path / "d").values()
    assert (line["id"], line["change"], line["fields"], line["provenance"]) == (ONE["id"], "changed", None, None)
    write_crawl(crawl, [ONE, TWO])
    last = build_dataset([crawl], JSONL, tmp_path / "d").facts["history"][-1]
    assert (last["version"], last["changed"], last["moved"]) == ("1.0.2", 0, 1)


def test_anyone_can_make_the_marks_from_the_records(tmp_path: Path) -> None:
    build_dataset([write_crawl(tmp_path / "c", [ONE | {"title": "Größe 北京", "authors": []}])], JSONL, tmp_path / "d")
    (record,) = records(tmp_path / "d").values()
    (row,) = lines(tmp_path / "d", "records.jsonl")
    named = json.loads((tmp_path / "d" / "dataset.json").read_text(encoding="utf-8"))["marked"]
    values = [json.dumps(record[name], ensure_ascii=False, separators=(",", ":")).encode() for name in named]
    assert row["marks"] == "".join(hashlib.sha256(value).hexdigest()[:8] for value in values)


def test_marks_are_read_by_their_names_in_any_order_and_a_field_without_one_is_not_compared() -> None:
    record = dataset_record(ONE, "crawl", "train", ONE["id"])
    now = marks_of(record | {"title": "Another", "section": "sport", "status": 404})
    names = [name for name in reversed(MARKED) if name != "section"]
    before = marks_of(record)
    written = "".join(before[MARKED.index(name) * 4 :][:4].hex() for name in names)
    assert differing(read_marks(written, names), now) == ["title", "status"]
    assert differing(before, now) == ["section", "title", "status"]
    assert read_marks(before.hex(), MARKED) == before


@pytest.mark.parametrize("marks", ["", "0f", "no hex", 7])
def test_marks_that_are_none_are_told_with_their_line(tmp_path: Path, marks: Any) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE, TWO])
    build_dataset([crawl], JSONL, tmp_path / "d")
    rows = lines(tmp_path / "d", "records.jsonl")
    rows[1]["marks"] = marks
    (tmp_path / "d" / "records.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"records.jsonl, line 2: is no index"):
        build_dataset([crawl], JSONL, tmp_path / "d")


def test_the_counts_are_those_of_the_lines(tmp_path: Path) -> None:
    several = some_articles(40)
    now = [row | ELSEWHERE | ({"title": "Other"} if number % 4 == 0 else {}) for number, row in enumerate(several[:35])]
    built = _after(tmp_path, *now, ONE, before=tuple(several))
    counts = Counter(line["change"] for line in lines(tmp_path / "d", "changes.jsonl"))
    last = built.facts["history"][-1]
    assert counts == {"added": 1, "changed": 9, "moved": 26, "withdrawn": 5}
    assert {name: last[name] for name in counts} == counts


def test_the_texts_of_one_address_are_not_paired_each_with_each() -> None:
    several = [article("ticker", sentences(seed, 2), fetched_at=f"2026-11-28T12:00:{seed:02}Z") for seed in range(60)]
    marks = [marks_of(dataset_record(row, "crawl", "", "")) for row in several]
    first = several[0]["id"]
    with RecordTable() as table:
        # The last one is new; all others were there.
        known = zip(several[:-1], marks, strict=False)
        table.add_earlier(EarlierRow(row["id"], row["url_key"], 0, first, "", told) for row, told in known)
        for row, told in zip(several, marks, strict=True):
            assert table.add(0, 0, row, "", "2005-10", told)
        ids, _, _ = table.number()
        pairs = list(table.pairs())
    assert len(pairs) < 5 * len(several)
    new = ids.index(several[-1]["id"])
    assert {other for pair in pairs if new in pair for other in pair} == set(range(len(several)))
