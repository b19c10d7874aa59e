from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.reading import PageReading
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.schema import SCHEMAS, problems
from tests.story_readings import PROFILE, TEXT, WWW, Lengths, hub, redirect, story, write

PAGE = f"{WWW}/english/international/50454.htm"
OTHER = "Quite another story about a bridge that was opened in the north, with twelve or more words in it."


def lines(path: Path) -> list[dict[str, Any]]:
    return [record for _, _, record in read_lines(path)]


def settle(folder: Path, readings: list[PageReading]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    write(folder, readings)
    ledger = Lengths()
    settled = assemble_dataset(folder, PROFILE, ledger)
    articles, duplicates = lines(folder / "articles.jsonl"), lines(folder / "duplicates.jsonl")
    parts = {copy["of"] for copy in duplicates if copy["kind"] == "part"}
    joined = tuple((article["url_key"], article["id"]) for article in articles if article["id"] in parts)
    assert (settled.articles, settled.duplicates, settled.joined) == (len(articles), len(duplicates), joined)
    assert ledger.noted["articles.jsonl"] == (folder / "articles.jsonl").stat().st_size
    assert ledger.replacing == {}
    return articles, duplicates


def found(folder: Path, readings: list[PageReading]) -> list[tuple[str, str, str]]:
    """(url of the copy, kind, url of the kept page) after settling."""
    articles, duplicates = settle(folder, readings)
    urls = {article["id"]: article["url"] for article in articles}
    return [(copy["url"], copy["kind"], urls[copy["of"]]) for copy in duplicates]


@pytest.mark.parametrize(
    ("url", "text", "kind"),
    [
        ("http://portal.test/english/international/50454.htm", TEXT, "mirror"),
        ("http://mirror.portal.test/english/international/50454.htm", TEXT.replace("rain", "snow"), "mirror"),
        (f"{WWW}/english/print20041014_50454.htm", TEXT, "print"),
        ("http://service.portal.test/print.asp?id=50454", TEXT + "\n\nCopyright of the portal.", "print"),
        (f"{WWW}/English/International/50454.htm", TEXT, "url_variant"),
        (f"{WWW}/english/international/50454.htm?from=rss", TEXT, "url_variant"),
        (f"{WWW}/archive/2004-10/26/content_150454.htm", TEXT.replace("\n\n", "\n").upper(), "exact"),
        (f"{WWW}/archive/2004-10/26/content_150454.htm", TEXT.replace("Friday", "Monday"), "revision_of"),
        ("http://big5.portal.test/gate/big5/www.portal.test/english/international/50454.htm", TEXT, "mirror"),
    ],
)
def test_a_copy_is_folded_into_its_story(url: str, text: str, kind: str, tmp_path: Path) -> None:
    assert found(tmp_path, [story(url, text), story(PAGE)]) == [(url, kind, PAGE)]
    article = lines(tmp_path / "articles.jsonl")[0]
    assert article["aliases"] == [url]
    assert f"{PAGE} is kept: it" in lines(tmp_path / "duplicates.jsonl")[0]["reason"]


@pytest.mark.parametrize(
    ("url", "text", "title"),
    [
        (f"{WWW}/english/international/60000.htm", TEXT.replace("14 steps", "15 steps"), "Corrected: ministers"),
        (f"{WWW}/english/international/60000.htm", TEXT.partition("\n\n")[0] + "\n\n" + OTHER, "Another story"),
        ("http://mirror.portal.test/english/international/50454.htm", OTHER, "Another story"),
        (f"{WWW}/print/50454.htm", OTHER, "Another story"),
    ],
)
def test_another_text_stays_a_story_of_its_own(url: str, text: str, title: str, tmp_path: Path) -> None:
    articles, duplicates = settle(tmp_path, [story(PAGE), story(url, text, title=title)])
    assert {article["url"] for article in articles} == {PAGE, url}
    assert duplicates == []


def test_a_gateway_that_sets_another_script_is_known_by_its_address_and_form(tmp_path: Path) -> None:
    simplified = "六国部长星期五在首都会晤, 讨论大米价格。\n\n他们同意采取14项措施, 设立3亿元的基金。"
    traditional = "六國部長星期五在首都會晤, 討論大米價格。\n\n他們同意採取14項措施, 設立3億元的基金。"
    page = "http://chinese.portal.test/2004/Oct/680000.htm"
    gate = "http://big5.portal.test/gate/big5/chinese.portal.test/2004/Oct/680000.htm"
    assert found(tmp_path, [story(gate, traditional, title="六國"), story(page, simplified, title="六国")]) == [
        (gate, "mirror", page)
    ]


def test_the_parts_of_a_story_become_one_article(tmp_path: Path) -> None:
    urls = [f"{WWW}/a/7000.htm", f"{WWW}/a/7000_2.htm", f"{WWW}/a/7000_3.htm"]
    texts = [
        f"{word} of the story, which is long enough to tell it from any other text."
        for word in ("First", "Second", "Third")
    ]
    parts = [
        story(url, text, pager=[other for other in urls if other != url], part=number)
        for number, (url, text) in enumerate(zip(urls, texts, strict=True), start=1)
    ]
    whole = story(f"{WWW}/print/7000.htm", "\n\n".join(texts))
    elsewhere = story("http://portal.test/a/7000_2.htm", texts[1], pager=["http://portal.test/a/7000.htm"], part=2)
    articles, duplicates = settle(tmp_path, [parts[2], whole, parts[1], elsewhere, parts[0]])
    assert [(article["url"], article["text"]) for article in articles] == [(urls[0], "\n\n".join(texts))]
    assert sorted((copy["url"], copy["kind"]) for copy in duplicates) == [
        ("http://portal.test/a/7000_2.htm", "mirror"),
        (urls[1], "part"),
        (urls[2], "part"),
        (whole.capture.url, "print"),
    ]


def test_pages_without_part_numbers_are_never_joined(tmp_path: Path) -> None:
    one = story(
        f"{WWW}/a/1.htm",
        "A first text of twelve words or more, so that it may tell something.",
        pager=[f"{WWW}/a/2.htm"],
    )
    two = story(
        f"{WWW}/a/2.htm",
        "A second text of twelve words or more, so that it may tell something.",
        pager=[f"{WWW}/a/1.htm"],
    )
    assert len(settle(tmp_path, [one, two])[0]) == 2


def test_redirects_to_a_story_are_among_its_aliases(tmp_path: Path) -> None:
    first, second = "http://english.portal.test/5.htm", "http://portal.test/moved.htm"
    loop = [
        redirect("http://portal.test/x", "http://portal.test/y"),
        redirect("http://portal.test/y", "http://portal.test/x"),
    ]
    articles, _ = settle(tmp_path, [redirect(first, second), redirect(second, PAGE), story(PAGE), *loop])
    assert articles[0]["aliases"] == [first, second]


def test_a_canonical_address_shared_by_every_page_merges_nothing(tmp_path: Path) -> None:
    pages = [
        story(f"{WWW}/s/{n}.htm", f"{TEXT} Number {n} {'x' * n}.", title=f"{n}", canonical=f"{WWW}/") for n in range(40)
    ]
    assert len(settle(tmp_path, pages)[0]) == 40


def test_short_texts_are_equal_only_with_their_headline(tmp_path: Path) -> None:
    pages = [
        story(f"{WWW}/p/{n}.htm", "Photo: agency", title=title)
        for n, title in enumerate(["A boat", "A bird", "A boat"])
    ]
    assert len(settle(tmp_path, pages)[0]) == 2


def some_portal() -> list[PageReading]:
    pages = [hub(f"{WWW}/index.htm", [PAGE])]
    for number in range(50400, 50440):
        url = f"{WWW}/english/world/{number}.htm"
        text = f"{TEXT}\n\nStory {number} tells of {number * 7} things and of {number % 13} more."
        pages.append(story(url, text, title=f"Story {number}", second=number - 50400))
        if number % 3 == 0:
            pages.append(story(f"http://portal.test/english/world/{number}.htm", text, title=f"Story {number}"))
        if number % 5 == 0:
            pages.append(story(f"{WWW}/print/{number}.htm", text + "\n\nPrinted.", title=f"Story {number}"))
        if number % 7 == 0:
            pages.append(redirect(f"http://english.portal.test/{number}.htm", url))
    return pages


def test_the_order_of_arrival_changes_nothing(tmp_path: Path) -> None:
    pages = some_portal()
    first = settle(tmp_path / "0", pages)
    for seed in range(1, 6):
        random.Random(seed).shuffle(pages)
        assert settle(tmp_path / str(seed), pages) == first
    articles, duplicates = first
    assert (len(articles), len(duplicates)) == (40, 14 + 8)


def test_settling_twice_changes_no_byte(tmp_path: Path) -> None:
    settle(tmp_path, some_portal())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assemble_dataset(tmp_path, PROFILE, Lengths())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_every_line_fits_the_schema(tmp_path: Path) -> None:
    settle(tmp_path, some_portal())
    for name in ("articles.jsonl", "duplicates.jsonl", "links.jsonl", "pages.jsonl"):
        records = lines(tmp_path / name)
        assert records
        assert [problem for record in records for problem in problems(SCHEMAS[name], record)] == []


def test_a_host_that_repeats_another_one_is_told(tmp_path: Path) -> None:
    paths = [f"/a/{50400 + number}.htm" for number in range(9)]
    pages = [story(host + path, f"{OTHER} {path}") for host in (WWW, "http://clone.test") for path in paths]
    pages.append(story("http://clone.test/other/place.htm", f"{OTHER} {paths[0]}"))
    write(tmp_path, pages)
    (mirror,) = assemble_dataset(tmp_path, PROFILE, Lengths()).mirrors
    assert (mirror.host, mirror.of, mirror.paths, mirror.agreeing) == ("clone.test", "www.portal.test", 9, 9)
    assert {copy["kind"] for copy in lines(tmp_path / "duplicates.jsonl")} == {"mirror"}
