"""What the network went by: groups of features that cover all of them, and speak for what they should."""

from __future__ import annotations

import re
from pathlib import Path

from portal_crawler.page.attribution import GROUPS, attributions, group_of
from portal_crawler.page.block_features import block_features
from portal_crawler.page.charset import decode
from portal_crawler.page.markup import parse
from portal_crawler.page.network_npz import block_network
from portal_crawler.page.walk import walk

_PAGE = Path(__file__).parent.parent / "pages" / "d-article" / "page.html"


def test_every_feature_belongs_to_a_group_by_its_name_and_no_group_is_empty() -> None:
    by_pattern = [name for name in block_network().names if not any(re.match(p, name) for _, p in GROUPS[:-1])]
    assert {group_of(name) for name in block_network().names} == {words for words, _ in GROUPS}
    # What is left to the last group is about the text itself.
    assert {name.rpartition("_")[2] for name in by_pattern} <= {
        "weight", "own", "prose", "sentences", "rate", "commas", "share", "quotes", "currency", "colons", "sentence",
        "colon", "digit", "mark", "quote", "repeats",
    }  # fmt: skip


def test_sentences_speak_for_a_paragraph_and_the_places_of_its_like_against_a_line_of_tools() -> None:
    tree = walk(parse(decode(_PAGE.read_bytes())[0])[0])
    found = block_features(tree, "http://www.portal.test/")
    assert found is not None
    said = dict(zip(found.slots, attributions(block_network(), found), strict=True))
    texts = {tree.slots[slot].text[:20]: reasons for slot, reasons in said.items()}
    paragraph = texts["The ferry company in"]
    assert paragraph[0].text == "its length and sentences"
    assert paragraph[0].weight > 1
    assert all(one.weight < 0 for one in texts["Adjust font size:"][:2])
    assert all(len(reasons) <= 4 for reasons in said.values())
