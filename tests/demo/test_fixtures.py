from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal_crawler.demo.fixtures import fixtures
from portal_crawler.page import markup
from portal_crawler.page.links import read_links
from portal_crawler.page.roles import Role
from portal_crawler.page.walk import walk

PAGES = Path(__file__).parent.parent / "pages"
NAMES = [name for name, _, _ in fixtures()]


def expected(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    return found


def text_of(name: str) -> str:
    return (PAGES / name / "page.html").read_bytes().decode(str(expected(name).get("charset", "ascii")))


def lines_of(name: str) -> list[str]:
    root, _ = markup.parse(text_of(name))
    return [block.text for block in walk(root).blocks]


@pytest.mark.parametrize("name", NAMES)
def test_the_parser_finds_exactly_the_links_that_are_expected(name: str) -> None:
    wanted = expected(name)
    root, _ = markup.parse(text_of(name))
    tree = walk(root)
    reading = read_links(
        tree, [Role.OTHER] * len(tree.occurrences), str(wanted["url"]), str(wanted.get("charset", "utf-8"))
    )
    found = [(link.url, link.text, link.element.value) for link in reading.links]
    links = wanted["links"]
    assert isinstance(links, list)
    assert found == [(link["url"], link["text"], link["element"]) for link in links]


def test_the_files_are_what_the_generator_writes() -> None:
    for name, drawn, wanted in fixtures():
        assert (PAGES / name / "page.html").read_bytes() == drawn.body, name
        assert expected(name) == json.loads(json.dumps(wanted)), name


def test_the_op_ed_has_its_boxes_in_the_order_of_the_seed_page() -> None:
    wanted = expected("b2-op-ed-seed-order")
    paragraphs = wanted["paragraphs"]
    assert isinstance(paragraphs, list)
    assert len(paragraphs) == 25
    lines = lines_of("b2-op-ed-seed-order")
    start = [
        "--- SEARCH ---",
        "Learning Chinese",
        "River Kitchen Recipes",
        "Exchange Rates",
        "Hotel Service",
        "Hot Links",
    ]
    at = lines.index(str(wanted["title"]))
    assert lines[: len(start)] == start
    assert at == len(start) + 2 + 7
    assert lines[at + 1 : at + 26] == paragraphs
    rest = lines[at + 26 :]
    assert rest[5] == "Print This Page | Email This Page"
    assert rest[6].replace("\xa0", " ").split() == ["About", "Us", "|", "SiteMap", "|", "Feedback"]
    assert rest[7].startswith("Copyright")
    assert len(rest) == 8


def test_the_text_of_every_story_stands_on_its_page_in_order() -> None:
    for name in NAMES:
        paragraphs = expected(name).get("paragraphs")
        if not isinstance(paragraphs, list):
            continue
        shown = "".join("".join(lines_of(name)).split())
        at = 0
        for paragraph in paragraphs:
            at = shown.find("".join(paragraph.split()), at)
            assert at >= 0, (name, paragraph)
