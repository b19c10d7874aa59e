"""What a page's words say of it."""

from __future__ import annotations

import pytest

from portal_crawler.page.wording import NOT_FOUND


@pytest.mark.parametrize(
    "text",
    [
        "404",
        "404 | The Portal",
        "404 - The Portal",
        "Error 404",
        "The Portal\nHTTP 404",
        "404 Not Found",
        "The page you asked for could not be found.",
        "Sorry, that story cannot be found here.",
        "您访问的页面不存在",
    ],
)
def test_a_notice_that_the_page_is_missing_is_known_by_its_words(text: str) -> None:
    assert NOT_FOUND.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "The league explained that 404,741 visitors had come to the night market.",
        "404 people came to the fair",
        "404-bed hospital opens in the capital",
        "The county has 1,404 villages.",
        "Grain rose to 404.5 yuan\nFlight 404 left on time",
    ],
)
def test_a_number_of_404_is_no_such_notice(text: str) -> None:
    assert not NOT_FOUND.search(text)
