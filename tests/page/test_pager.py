"""Pagers: which links lead to the other parts of a story."""

from __future__ import annotations

import pytest

from portal_crawler.extraction import extract

_STORY = "".join(
    f"<p>The council of the river town met on day {number} and agreed to rebuild the old bridge before the rains, "
    f"which had closed the road to the market {number} times in the last ten years, as the mayor told the press.</p>"
    for number in range(1, 7)
)


def _parts(url: str, pager: str) -> tuple[list[str], int | None]:
    line = "By Li Wei, 3 May 2008"
    page = f"<title>Bridge to Be Rebuilt</title><h1>Bridge to Be Rebuilt</h1><p>{line}</p>{_STORY}<div>{pager}</div>"
    article = extract(page, url).reading.article  # type: ignore[union-attr]  # a page has a reading
    assert article is not None
    return [one.removeprefix("http://h.test") for one in article.pager], article.part


@pytest.mark.parametrize(
    "word",
    [
        "下一頁", "下页", "次のページへ", "다음 페이지", "Следующая страница", "Nächste Seite", "Page suivante",
        "Siguiente", "Sonraki sayfa", "Trang sau", "صفحه بعد", "الصفحة التالية", "העמוד הבא",
    ],
)  # fmt: skip
def test_a_word_for_the_next_page_leads_to_the_next_part(word: str) -> None:
    assert _parts("http://h.test/n/story.htm", f"<a href=story_2.htm>{word}</a>") == (["/n/story_2.htm"], 1)


def test_parts_in_folders_are_joined_by_their_numbers() -> None:
    pager = "<a href=/n/story/>1</a> 2 <a href=/n/story/3/>3</a>"
    assert _parts("http://h.test/n/story/2/", pager) == (["/n/story/", "/n/story/3/"], 2)


@pytest.mark.parametrize(
    ("url", "pager"),
    [
        ("http://h.test/n/story-42.htm", "<a href=story-41.htm>Previous</a> <a href=story-43.htm>Next</a>"),
        ("http://h.test/story/7/", "<a href=/story/6/>Previous</a> <a href=/story/8/>Next</a>"),
        ("http://h.test/2008/05/03/", "<a href=/2008/05/02/>2</a> <a href=/2008/05/04/>4</a>"),
    ],
)
def test_other_stories_are_no_parts(url: str, pager: str) -> None:
    assert _parts(url, pager) == ([], None)
