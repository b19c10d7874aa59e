"""Datasets, loaded by the programs that own the formats, with the right types, counts and texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.dataset.build_disk import build_dataset
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.formula_guard import unguarded
from portal_crawler.dataset.order import Order
from tests.article_lines import article, sentences, write_crawl
from tests.link_lines import link

ODD = [
    '=HYPERLINK("http://evil.test", "x")\n\nsecond, "quoted"\nthird',
    "\u4e00\u4e8c\u4e09\u56db\n\n\u2028 between \u2029 \U0001f600 <b>&amp;</b> \ufffe",
    "'apostrophe first\r",
    "NA",
    "12345",
]
ARTICLES = [
    *(article(f"odd-{number}", text, title=f"@odd {text}") for number, text in enumerate(ODD)),
    *(
        article(
            f"page-{number}",
            sentences(number),
            published=[f"2005-{number % 3 + 1:02}-03", "2005-01-03T08:30:00.500Z", None][number % 3],
            section=None if number % 4 else "=news",
            modified="2005-04-05T00:00:00Z" if number == 7 else None,
        )
        for number in range(15)
    ),
]
TEXTS = {one["id"]: one["text"].replace("\r", "\n") for one in ARTICLES}
LINKS = [
    link("page-0", "page-1"),
    link("page-0", "page-1", "related"),
    link("page-1", "odd-0"),
    link("page-1", "elsewhere"),
    link("page-2", "alias-of-3"),
]


def needs(*names: str) -> pytest.MarkDecorator:
    missing = [name for name in names if find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}, judges of the extra test")


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [
        one | {"aliases": ["http://www.portal.test/alias-of-3"]} if one["url"].endswith("/page-3") else one
        for one in ARTICLES
    ]
    return write_crawl(tmp_path_factory.mktemp("crawl") / "c", lines, links=LINKS)


@pytest.fixture
def judged(crawl: Path, tmp_path: Path) -> Any:
    """Makes a dataset of a form, and gives what a judge reads in it."""

    def read(form: Form, judge: str, licence: str | None = "CC-BY-4.0") -> dict[str, Any]:
        folder = tmp_path / form
        build_dataset([crawl], Order(form, licence=licence, creator="A library"), folder)
        return told_by(judge, folder, tmp_path)

    return read


def told_by(judge: str, folder: Path, home: Path) -> dict[str, Any]:
    """What a judge, whose home is a folder, reads in a dataset."""
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(home / "hub"), "HOME": str(home)}
    command = [sys.executable, str(Path(__file__).with_name("judges.py")), judge, str(folder)]
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, **offline}, timeout=120)
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@needs("frictionless")
@pytest.mark.parametrize("form", [Form.FRICTIONLESS, Form.JSONL])
def test_frictionless_finds_nothing_wrong_and_the_right_types(judged: Any, form: Form) -> None:
    told = judged(form, "frictionless")
    assert told["valid"], told["problems"]
    assert told["count"] == len(ARTICLES)
    types = told["types"]
    assert {types[name] for name in ("id", "text", "url", "split")} == {"str"}
    assert (types["word_count"], types["kind_confidence"], types["authors"]) == ("int", "Decimal", "list")
    assert (types["published"], types["fetched_at"]) == ("date", "datetime")
    assert told["authors"] == ["A. Writer", "B. Writer"]
    back = unguarded if form is Form.FRICTIONLESS else str
    assert {one: back(text) for one, text in told["texts"].items()} == TEXTS


@needs("mlcroissant")
def test_croissant_is_valid_and_loads_the_records(judged: Any) -> None:
    told = judged(Form.CROISSANT, "mlcroissant")
    assert (told["errors"], told["warnings"]) == ([], [])
    assert told["count"] == len(ARTICLES)
    assert told["texts"] == TEXTS
    assert told["authors"] == ["A. Writer", "B. Writer"]
    types = told["types"]
    assert (types["published"], types["fetched_at"], types["word_count"]) == ("Timestamp", "Timestamp", "int")


@needs("datasets", "pyarrow")
@pytest.mark.parametrize("form", [Form.HF, Form.PARQUET, Form.JSONL, Form.CROISSANT, Form.BAGIT])
def test_load_dataset_finds_splits_and_types_without_a_network(judged: Any, form: Form) -> None:
    told = judged(form, "datasets")
    assert told["splits"].keys() == {"train", "validation", "test"}
    assert sum(told["splits"].values()) == len(ARTICLES)
    assert told["texts"] == TEXTS
    assert told["authors"] == ["A. Writer", "B. Writer"]
    types = told["types"]
    assert (types["published"], types["modified_at"]) == ("Value('date32')", "Value('timestamp[us, tz=UTC]')")
    assert (types["word_count"], types["authors"]) == ("Value('int64')", "List(Value('string'))")


@needs("datasets", "pyarrow")
@pytest.mark.parametrize("form", [Form.HF, Form.JSONL])
def test_load_dataset_gives_the_version_that_is_there_and_not_one_that_it_read_before(
    tmp_path: Path, form: Form
) -> None:
    folder = tmp_path / "d"
    told = []
    for count in (14, 15):
        crawl = write_crawl(tmp_path / f"c{count}", ARTICLES[:count])
        build_dataset([crawl], Order(form), folder)
        told.append(sum(told_by("datasets", folder, tmp_path)["splits"].values()))
    assert told == [14, 15]


@needs("pandas", "pyarrow")
@pytest.mark.parametrize("form", [Form.JSONL, Form.CSV, Form.PARQUET])
def test_what_the_card_says_reads_a_title_as_a_text_whatever_it_looks_like(tmp_path: Path, form: Form) -> None:
    titles = ["NaN", "null", "1e999", "true", "-0", "1984", "007"]
    lines = [
        article(f"page-{number}", sentences(number), title=title, published=f"20{number:02}-03-04")
        for number, title in enumerate(titles)
    ]
    build_dataset([write_crawl(tmp_path / "c", lines)], Order(form), tmp_path / "d")
    told = told_by("card", tmp_path / "d", tmp_path)
    back = unguarded if form is Form.CSV else str
    assert {one: back(title) for one, title in told["titles"].items()} == {one["id"]: one["title"] for one in lines}


@needs("pandas", "polars", "duckdb", "pyarrow")
def test_parquet_has_its_types_in_pandas_polars_and_duckdb(judged: Any) -> None:
    told = judged(Form.PARQUET, "frames")
    assert told["counts"] == [len(ARTICLES)] * 3
    assert told["texts"] == TEXTS
    assert told["authors"] == ["A. Writer", "B. Writer"]
    names = ("published", "fetched_at", "modified_at", "word_count", "authors", "kind_confidence")
    assert [told["polars"][name] for name in names] == [
        "Date",
        "Datetime(time_unit='us', time_zone='UTC')",
        "Datetime(time_unit='us', time_zone='UTC')",
        "Int64",
        "List(String)",
        "Float64",
    ]
    assert [told["duckdb"][name] for name in names] == [
        "DATE",
        "TIMESTAMP WITH TIME ZONE",
        "TIMESTAMP WITH TIME ZONE",
        "BIGINT",
        "VARCHAR[]",
        "DOUBLE",
    ]
    assert told["pandas"]["fetched_at"] == "datetime64[us, UTC]"
    assert told["pandas"]["word_count"] == "int64"


@needs("pandas", "polars", "duckdb")
def test_csv_brings_every_text_back(judged: Any) -> None:
    told = judged(Form.CSV, "csv_frames")
    for name in ("polars", "duckdb"):
        assert {one: unguarded(text) for one, text in told[name].items()} == TEXTS
    # pandas takes NA for nothing, and a column that is all numbers for numbers, unless it is told not to.
    plain = {one: text for one, text in TEXTS.items() if text not in ("NA", "12345")}
    assert {one: unguarded(text) for one, text in told["pandas"].items() if one in plain} == plain


@needs("bagit")
def test_the_bag_is_whole(judged: Any) -> None:
    told = judged(Form.BAGIT, "bagit")
    assert told["valid"]
    assert all(name.startswith("data/") for name in told["payload"])
    assert told["info"]["External-Identifier"] == "portal 1.0.0"
    assert told["info"]["Source-Organization"] == "A library"


@needs("networkx", "igraph")
@pytest.mark.parametrize("form", [Form.GEXF, Form.GRAPHML])
def test_the_graph_has_the_records_and_the_links_between_them(judged: Any, form: Form) -> None:
    told = judged(form, "graphs")
    ids = {one["url"].rpartition("/")[2]: one["id"] for one in ARTICLES}
    edges = sorted(
        [ids[one], ids[other]] for one, other in (("page-0", "page-1"), ("page-1", "odd-0"), ("page-2", "page-3"))
    )
    assert told["edges"] == edges
    assert told["totals"] == [1, 1, 2]
    assert told["directed"]
    assert told["titles"].keys() == TEXTS.keys()
    assert told["titles"][ids["page-0"]] == "Title of page-0"
    if form is Form.GRAPHML:
        assert told["igraph"]["edges"] == edges
        assert told["igraph"]["directed"]
        assert told["igraph"]["titles"][ids["page-0"]] == "Title of page-0"
