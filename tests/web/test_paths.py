"""No name from a URL leads out of a folder, whatever it is written like."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.web.paths import file_within, is_name, leads_elsewhere

ELSEWHERE = (
    b"/crawls/../x",
    b"/crawls/..",
    b"/crawls/%2e%2e/x",
    b"/crawls/%2E%2E%2Fx",
    b"/crawls/..%2fx",
    b"/crawls/%252e%252e%252fx",
    b"/crawls/%25252e%25252e/x",
    b"/crawls/..%5cx",
    b"/crawls/..\\x",
    b"/crawls/x%00.wacz",
    b"/crawls/x%2500",
    b"/crawls/%c0%ae%c0%ae/x",
    b"/crawls/%e0%80%ae/x",
    b"/crawls/.%20./x",
    b"/crawls/.../x",
    b"/crawls/.../...//x",
    b"/crawls/./x",
    b"/crawls/x%0d%0aSet-Cookie:a=b",
)


@pytest.mark.parametrize("raw", ELSEWHERE)
def test_a_path_that_leads_elsewhere_is_known_however_it_is_encoded(raw: bytes) -> None:
    assert leads_elsewhere(raw)


@pytest.mark.parametrize("raw", [b"/", b"/crawls/a~b/pages/0123456789abcdef", b"/crawls/a.b..c/x", "/采集/一".encode()])
def test_an_ordinary_path_passes(raw: bytes) -> None:
    assert not leads_elsewhere(raw)


@given(st.text(st.sampled_from("./\\%25eE2fFcC0x \0"), max_size=24))
def test_whatever_passes_never_decodes_to_a_step_upwards(text: str) -> None:
    raw = b"/crawls/" + text.encode()
    if not leads_elsewhere(raw):
        path = raw
        for _ in range(6):
            path = __import__("urllib.parse", fromlist=["x"]).unquote_to_bytes(path)
            assert b".." not in path.replace(b"\\", b"/").split(b"/")
            assert b"\0" not in path


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".hidden", "a/b", "a\\b", "C:", "C:x", "a:b", "nul", "COM1.txt", "a.", "a ", "a\0", "é", "x" * 201],
)
def test_what_is_no_plain_name_names_no_file(name: str) -> None:
    assert not is_name(name)


def test_a_file_is_found_in_its_folder_and_nowhere_else(tmp_path: Path) -> None:
    folder, outside = tmp_path / "crawl", tmp_path / "secret.txt"
    (folder / "archive").mkdir(parents=True)
    outside.write_text("secret")
    (folder / "archive" / "a.warc.gz").write_text("x")
    (folder / "link.txt").symlink_to(outside)
    (folder / "archive" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert file_within(folder, "archive", "a.warc.gz") == (folder / "archive" / "a.warc.gz").resolve()
    for names in ((), ("link.txt",), ("archive",), ("archive", "up", "secret.txt"), ("..", "secret.txt"), ("missing",)):
        assert file_within(folder, *names) is None, names
    assert file_within(folder, quote("../secret.txt", safe="")) is None
