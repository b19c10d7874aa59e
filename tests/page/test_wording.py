"""What a page's words say of it."""

from __future__ import annotations

import pytest

from portal_crawler.page.wording import asks_for_comments, is_copyright, is_offer, says_not_found


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
        "The article does not exist",
        "This address is no longer available",
        "We apologise: we could not find what you are looking for",
        "It has been DELETED",
        "The story was removed on Friday",
        "找不到",
        "您访问的页面不存在",
    ],
)
def test_a_notice_that_the_page_is_missing_is_known_by_its_words(text: str) -> None:
    assert says_not_found(text)


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
    assert not says_not_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Advertisement",
        "SPONSORED",
        "A special offer",
        "Subscribe",
        "Newsletters",
        "Promotion",
        "Discount",
        "Book now",
    ],
)
def test_an_offer_is_known_by_any_of_its_words(text: str) -> None:
    assert is_offer(text)
    assert not is_offer("Talks open in the capital")


@pytest.mark.parametrize(
    "text", ["View all comments", "Post a Comment", "Add your comments", "Pet name", "Your comments", "12 comments"]
)
def test_a_form_for_comments_is_known_by_any_of_its_words(text: str) -> None:
    assert asks_for_comments(text)
    assert not asks_for_comments("Comments of the minister were short")


@pytest.mark.parametrize(
    "text",
    [
        "Copyright 2004",
        "(C) 2004",
        "© 2004",
        "All Rights Reserved",
        "版权所有",
        "版權所有",
        "ICP 05004",
        "Tel: 86-10",
        "E-mail: a@b.test",
        "Best viewed with",
        "This is a mirror",
        "Mirror of the portal",
    ],
)
def test_a_line_of_copyright_or_contact_is_known_by_any_of_its_words(text: str) -> None:
    assert is_copyright(text)
