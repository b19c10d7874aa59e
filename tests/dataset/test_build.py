"""A dataset of crawls: what is in it, and what is left out."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from portal_crawler.dataset.build_disk import build_dataset
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.selection import Selection
from portal_crawler.errors import UsageError
from tests.article_lines import article, sentences, take_down, write_crawl
from tests.dataset.built import JSONL, ONE, THREE, TWO, content, lines, records, relation, some_articles


@pytest.mark.parametrize("form", list(Form))
def test_the_same_crawls_give_the_same_bytes_whatever_their_order_and_place(tmp_path: Path, form: Form) -> None:
    if form in (Form.PARQUET, Form.HF):
        pytest.importorskip("pyarrow", reason="needs the extra dataset")
    first, second = [ONE, *some_articles(20)], [ONE, TWO]
    here = write_crawl(tmp_path / "a", first), write_crawl(tmp_path / "b", second, day=2)
    there = write_crawl(tmp_path / "x" / "c", second, day=2), write_crawl(tmp_path / "x" / "d", first)
    build_dataset(here, Order(form), tmp_path / "one")
    build_dataset(there, Order(form), tmp_path / "other")
    assert content(tmp_path / "one") == content(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_files_are_shards_by_split_and_month_and_the_index_names_each_record_s(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", [*some_articles(40), ONE | {"published": None}])
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
    build_dataset([write_crawl(tmp_path / "c", some_articles(5))], Order(Form.BAGIT), tmp_path / "d")
    sums = (tmp_path / "d" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in sums)}
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
    several = some_articles(30)
    relations = [relation(one, several[0], "translation_of") for one in several[1:]]
    build_dataset([write_crawl(tmp_path / "c", several, relations=relations)], JSONL, tmp_path / "d")
    assert len({record["split"] for record in records(tmp_path / "d").values()}) == 1
    assert len(lines(tmp_path / "d", "relations.jsonl")) == 29


def test_everything_is_a_record_or_is_left_out_with_the_rule(tmp_path: Path) -> None:
    articles = [*some_articles(30), article("zh", sentences(5), language="zh"), article("old", "a b c", published=None)]
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
    crawl = write_crawl(
        tmp_path / "c", [*some_articles(40), *(one | {"language": "zh"} for one in some_articles(40, 60))]
    )
    build_dataset([crawl], JSONL, tmp_path / "all")
    build_dataset([crawl], Order(Form.JSONL, Selection(languages=("zh",))), tmp_path / "some")
    whole, some = records(tmp_path / "all"), records(tmp_path / "some")
    assert len(some) == 40
    assert all(whole[one]["split"] == record["split"] for one, record in some.items())


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


def test_a_bag_whose_unchanged_pages_have_their_content_in_another_crawl_is_told(tmp_path: Path) -> None:
    earlier = write_crawl(tmp_path / "a", [ONE])
    later = write_crawl(tmp_path / "b", [ONE, TWO], day=2, since="../a")
    for crawl in (earlier, later):
        (crawl / "archive").mkdir()
        (crawl / "archive" / "x.warc.gz").write_bytes(b"warc")
    order = Order(Form.BAGIT, archive=True)
    said = list[str]()
    build_dataset([later], order, tmp_path / "lacks", said.append)
    assert [one for one in said if str(earlier) in one and "not in the bag" in one]
    said.clear()
    build_dataset([earlier, later], order, tmp_path / "whole", said.append)
    assert not [one for one in said if "not in the bag" in one]


# -- hostile content

HOSTILE = '</p><script>alert(1)</script>[x](javascript:alert(1)) | ../../etc/passwd \u202e "; --- \n# h'


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        (None, ["license: unknown"]),
        ("CC-BY-4.0", ["license: cc-by-4.0"]),
        ("cc0-1.0", ["license: cc0-1.0"]),
        ("ODC-By-1.0", ["license: odc-by"]),
        ("GFDL-1.3-or-later", ["license: gfdl"]),
        (
            "cc-by-nd-3.0",
            [
                "license: other",
                'license_name: "CC-BY-ND-3.0"',
                'license_link: "https://spdx.org/licenses/CC-BY-ND-3.0.html"',
            ],
        ),
        ("proprietary", ["license: other", 'license_name: "proprietary"']),
        ("for teaching alone", ["license: other", 'license_name: "for teaching alone"']),
        ("https://terms.test/", ["license: other", 'license_link: "https://terms.test/"']),
    ],
)
def test_a_licence_that_is_stated_is_not_unknown_on_the_hub(
    tmp_path: Path, licence: str | None, told: list[str]
) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE, TWO])
    build_dataset([crawl], Order(Form.JSONL, licence=licence), tmp_path / "d")
    card = (tmp_path / "d/README.md").read_text(encoding="utf-8").split("---\n")[1]
    assert [line for line in card.splitlines() if line.startswith("license")] == told


@pytest.mark.parametrize("licence", ["CC-BY-4.0", "cc-by-4.0"])
def test_a_licence_is_named_and_linked_as_spdx_spells_it(tmp_path: Path, licence: str) -> None:
    crawl = write_crawl(tmp_path / "c", [ONE, TWO])
    build_dataset([crawl], Order(Form.FRICTIONLESS, licence=licence), tmp_path / "d")
    page = "https://spdx.org/licenses/CC-BY-4.0.html"
    assert f"[CC-BY-4.0]({page})" in (tmp_path / "d/README.md").read_text(encoding="utf-8")
    assert 'license: "CC-BY-4.0"' in (tmp_path / "d/CITATION.cff").read_text(encoding="utf-8")
    package = json.loads((tmp_path / "d/datapackage.json").read_bytes())
    assert package["licenses"] == [{"name": "CC-BY-4.0", "path": page}]


def test_what_a_portal_writes_means_nothing_in_card_citation_and_paths(tmp_path: Path) -> None:
    profile = "../evil\n---\n<b>"
    evil = article(
        "a", HOSTILE * 9, title=HOSTILE, section=HOSTILE, language="x\n- y", site="<i>.test", authors=[HOSTILE]
    )
    crawl = write_crawl(tmp_path / "c", [evil, *some_articles(3)], profile=profile, seeds=[f"http://h/{HOSTILE}"])
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
