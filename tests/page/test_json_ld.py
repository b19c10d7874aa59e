"""JSON-LD as portals write it: with the errors of their templates, and with other stories beside the page's own."""

from __future__ import annotations

from datetime import date

import pytest

from portal_crawler.extraction import extract

_STORY = "".join(
    f"<p>The council of the river town met on day {n} and agreed to rebuild the bridge.</p>" for n in range(9)
)
_OWN = '"headline": "Bridge", "datePublished": "2008-05-03", "author": [{"@type": "Person", "name": "Li Wei"}]'
_OTHER = '{"@type": "NewsArticle", "datePublished": "2001-01-01", "author": "Some One"}'


@pytest.mark.parametrize(
    "script",
    [
        f'{{"@type": "NewsArticle", {_OWN}}}',
        f'\ufeff{{"@type": "NewsArticle", {_OWN}}}',
        f'{{"@type": "NewsArticle", {_OWN},}}',
        f'{{"@type": "NewsArticle", "image": ["a,", "b",], {_OWN}, }}',
        f'{{"@type": "NewsArticle", "description": "the mayor\\\'s bridge", {_OWN}}}',
        f'{{"@type": "NewsArticle", "description": "the "old" bridge", {_OWN}}}',
        f'{{"@type": "NewsArticle", {_OWN}, "articleBody": "cut off in the mid',
        f'{{"@type": "WebSite"}} {{"@type": "NewsArticle", {_OWN}}}',
        f'{{"@type": "NewsArticle", {_OWN}}}'.replace('"', "&quot;"),
        f'{{"@type": "ItemList", "itemListElement": [{_OTHER}]}}</script><script type="application/ld+json">'
        f'{{"@type": "NewsArticle", {_OWN}}}',
    ],
)
def test_what_a_page_says_of_itself_is_found(script: str) -> None:
    head = f'<title>Bridge</title><script type="application/ld+json">{script}</script>'
    found = extract(f"<head>{head}</head><h1>Bridge</h1>{_STORY}")
    assert (found.published, found.authors) == (date(2008, 5, 3), ("Li Wei",))


@pytest.mark.parametrize(
    "script", ["{" * 200_000, '"@type"' * 50_000, '{"a": "' + "\\" * 100_000, ",}" * 100_000, "null"]
)
def test_what_is_no_description_is_left_out(script: str) -> None:
    found = extract(f'<title>Bridge</title><script type="application/ld+json">{script}</script><h1>Bridge</h1>{_STORY}')
    assert (found.title, found.published) == ("Bridge", None)
