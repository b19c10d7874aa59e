"""Packages written and read back: their ZIP, and what is said where a part of one is harmed."""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest

from portal_crawler.archive.cdxj import cdxj_line
from portal_crawler.archive.wacz_read import Wacz
from portal_crawler.archive.wacz_write import Member, Package, PackageFacts, write_wacz
from portal_crawler.archive.warc_read import ReadRecord, read_records, record_at
from portal_crawler.archive.warc_record import exchange_records, warcinfo_record
from portal_crawler.archive.warc_write import WarcFiles, WarcOptions
from portal_crawler.errors import DamagedFileError, OutputError
from tests.archive.exchanges import STARTED, an_exchange, new_ids

FACTS = PackageFacts("Portal", "A portal of 2004.", "portal-crawler test", datetime(2004, 10, 15, 8, 30, 1, 5, UTC))
HEAD = b'{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}\n'
PAGE = b'{"url": "http://portal.test/plain", "ts": "2004-10-15T08:30:00.123Z"}\n'
WARC = "archive/demo-00000.warc.gz"


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    ids = new_ids()
    options = WarcOptions("demo")
    files = WarcFiles(tmp_path, options, lambda name: warcinfo_record(name, [], STARTED, ids), {})
    for name in ("plain", "chunked", "empty"):
        files.append_all(exchange_records(an_exchange(name), "", ids))
    files.finish()
    return tmp_path / WARC


def _index(warc: Path) -> list[bytes]:
    ids = new_ids()
    urls = {f"http://portal.test/{name}": name for name in ("plain", "chunked", "empty")}
    return sorted(
        cdxj_line(exchange_records(an_exchange(urls[record.url]), "", ids)[0], record.place)
        for record in read_records(warc, WARC)
        if isinstance(record, ReadRecord) and record.kind == "response"
    )


def _packed(warc: Path, out: Path, **more: Member) -> Package:
    lists = {"pages/pages.jsonl": [HEAD, PAGE]}
    warcs = [Member(WARC, lambda: warc.open("rb"))]
    return write_wacz(out, warcs, _index(warc), lists, more.values(), FACTS)


def test_what_was_packed_is_read_back_where_it_stands(warc: Path, tmp_path: Path) -> None:
    package = _packed(warc, tmp_path / "a.wacz")
    with Wacz(tmp_path / "a.wacz") as wacz:
        assert list(wacz.problems()) == []
        assert wacz.warcs == (WARC,)
        assert wacz.read(WARC) == warc.read_bytes()
        assert [line for *_, line in wacz.index_lines()] == _index(warc)
        assert [line for _, line in wacz.page_lines("pages/pages.jsonl")] == [HEAD, PAGE]
        stated = wacz.datapackage()
        assert (stated["title"], stated["created"]) == ("Portal", "2004-10-15T08:30:01Z")
        assert [one["path"] for one in stated["resources"]] == sorted(
            set(wacz.members) - {"datapackage.json", "datapackage-digest.json"}
        )
        assert wacz.digest() == {"path": "datapackage.json", "hash": package.digest}
        for *_, line in wacz.index_lines():
            fields = json.loads(line.split(b" ", 2)[2])
            with wacz.open("archive/" + fields["filename"]) as file:
                found = record_at(file, int(fields["offset"]), name=WARC)
            assert isinstance(found, ReadRecord)
            assert found.url == fields["url"]


def test_the_same_content_gives_the_same_bytes_and_no_clock_is_in_them(warc: Path, tmp_path: Path) -> None:
    for name in ("a.wacz", "b.wacz"):
        _packed(warc, tmp_path / name)
        os.utime(warc, (0, 0))
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.wacz") as file:
        assert {info.date_time for info in file.infolist()} == {(2004, 10, 15, 8, 30, 0)}


def _data_by_the_directory(path: Path) -> Iterator[tuple[zipfile.ZipInfo, int, int]]:
    """Each member, where its data begins as wabac.js reckons without the member's own header, and where it does."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as file:
        for info in file.infolist():
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            yield info, info.header_offset + 30 + len(info.filename.encode()), start


def test_a_player_that_trusts_the_directory_alone_finds_the_data(warc: Path, tmp_path: Path) -> None:
    _packed(warc, tmp_path / "a.wacz")
    found = list(_data_by_the_directory(tmp_path / "a.wacz"))
    assert len(found) == 6
    assert all(reckoned == real for _, reckoned, real in found)


@pytest.mark.parametrize("limit", [100, 500, 1200], ids=["all", "some", "archive"])
def test_beyond_the_limits_of_a_plain_zip_the_fields_of_zip64_say_where(
    warc: Path, tmp_path: Path, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as small:  # the path of 4 GiB, taken by bytes
        small.setattr(zipfile, "ZIP64_LIMIT", limit)
        _packed(warc, tmp_path / "a.wacz")
    with Wacz(tmp_path / "a.wacz") as wacz:
        assert list(wacz.problems()) == []
        assert wacz.read(WARC) == warc.read_bytes()
    with zipfile.ZipFile(tmp_path / "a.wacz") as file:
        assert file.getinfo(WARC).extra[:2] == b"\x01\x00"
    for info, reckoned, real in _data_by_the_directory(tmp_path / "a.wacz"):
        assert info.extra or reckoned == real


def test_where_a_part_cannot_be_read_nothing_is_left_and_an_older_package_stays(warc: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.wacz"
    _packed(warc, out)
    before = out.read_bytes()

    def missing() -> BinaryIO:
        return (tmp_path / "nowhere").open("rb")

    with pytest.raises(FileNotFoundError):
        _packed(warc, out, other=Member("crawl/x.json", missing))
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wacz", "archive"]


def test_a_folder_that_is_not_there_is_named(warc: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/a\.wacz\.new: cannot be written"):
        _packed(warc, tmp_path / "nowhere/a.wacz")


def test_a_full_disk_is_told_and_leaves_nothing(warc: Path, tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from tests.archive.test_wacz import _packed\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))\n"
        "try: _packed(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    assert warc.stat().st_size > 900
    command = [sys.executable, "-c", code, str(warc), str(tmp_path / "a.wacz")]
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    assert said.startswith("DiskFullError")
    assert not list(tmp_path.glob("a.wacz*"))


def _repacked(source: Path, out: Path, change: dict[str, bytes | None], compress: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", compress) as new:
        for name in old.namelist():
            content = change.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name] or b"")
    return out


def test_a_deflated_warc_file_is_read_like_a_stored_one(warc: Path, tmp_path: Path) -> None:
    _packed(warc, tmp_path / "a.wacz")
    deflated = _repacked(tmp_path / "a.wacz", tmp_path / "b.wacz", {}, zipfile.ZIP_DEFLATED)
    with Wacz(deflated) as wacz:
        assert list(wacz.problems()) == []
        with wacz.open(WARC) as file:
            assert list(read_records(file, WARC)) == list(read_records(warc, WARC))


def test_plain_indexes_of_both_names_are_read(warc: Path, tmp_path: Path) -> None:
    _packed(warc, tmp_path / "a.wacz")
    lines = b"".join(_index(warc))
    for name in ("indexes/index.cdx", "indexes/index.cdxj"):
        change = {"indexes/index.cdx.gz": None, "indexes/index.idx": None, name: lines}
        with Wacz(_repacked(tmp_path / "a.wacz", tmp_path / "b.wacz", change)) as wacz:
            assert list(wacz.index_lines()) == [
                (name, number, line) for number, line in enumerate(_index(warc), start=1)
            ]


@pytest.mark.parametrize(
    ("change", "path", "problem"),
    [
        ({"pages/pages.jsonl": HEAD}, "pages/pages.jsonl", f"is {len(HEAD)} bytes long, {len(HEAD + PAGE)} in"),
        ({"pages/pages.jsonl": HEAD + PAGE[::-1]}, "pages/pages.jsonl", "its digest is not that of datapackage.json"),
        ({WARC: None}, WARC, "is missing, but listed in datapackage.json"),
        ({WARC: None}, "archive/", "holds no WARC file"),
        ({"extra/a.txt": b"x"}, "extra/a.txt", "is in the package, but not listed in datapackage.json"),
        ({"indexes/index.idx": b"x\n"}, "indexes/index.idx", "line 1: is no line of a map of blocks"),
        ({"indexes/index.cdx.gz": None}, "indexes/index.idx", "line 2: names a file of blocks that is not there"),
        ({"indexes/index.cdx.gz": b"x"}, "indexes/index.idx", "line 2: its digest is not that of the block at byte 0"),
        ({"datapackage.json": b"{"}, "datapackage.json", "is not JSON"),
        ({"datapackage.json": b"[]"}, "datapackage.json", "is not the JSON object that it should be"),
        ({"datapackage.json": b'{"resources": []}'}, "datapackage-digest.json", "its digest is not that of"),
        ({"datapackage-digest.json": b"no"}, "datapackage-digest.json", "is not JSON"),
        ({"datapackage.json": None}, "datapackage.json", "has no datapackage.json"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_harm_is_told_with_the_part_that_has_it(
    warc: Path, tmp_path: Path, change: dict[str, bytes | None], path: str, problem: str
) -> None:
    _packed(warc, tmp_path / "a.wacz")
    with Wacz(_repacked(tmp_path / "a.wacz", tmp_path / "b.wacz", change)) as wacz:
        found = list(wacz.problems())
    assert [one for one in found if one[0] == path and one[1].startswith(problem)], found


def test_a_package_that_is_cut_off_says_so(warc: Path, tmp_path: Path) -> None:
    _packed(warc, tmp_path / "a.wacz")
    whole = (tmp_path / "a.wacz").read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 10):
        (tmp_path / "cut.wacz").write_bytes(whole[:length])
        with pytest.raises(DamagedFileError, match=r"cut\.wacz: is no WACZ, or is cut off.*; copy the package again"):
            Wacz(tmp_path / "cut.wacz")


def test_a_member_whose_place_is_wrong_is_told_and_the_others_are_read(warc: Path, tmp_path: Path) -> None:
    _packed(warc, tmp_path / "a.wacz")
    data = bytearray((tmp_path / "a.wacz").read_bytes())
    data[:4] = b"XXXX"  # the header of the first member
    (tmp_path / "a.wacz").write_bytes(data)
    with Wacz(tmp_path / "a.wacz") as wacz:
        assert [path for path, _ in wacz.problems()] == [WARC]
        with pytest.raises(DamagedFileError, match=rf"{WARC}: cannot be read"):
            wacz.open(WARC)
        assert len(list(wacz.index_lines())) == 3
        with pytest.raises(DamagedFileError, match="has no archive/b"):
            wacz.open("archive/b")


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    class Zeros(io.RawIOBase):
        """A file of 300 MB that is nowhere."""

        at, size = 0, 300_000_000

        def readable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
            self.at = self.size if whence == os.SEEK_END else offset
            return self.at

        def read(self, size: int = -1) -> bytes:
            count = min(size, self.size - self.at)
            self.at += count
            return bytes(count)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    warcs = [Member(WARC, Zeros)]  # type: ignore[arg-type]
    lines = (b'test)/%09d 20041015083000 {"filename": "a", "offset": "0"}\n' % number for number in range(100_000))
    write_wacz(tmp_path / "a.wacz", warcs, lines, {"pages/pages.jsonl": [HEAD]}, [], FACTS)
    with Wacz(tmp_path / "a.wacz") as wacz:
        assert list(wacz.problems()) == []
        assert sum(1 for _ in wacz.index_lines()) == 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kilobytes
