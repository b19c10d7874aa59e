from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.catalog.address_key import address_key, read_key, shown_key
from portal_crawler.catalog.catalog_sqlite import PAGES, Catalog
from portal_crawler.catalog.links_sqlite import links_in, links_out
from portal_crawler.catalog.listing import Mark, Wish, read_mark
from portal_crawler.errors import UsageError
from tests.catalog.crawl_files import add, key, link, page

KINDS = ("article", "link_page", "other")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("crawl")
    pages = [
        page(f"/{n}", KINDS[n % 3], depth=n % 4, links=n % 5, status=404 if n % 10 == 9 else 200) for n in range(57)
    ]
    add(folder, "pages", pages)
    links = [link("/1", f"/{n}", role="body" if n % 3 else "navigation", editorial=n % 2 == 0) for n in range(40)]
    add(folder, "links", [*links, *(link(f"/{n}", "/5", editorial=n % 4 == 0) for n in range(2, 50))])
    with Catalog(folder) as made:
        yield made


@pytest.mark.parametrize("order", list(PAGES.orders))
@pytest.mark.parametrize("descending", [False, True])
def test_parts_there_and_back_hold_every_row_once(catalog: Catalog, order: str, descending: bool) -> None:
    wish = Wish(order=order, descending=descending, many=10)
    parts = [catalog.part(PAGES, "pages", wish)]
    while (mark := parts[-1].after) is not None:
        parts.append(catalog.part(PAGES, "pages", Wish(order=order, descending=descending, many=10, at=mark)))
    forth = [row["id"] for part in parts for row in part.rows]
    assert sorted(forth) == list(range(1, 58))
    assert parts[0].before is None
    back = [parts[-1]]
    while (mark := back[0].before) is not None:
        back.insert(0, catalog.part(PAGES, "pages", Wish(order=order, descending=descending, many=10, at=mark)))
    assert [row["id"] for part in back for row in part.rows][-len(parts[-1].rows) - 40 :] == forth[
        -len(parts[-1].rows) - 40 :
    ]
    assert back[0].rows[0]["id"] == forth[0]


def test_filters_leave_what_fits_and_count_it(catalog: Catalog) -> None:
    part = catalog.part(PAGES, "pages", Wish({"kind": "article", "depth": "2"}, many=200))
    assert part.total == len(part.rows) == 5
    assert {(row["record"]["kind"], row["record"]["depth"]) for row in part.rows} == {("article", 2)}


@pytest.mark.parametrize("wish", [Wish(order="colour"), Wish({"colour": "red"})])
def test_an_order_or_a_filter_that_there_is_not_is_told(catalog: Catalog, wish: Wish) -> None:
    with pytest.raises(UsageError, match="of this list"):
        catalog.part(PAGES, "pages", wish)


@given(st.text(max_size=40))
def test_a_place_that_is_none_is_a_usage_error(text: str) -> None:
    mark = None
    with suppress(UsageError):
        mark = read_mark(text)
    assert mark is None or read_mark(str(mark)) == mark


def test_a_place_comes_back_from_an_address() -> None:
    for mark in (Mark("北京", 5), Mark(-1.5, 7, backwards=True), Mark("", 1)):
        assert read_mark(str(mark)) == mark


@pytest.mark.parametrize("mark", [Mark(1, 2**63), Mark(2**63, 1), Mark("", 2**64 - 1), Mark(-(2**63), 2**63)])
def test_a_number_that_no_list_can_hold_is_no_place(catalog: Catalog, mark: Mark) -> None:
    with pytest.raises(UsageError, match="is no place in a list"):
        catalog.part(PAGES, "pages", Wish(at=read_mark(str(mark)), order="found"))
    assert catalog.part(PAGES, "pages", Wish(at=read_mark(str(Mark(2**63 - 1, 1))), order="found")).rows == ()


def test_links_in_come_with_those_of_editors_first(catalog: Catalog) -> None:
    url_key = key("http://www.portal.test/5")
    part = links_in(catalog, address_key(url_key), url_key, Wish(many=200))
    told = [row["record"]["editorial"] for row in part.rows]
    assert part.total == len(told) == 49
    assert told == sorted(told, reverse=True)
    editorial = links_in(catalog, address_key(url_key), url_key, Wish({"editorial": "yes"}))
    assert editorial.total == 12


def test_links_out_come_in_the_pages_order_a_part_at_a_time(catalog: Catalog) -> None:
    source = address_key(key("http://www.portal.test/1"))
    first = links_out(catalog, source, Wish(many=25))
    rest = links_out(catalog, source, Wish(many=25, at=first.after))
    told = [row["record"]["target_url"].rpartition("/")[2] for row in (*first.rows, *rest.rows)]
    assert told == [str(n) for n in range(40)]
    assert rest.after is None
    menu = links_out(catalog, source, Wish({"role": "navigation"}))
    assert {row["record"]["role"] for row in menu.rows} == {"navigation"}


def test_a_role_that_there_is_not_is_told(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="is no role"):
        links_in(catalog, 1, "", Wish({"role": "colour"}))


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_key_comes_back_from_an_address(number: int) -> None:
    assert read_key(shown_key(number)) == number


def test_what_is_no_key_is_none() -> None:
    assert [read_key(text) for text in ("", "xyz", "0" * 15, "../../etc/passwd", "ABCDEF0123456789")] == [None] * 5


def test_a_record_that_was_replaced_meanwhile_is_told(tmp_path: Path) -> None:
    from portal_crawler.errors import StateError

    add(tmp_path, "pages", [page("/1"), page("/2")])
    with Catalog(tmp_path) as catalog:
        (tmp_path / "pages.jsonl").write_bytes(b"x" * 5000)
        with pytest.raises(StateError, match="was replaced"):
            catalog.part(PAGES, "pages", Wish())
