"""Finding captures in a sorted index: of one address, and of one path under any spelling."""

from __future__ import annotations

from pathlib import Path

from portal_crawler.archive.cdxj import sorted_index
from portal_crawler.archive.cdxj_index import CdxjIndex
from portal_crawler.archive.surt import cdx_key

_SITE = "http://www.portal.test"
_URLS = (
    f"{_SITE}/",
    f"{_SITE}/news/1.htm",
    f"{_SITE}/news/1.htm?from=rss",
    f"{_SITE}/news/1.htm;jsessionid=A1B2",
    f"{_SITE}/news/1.html",
    f"{_SITE}/news/10.htm",
    f"{_SITE}/news/2.htm?id=7",
)


def _index(folder: Path) -> CdxjIndex:
    fields = '{"url": "%s", "mime": "text/html", "status": "200", "digest": "x", "offset": "0", "filename": "a"}'
    lines = "".join(f"{cdx_key(url)} 20041015083059 {fields % url}\n" for url in reversed(_URLS))
    (folder / "lines").write_text(lines, encoding="ascii")
    sorted_index(folder / "lines", folder / "index.cdxj")
    return CdxjIndex(folder / "index.cdxj")


def test_captures_are_those_of_exactly_one_address(tmp_path: Path) -> None:
    index = _index(tmp_path)
    assert [[one.url for one in index.captures(url)] for url in _URLS] == [[url] for url in _URLS]
    assert index.captures(f"{_SITE}/news/2.htm") == []
    index.close()


def test_alike_are_all_spellings_of_a_path_and_no_longer_paths(tmp_path: Path) -> None:
    index = _index(tmp_path)
    assert {one.url for one in index.alike(f"{_SITE}/news/1.htm?sid=3")} == set(_URLS[1:4])
    assert [one.url for one in index.alike(f"{_SITE}/news/2.htm")] == [_URLS[6]]
    assert [one.url for one in index.alike(f"{_SITE}/?from=rss")] == [_URLS[0]]
    index.close()
