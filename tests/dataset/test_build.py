"""A dataset of crawls: what is in it, what is left out, and what a new version says of the one before."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.dataset.build_disk import Built, build_dataset
from portal_crawler.dataset.folder_lock_disk import locked
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.selection import Selection
from portal_crawler.errors import DamagedFileError, PortalCrawlerError, StateError, UsageError
from tests.article_lines import article, sentences, take_down, write_crawl

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


def _several(count: int, first: int = 10) -> list[dict[str, Any]]:
    return [
        article(f"page-{number}", sentences(number), published=f"20{number % 7:02}-{number % 12 + 1:02}-03")
        for number in range(first, first + count)
    ]


def _relation(one: dict[str, Any], of: dict[str, Any], kind: str) -> dict[str, Any]:
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


@pytest.mark.parametrize("form", list(Form))
def test_the_same_crawls_give_the_same_bytes_whatever_their_order_and_place(tmp_path: Path, form: Form) -> None:
    if form in (Form.PARQUET, Form.HF):
        pytest.importorskip("pyarrow", reason="needs the extra dataset")
    first, second = [ONE, *_several(20)], [ONE, TWO]
    here = write_crawl(tmp_path / "a", first), write_crawl(tmp_path / "b", second, day=2)
    there = write_crawl(tmp_path / "x" / "c", second, day=2), write_crawl(tmp_path / "x" / "d", first)
    build_dataset(here, Order(form), tmp_path / "one")
    build_dataset(there, Order(form), tmp_path / "other")
    assert content(tmp_path / "one") == content(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_files_are_shards_by_split_and_month_and_the_index_names_each_record_s(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [*_several(40), ONE | {"published": None}])
    build_dataset([crawl], JSONL, tmp_path / "d")
    for path in (tmp_path / "d").glob("data/*/*.jsonl"):
        for record in lines(path.parent, path.name):
            assert path.parent.name == record["split"]
            assert path.stem == (record["published"] or "unknown")[: 7 if record["published"] else None]
    index = {line["id"]: line["file"] for line in lines(tmp_path / "d", "records.jsonl")}
    assert len(index) == 41
    assert all(one in (tmp_path / "d" / file).read_text() for one, file in index.items())
    assert index[ONE["id"]].endswith("/unknown.jsonl")


def test_the_sums_are_those_of_all_files(tmp_path: Path) -> None:
    build_dataset([write_crawl(tmp_path / "c", _several(5))], Order(Form.BAGIT), tmp_path / "d")
    told = dict(
        reversed(line.split("  ")) for line in (tmp_path / "d" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    files = content(tmp_path / "d")
    assert files.keys() - told.keys() == {"SHA256SUMS", "tagmanifest-sha256.txt"}
    assert all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in told.items())


def test_a_page_of_two_crawls_is_one_record_of_the_first_and_another_text_is_a_revision(tmp_path: Path) -> None:
    later = ONE | {"fetched_at": "2026-11-29T00:00:00Z"}
    revised = article("two", sentences(77), fetched_at="2026-11-29T00:00:00Z")
    crawls = [write_crawl(tmp_path / "b", [later, revised], day=2), write_crawl(tmp_path / "a", [ONE, TWO])]
    build_dataset(crawls, JSONL, tmp_path / "d")
    found = records(tmp_path / "d")
    assert found.keys() == {ONE["id"], TWO["id"], revised["id"]}
    assert found[ONE["id"]]["crawl"] == "portal-20261101T100000Z"
    assert found[ONE["id"]]["fetched_at"] == ONE["fetched_at"]
    (relation,) = lines(tmp_path / "d", "relations.jsonl")
    assert (relation["id"], relation["kind"], relation["of"]) == (revised["id"], "revision_of", TWO["id"])
    assert found[revised["id"]]["cluster"] == found[TWO["id"]]["cluster"] == TWO["id"]
    (out,) = lines(tmp_path / "d", "left_out.jsonl")
    assert (out["id"], out["rule"], out["crawl"]) == (ONE["id"], "same_id", "portal-20261102T100000Z")


def test_texts_that_are_alike_stand_in_one_split_though_a_number_makes_them_two_stories(tmp_path: Path) -> None:
    families = [
        [
            article(f"{family}-{one}", sentences(family * 50, 20) + f"\n\nThe rate is {one * 977} today.")
            for one in "1234"
        ]
        for family in range(20)
    ]
    build_dataset([write_crawl(tmp_path / "c", [one for family in families for one in family])], JSONL, tmp_path / "d")
    found = records(tmp_path / "d")
    assert len(found) == 80
    for family in families:
        assert len({found[one["id"]]["split"] for one in family}) == 1
    assert len({record["split"] for record in found.values()}) == 3


def test_a_relation_of_the_crawl_keeps_two_records_together(tmp_path: Path) -> None:
    several = _several(30)
    relations = [_relation(one, several[0], "translation_of") for one in several[1:]]
    build_dataset([write_crawl(tmp_path / "c", several, relations=relations)], JSONL, tmp_path / "d")
    assert len({record["split"] for record in records(tmp_path / "d").values()}) == 1
    assert len(lines(tmp_path / "d", "relations.jsonl")) == 29


def test_everything_is_a_record_or_is_left_out_with_the_rule(tmp_path: Path) -> None:
    articles = [*_several(30), article("zh", sentences(5), language="zh"), article("old", "a b c", published=None)]
    selection = Selection(languages=("en",), min_words=5)
    built = build_dataset([write_crawl(tmp_path / "c", articles)], Order(Form.JSONL, selection), tmp_path / "d")
    out = lines(tmp_path / "d", "left_out.jsonl")
    assert len(records(tmp_path / "d")) + len(out) == len(articles)
    assert {line["id"]: line["rule"] for line in out} == {
        articles[-2]["id"]: "language",
        articles[-1]["id"]: "min_words",
    }
    assert built.facts["left_out"] == dict(Counter(line["rule"] for line in out))
    assert "`language` | 1" in (tmp_path / "d" / "README.md").read_text(encoding="utf-8")


def test_a_selection_does_not_change_where_a_record_goes(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [*_several(40), *(one | {"language": "zh"} for one in _several(40, 60))])
    build_dataset([crawl], JSONL, tmp_path / "all")
    build_dataset([crawl], Order(Form.JSONL, Selection(languages=("zh",))), tmp_path / "some")
    whole, some = records(tmp_path / "all"), records(tmp_path / "some")
    assert len(some) == 40
    assert all(whole[one]["split"] == record["split"] for one, record in some.items())


# -- versions


def _grown(tmp_path: Path) -> tuple[Path, Path, Built]:
    first = write_crawl(tmp_path / "a", [ONE, TWO, *_several(20)])
    build_dataset([first], JSONL, tmp_path / "d")
    second = write_crawl(tmp_path / "b", [ONE, THREE, article("two", sentences(77))], day=9)
    return first, second, build_dataset([first, second], JSONL, tmp_path / "d")


def test_a_new_version_says_what_came(tmp_path: Path) -> None:
    before = write_crawl(tmp_path / "x", [ONE, TWO, *_several(20)])
    build_dataset([before], JSONL, tmp_path / "old")
    _, _, built = _grown(tmp_path)
    changes = lines(tmp_path / "d", "changes.jsonl")
    assert {line["id"]: line["change"] for line in changes} == {
        THREE["id"]: "added",
        article("two", sentences(77))["id"]: "added",
    }
    assert {line["revises"] for line in changes} == {None, TWO["id"]}
    assert built.facts["version"] == "1.1.0"
    assert [one["records"] for one in built.facts["history"]] == [22, 24]
    old, new = records(tmp_path / "old"), records(tmp_path / "d")
    assert all(new[one]["split"] == record["split"] for one, record in old.items())
    card = (tmp_path / "d" / "README.md").read_text(encoding="utf-8")
    assert "| 1.1.0 | 2026-11-09 | 24 | 2 | 0 | 0 |" in card


def test_the_same_again_leaves_the_version_as_it_is(tmp_path: Path) -> None:
    first, second, _ = _grown(tmp_path)
    before = content(tmp_path / "d")
    again = build_dataset([first, second], JSONL, tmp_path / "d")
    assert not again.changed
    assert content(tmp_path / "d") == before


def test_a_version_is_compared_with_one_in_another_folder_and_of_another_form(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "a", _several(5))
    build_dataset([crawl], Order(Form.CSV), tmp_path / "old")
    write_crawl(crawl, [*_several(4), _several(5)[4] | {"section": "other"}, ONE])
    built = build_dataset([crawl], Order(Form.JSONL, since_version=tmp_path / "old"), tmp_path / "new")
    assert built.facts["version"] == "1.1.0"
    assert Counter(line["change"] for line in lines(tmp_path / "new", "changes.jsonl")) == {"added": 1, "changed": 1}


def test_what_is_here_no_more_is_told_with_the_rule(tmp_path: Path) -> None:
    first, second, _ = _grown(tmp_path)
    write_crawl(first, [ONE, *_several(19)])
    order = Order(Form.JSONL, Selection(until=None, min_words=1, languages=("en",), sections=("news",)))
    write_crawl(second, [ONE, THREE | {"section": "x"}, article("two", sentences(77))], day=9)
    built = build_dataset([first, second], order, tmp_path / "d")
    told = {
        line["id"]: line["rule"] for line in lines(tmp_path / "d", "changes.jsonl") if line["change"] == "withdrawn"
    }
    assert told == {TWO["id"]: "gone", _several(20)[-1]["id"]: "gone", THREE["id"]: "section"}
    assert built.facts["version"] == "2.0.0"


def test_what_was_taken_down_in_any_crawl_is_in_no_dataset(tmp_path: Path) -> None:
    secret = article("secret", "unspeakable words that are nowhere else")
    copy = article("copy", sentences(42), aliases=[secret["url"]])
    first = write_crawl(tmp_path / "a", [ONE, secret])
    build_dataset([first], JSONL, tmp_path / "d")
    second = write_crawl(tmp_path / "b", [TWO, copy, secret], day=2)
    take_down(second, secret)
    built = build_dataset([first, second], JSONL, tmp_path / "d")
    assert records(tmp_path / "d").keys() == {ONE["id"], TWO["id"]}
    (gone,) = [line for line in lines(tmp_path / "d", "changes.jsonl") if line["change"] == "withdrawn"]
    assert (gone["id"], gone["rule"]) == (secret["id"], "takedown")
    assert built.facts["left_out"] == {"takedown": 3}
    assert {line["url"] for line in lines(tmp_path / "d", "left_out.jsonl")} == {None}
    whole = b"".join(content(tmp_path / "d").values())
    assert b"unspeakable" not in whole
    assert secret["url"].encode() not in whole


def test_what_was_taken_down_in_the_workspace_is_in_no_dataset_of_a_crawl_that_nobody_changed(tmp_path: Path) -> None:
    secret = article("secret", "unspeakable words that are nowhere else")
    place = tmp_path / "data" / "crawls"
    take_down(write_crawl(place / "one" / "a", [TWO]), secret)
    (place / "one" / "a" / "takedowns.jsonl").replace(tmp_path / "data" / "takedowns.jsonl")
    other = write_crawl(place / "two" / "b", [ONE, secret], day=2)
    built = build_dataset([other], JSONL, tmp_path / "d")
    assert records(tmp_path / "d").keys() == {ONE["id"]}
    assert built.facts["left_out"] == {"takedown": 1}


def test_tombstones_that_cannot_be_read_are_no_empty_ones(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "a", [ONE])
    (crawl / "takedowns.jsonl").write_text('{"url": "http://www.portal.test/one"}\n', encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"takedowns.jsonl, line 1: article_ids is no list"):
        build_dataset([crawl], JSONL, tmp_path / "d")


def test_a_record_that_gave_way_does_not_come_back_in_another_split(tmp_path: Path) -> None:
    several = _several(60)
    crawl = write_crawl(tmp_path / "a", several)
    build_dataset([crawl], JSONL, tmp_path / "d")
    found = records(tmp_path / "d")
    one = next(record for record in found.values() if record["split"] == "train")
    other = next(record for record in found.values() if record["split"] == "test")
    write_crawl(crawl, several, relations=[_relation(one, other, "near")])
    second = build_dataset([crawl], JSONL, tmp_path / "d")
    assert (second.facts["version"], second.facts["left_out"]) == ("2.0.0", {"split_conflict": 1})
    assert records(tmp_path / "d").keys() == found.keys() - {one["id"]}
    assert not build_dataset([crawl], JSONL, tmp_path / "d").changed


# -- the archive in a bag


def test_a_bag_holds_the_archive_and_not_what_was_taken_down_elsewhere(tmp_path: Path) -> None:
    crawl, other = write_crawl(tmp_path / "a", [ONE, TWO]), write_crawl(tmp_path / "b", [THREE], day=2)
    (crawl / "archive").mkdir()
    (crawl / "archive" / "x.warc.gz").write_bytes(b"warc")
    order = Order(Form.BAGIT, archive=True)
    build_dataset([crawl], order, tmp_path / "d")
    assert (tmp_path / "d/data/crawls/portal-20261101T100000Z/archive/x.warc.gz").read_bytes() == b"warc"
    (crawl / "pages.jsonl").write_text(json.dumps({"url": TWO["url"], "url_key": TWO["url_key"]}) + "\n")
    (other / "archive").mkdir()
    (other / "archive" / "y.warc.gz").write_bytes(b"warc")
    take_down(other, TWO)
    with pytest.raises(UsageError, match=r"holds http://www.portal.test/two, which was taken down in another crawl"):
        build_dataset([crawl, other], order, tmp_path / "d")


# -- what is refused


def test_parquet_without_its_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"needs pyarrow.*pip install 'portal-crawler\[dataset\]'"):
        build_dataset([write_crawl(tmp_path / "c", [ONE])], Order(Form.HF), tmp_path / "d")


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (Order(Form.CSV, archive=True), r"--archive: is for bags, and --to is csv"),
        (Order(Form.CSV, editorial=True), r"--editorial: is for graphs"),
        (Order(Form.CSV, Selection(languages=("fr",))), r"no article is taken \(language 1\); loosen the selection"),
        (Order(Form.CSV, since_version=Path("nowhere")), r"nowhere: holds no dataset.json"),
        (Order(Form.BAGIT, archive=True), r"holds no archive"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(tmp_path: Path, order: Order, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        build_dataset([write_crawl(tmp_path / "c", [ONE])], order, tmp_path / "d")
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


@pytest.mark.parametrize(
    ("facts", "drop", "kind", "told"),
    [
        ({"finish_reason": None}, None, StateError, r"c: is a crawl that has not ended; wait"),
        ({}, "articles.jsonl", UsageError, r"c: holds no articles.jsonl"),
        ({}, "crawl.json", UsageError, r"c: holds no crawl.json"),
    ],
)
def test_a_folder_that_is_no_whole_crawl_is_named(
    tmp_path: Path, facts: dict[str, Any], drop: str | None, kind: type[PortalCrawlerError], told: str
) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE], **facts)
    if drop:
        (crawl / drop).unlink()
    with pytest.raises(kind, match=told):
        build_dataset([crawl], JSONL, tmp_path / "d")


def test_copies_of_one_crawl_are_not_two(tmp_path: Path) -> None:
    crawls = [write_crawl(tmp_path / name, [ONE]) for name in "ab"]
    with pytest.raises(UsageError, match=r"is the same crawl as"):
        build_dataset(crawls, JSONL, tmp_path / "d")
    assert build_dataset([crawls[0], crawls[0]], JSONL, tmp_path / "d").facts["figures"]["records"] == 1


@pytest.mark.parametrize("day", ["2005-02-30", "0000-01-01", "2005-01-01T25:00:00Z"])
def test_a_day_that_there_is_not_is_named(tmp_path: Path, day: str) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE | {"published": day}])
    with pytest.raises(DamagedFileError, match=rf"line 1: published is {day}, and there is no such day"):
        build_dataset([crawl], JSONL, tmp_path / "d")


def test_a_line_that_is_no_article_is_named(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE, TWO | {"text": None}])
    with pytest.raises(DamagedFileError, match=r"articles.jsonl, line 2: text is null; make the records again"):
        build_dataset([crawl], JSONL, tmp_path / "d")


def test_a_relation_that_says_too_little_is_named(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE], relations=[{"schema_version": "1", "id": ONE["id"]}])
    with pytest.raises(DamagedFileError, match=r"relations.jsonl, line 1: url is missing"):
        build_dataset([crawl], JSONL, tmp_path / "d")


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match=r"holds something else than dataset.json"):
        build_dataset([write_crawl(tmp_path / "c", [ONE])], JSONL, tmp_path / "d")
    monkeypatch.chdir(tmp_path / "d")
    with pytest.raises(UsageError, match=r"holds something else than dataset.json"):
        build_dataset([tmp_path / "c"], JSONL, Path())
    assert content(tmp_path / "d") == {"thesis.txt": b"years of work"}


@pytest.mark.parametrize(
    ("manifest", "kind"),
    [
        ("{", DamagedFileError),
        ('{"version": "1"}', DamagedFileError),
        ('{"version": "1.0.0", "format_version": 9}', StateError),
        ('{"version": "1.0.0", "format_version": 1}', DamagedFileError),
    ],
)
def test_an_older_version_that_cannot_be_read_stays(
    tmp_path: Path, manifest: str, kind: type[PortalCrawlerError]
) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "dataset.json").write_text(manifest)
    with pytest.raises(kind, match=r"-o"):
        build_dataset([write_crawl(tmp_path / "c", [ONE])], JSONL, tmp_path / "d")
    assert content(tmp_path / "d") == {"dataset.json": manifest.encode()}


def test_two_at_once_do_not_mix(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE])
    with locked(tmp_path / "d"), pytest.raises(StateError, match=r"another process writes there"):
        build_dataset([crawl], JSONL, tmp_path / "d")
    assert build_dataset([crawl], JSONL, tmp_path / "d").changed


# -- hostile content

HOSTILE = '</p><script>alert(1)</script>[x](javascript:alert(1)) | ../../etc/passwd \u202e "; --- \n# h'


def test_what_a_portal_writes_means_nothing_in_card_citation_and_paths(tmp_path: Path) -> None:
    profile = "../evil\n---\n<b>"
    evil = article(
        "a", HOSTILE * 9, title=HOSTILE, section=HOSTILE, language="x\n- y", site="<i>.test", authors=[HOSTILE]
    )
    crawl = write_crawl(tmp_path / "c", [evil, *_several(3)], profile=profile, seeds=[f"http://h/{HOSTILE}"])
    build_dataset([crawl], Order(Form.BAGIT, title=HOSTILE, creator=HOSTILE), tmp_path / "d")
    card = (tmp_path / "d" / "README.md").read_text(encoding="utf-8")
    front, _, rest = card.removeprefix("---\n").partition("\n---\n")
    assert "<" not in rest
    assert "\u202e" not in rest
    assert re.search(r"(?<!\\)\]\(", rest) is None
    assert re.search(r"^# h", rest, re.MULTILINE) is None
    assert front.count("\nconfigs:") == 1
    names = [path.relative_to(tmp_path / "d").as_posix() for path in (tmp_path / "d").rglob("*")]
    assert all(re.fullmatch(r"[\w./-]+", name) and ".." not in name for name in names)
    labels = [line.partition(":")[0] for line in (tmp_path / "d" / "bag-info.txt").read_text().splitlines()]
    assert len(labels) == 6
    citation = (tmp_path / "d" / "CITATION.cff").read_text(encoding="utf-8")
    assert citation.count("\n") == 9
