from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.catalog.listing import Wish
from portal_crawler.catalog.query import read_query
from portal_crawler.catalog.search_sqlite import search
from portal_crawler.errors import UsageError
from tests.catalog.crawl_files import add, article, copy

STORIES = [
    article("/1", "Ferry line opens", "The stone bridge over the river.", section="culture", published="2004-05-17"),
    article("/2", "Flood", "A bridge of stone, a flood, a river.", section="Culture", published="2005-01-01T08:00:00Z"),
    article("/3", "Bridge", "Nothing else in here than words of the town.", section="travel", published="2006-02"),
    article("/4", "北京欢迎你", "三湖夜市今天开门。江边的人很多。", language="zh", published="2004-12-31"),
    article("/5", "東京の朝", "京都へ行く電車は混んでいる。", language="ja"),
    article("/6", "서울의 아침", "부산으로 가는 기차가 떠났다.", language="ko-KR"),
    article("/7", "ภาษา", "ประเทศไทยมีแม่น้ำหลายสาย", language="th"),
    article("/8", "Söder", "Ürümqi, naïve café. हिन्दी भाषा", language="sv"),
]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("crawl")
    add(folder, "articles", STORIES)
    add(folder, "duplicates", [copy("/1copy", STORIES[0]), copy("/1print", STORIES[0], "print")])
    with Catalog(folder) as made:
        yield made


def _found(catalog: Catalog, typed: str, order: str = "oldest") -> list[str]:
    found = search(catalog, read_query(typed), Wish(order=order))
    return [hit.record["url"].rpartition("/")[2] for hit in found.hits]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bridge", ["1", "2", "3"]),
        ('"stone bridge"', ["1"]),
        ("bridge -flood", ["1", "3"]),
        ("-bridge lang:en", []),
        ("title:bridge", ["3"]),
        ("brid*", ["1", "2", "3"]),
        ("BRIDGE section:CULTURE", ["1", "2"]),
        ("bridge since:2005", ["2", "3"]),
        ("bridge until:2004", ["1"]),
        ("bridge since:2004-05-17 until:2005-01-01", ["1", "2"]),
        ("三湖", ["4"]),
        ("江", ["4"]),
        ("北京", ["4"]),
        ("湖三", []),
        ("京", ["5", "4"]),
        ("東京", ["5"]),
        ("電車", ["5"]),
        ("부산", ["6"]),
        ("기차", ["6"]),
        ("ไทย", ["7"]),
        ("น้ำ", ["7"]),
        ("soder", ["8"]),
        ("ürümqi", ["8"]),
        ("हिन्दी", ["8"]),
        ("lang:ko", ["6"]),
        ("lang:zh", ["4"]),
        ("host:www.portal.test lang:th", ["7"]),
    ],
)
def test_it_finds_words_of_every_script(catalog: Catalog, typed: str, expected: list[str]) -> None:
    assert sorted(_found(catalog, typed)) == sorted(expected)


def test_a_word_in_the_headline_comes_first(catalog: Catalog) -> None:
    assert _found(catalog, "bridge", "best")[0] == "3"


def test_the_newest_come_first_where_that_is_asked(catalog: Catalog) -> None:
    assert _found(catalog, "bridge", "newest") == ["3", "2", "1"]


def test_a_hit_says_how_many_copies_there_are(catalog: Catalog) -> None:
    assert search(catalog, read_query("ferry"), Wish()).hits[0].copies == 2


def test_an_order_that_there_is_not_is_told(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="is no order"):
        search(catalog, read_query("bridge"), Wish(order="random"))


def test_parts_of_a_search_follow_one_another(tmp_path: Path) -> None:
    add(tmp_path, "articles", [article(f"/{n}", f"Story {n}", "same words " * (n % 3 + 1)) for n in range(25)])
    with Catalog(tmp_path) as catalog:
        seen, at = [], None
        while True:
            found = search(catalog, read_query("words"), Wish(many=7, at=at))
            seen += [hit.record["url"] for hit in found.hits]
            at = found.part.after
            if at is None:
                break
    assert len(seen) == len(set(seen)) == 25


def test_a_title_that_would_hide_all_others_is_cut_around_what_was_looked_for(tmp_path: Path) -> None:
    long = f"{'x' * 50} {'lead ' * 20_000}the bridge {'more ' * 20_000}"
    even = f"{'word ' * 50}bridge"
    add(tmp_path, "articles", [article("/long", long, "text"), article("/even", even, "text")])
    with Catalog(tmp_path) as catalog:
        shown = {
            len(hit.record["title"]): hit.title for hit in search(catalog, read_query("bridge"), Wish(many=9)).hits
        }
    assert "".join(piece.text for piece in shown[len(even)]) == even
    cut = shown[len(long)]
    assert sum(len(piece.text) for piece in cut) < 400
    assert [piece.text for piece in cut if piece.hit] == ["bridge"]
