"""Site maps as plain text."""

from __future__ import annotations

import gzip

import pytest

from portal_crawler.page.url_list import read_url_list


@pytest.mark.parametrize("body", [b"", b"\n\n", b"no address", b"ftp://h.test/a", b"x http://h.test/", b"\x1f\x8bcut"])
def test_a_text_without_addresses_is_no_list(body: bytes) -> None:
    assert read_url_list(body) is None


@pytest.mark.parametrize(("body", "read"), [(b"http://h.test/a b", False), (b"HTTP://h.test/\r\n \r\n", True)])
def test_a_strict_list_has_nothing_but_addresses(body: bytes, read: bool) -> None:
    assert (read_url_list(body, strict=True) is not None) == read


def test_bytes_beyond_ascii_stay() -> None:
    reading = read_url_list("\ufeffhttp://h.test/ä".encode())
    assert reading is not None
    assert [one.reference for one in reading.entries] == ["http://h.test/%C3%A4"]


def test_a_list_is_bounded_in_bytes_and_in_entries() -> None:
    line = b"http://h.test/page\n"
    bomb = read_url_list(gzip.compress(line * 1_000_000), max_bytes=len(line) * 10 + 5)
    assert bomb is not None
    assert (len(bomb.entries), len(bomb.problems)) == (10, 1)
    many = read_url_list(line * 20, max_entries=5)
    assert many is not None
    assert (len(many.entries), len(many.problems)) == (5, 1)
