"""What a dataset is not made of, and what it does not replace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.dataset.build_disk import build_dataset
from portal_crawler.dataset.folder_lock_disk import locked
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.selection import Selection
from portal_crawler.errors import DamagedFileError, PortalCrawlerError, StateError, UsageError
from tests.article_lines import write_crawl
from tests.dataset.built import JSONL, ONE, TWO, content


def test_parquet_without_its_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"needs pyarrow.*pip install 'portal-crawler\[dataset\]'"):
        build_dataset([write_crawl(tmp_path / "c", [ONE])], Order(Form.HF), tmp_path / "d")


def test_one_article_is_one(tmp_path: Path) -> None:
    built = build_dataset([write_crawl(tmp_path / "c", [ONE])], JSONL, tmp_path / "d")
    card = (built.folder / "README.md").read_text(encoding="utf-8")
    assert "1 article of www.portal.test, crawled with portal-crawler." in card


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


def test_where_there_is_nothing_to_select_from_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are no articles; name a crawl that has articles"):
        build_dataset([write_crawl(tmp_path / "c", [])], JSONL, tmp_path / "d")


def test_a_folder_of_other_files_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/mine.txt").touch()
    said = list[str]()
    with pytest.raises(UsageError, match="holds something else"):
        build_dataset([write_crawl(tmp_path / "c", [ONE])], JSONL, tmp_path / "d", said.append)
    assert said == []


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


def test_two_crawls_of_a_profile_that_began_in_the_same_second_are_two(tmp_path: Path) -> None:
    moments = {"a": "2026-01-02T03:04:05.000006Z", "b": "2026-01-02T03:04:05.7Z"}
    crawls = [write_crawl(tmp_path / name, [ONE], started=moment) for name, moment in moments.items()]
    told = build_dataset(crawls, JSONL, tmp_path / "d").facts["crawls"]
    assert [one["id"].partition("-2026")[2] for one in told] == ["0102T030405Z", "0102T030405.700000Z"]


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
