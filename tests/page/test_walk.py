from __future__ import annotations

import html
import json

import pytest

from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.dom_path import dom_path
from portal_crawler.page.markup import parse
from portal_crawler.page.walk import walk

STORY = (
    "<h1>Talks open</h1><p>" + "The minister said that the talks were open, and that a treaty is near. " * 6 + "</p>"
)


def walked(markup: str) -> BlockTree:
    return walk(*parse(markup))


def shown(markup: str) -> list[str]:
    return [block.text for block in walked(markup).blocks if not block.hidden]


@pytest.mark.parametrize(
    "markup",
    [
        f"<body><noscript>{STORY}</noscript></body>",
        f"<body><div id=app></div><template>{STORY}</template></body>",
        f"<body><div hidden id=S:0>{STORY}</div></body>",
        f"<body><div style='display:none'>{STORY}</div>Loading</body>",
        "<body><div id=a></div><script type='application/json'>"
        + json.dumps({"page": [{"title": "Talks open", "body": STORY}]}).replace("</", "<\\/")
        + "</script></body>",
        f"<body><div id=d data-preloaded='{html.escape(json.dumps({'topic': json.dumps({'cooked': STORY})}))}'></div>",
    ],
    ids=["noscript", "template", "hidden attribute", "hidden by style", "json script", "json in json in an attribute"],
)
def test_a_page_that_waits_for_its_script_is_read_from_what_it_has(markup: str) -> None:
    tree = walked(markup)
    assert "Talks open" in [block.text for block in tree.blocks]
    assert any(block.text.startswith("The minister") and not block.hidden for block in tree.blocks)
    assert "by script only" in tree.problems[0]


def test_a_page_that_shows_its_text_is_not_read_from_what_it_hides() -> None:
    more = "<p>" + "Another text that only a script would show, and that is no part of the page as it stands. " * 9
    tree = walked(f"<body>{STORY}<noscript>{more}</noscript><div data-state='{json.dumps({'x': more})}'></div></body>")
    assert tree.problems == ()
    assert not any("Another" in block.text for block in tree.blocks)


def test_a_page_with_little_to_show_and_little_to_hide_stays_as_it_is() -> None:
    assert shown("<body><p>Not found.</p><noscript>Please enable JavaScript.</noscript></body>") == ["Not found."]


def test_hidden_text_is_a_block_of_its_own_and_its_links_have_none() -> None:
    tree = walked(f"<body>{STORY}<div style='display: none'>Folded <a href=/more>away</a></div></body>")
    hidden = [block for block in tree.blocks if block.hidden]
    assert [block.text for block in hidden] == ["Folded away"]
    assert [(one.href, one.block) for one in tree.occurrences] == [("/more", None)]
    assert not tree.slots[tree.block_slots[hidden[0].index]].shown


def test_text_behind_every_kind_of_element_is_kept_in_its_order() -> None:
    markup = "a<b>b</b>c<!-- x -->d<img src=x>e<script>no</script>f<span>g</span>h<svg><title>no</title></svg>i<br>j"
    assert "".join(shown(f"<body><p>{markup}</p></body>")).replace(" ", "") == "abcdefghij"


def test_marks_end_with_their_element() -> None:
    slots = walked("<p><b>bold</b></p><h2>two</h2><p><font size=5>five</font></p><p>plain</p>").slots
    assert [(slot.text, slot.bold_chars, slot.heading, slot.size) for slot in slots] == [
        ("bold", 4, 0, 3),
        ("two", 0, 2, 3),
        ("five", 0, 0, 5),
        ("plain", 0, 0, 3),
    ]


def test_the_path_of_an_element_counts_siblings_of_its_name_only() -> None:
    root, _ = parse("<body><table><tr><td>a<td><p>b<div>c</div><p>d</table></body>")
    slot = walk(root).slots[-1]
    assert (slot.text, dom_path(slot.element)) == ("d", "/html/body/table/tr/td[2]/p[2]")
