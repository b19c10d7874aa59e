from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from portal_crawler.archive.warc_record import WarcRecord, exchange_records, warcinfo_record
from portal_crawler.archive.warc_write import Compression, WarcFiles, WarcOptions
from portal_crawler.capture import WarcPlace
from portal_crawler.errors import OutputError, StateError
from tests.archive.exchanges import RESPONSES, STARTED, an_exchange, new_ids

NAME = "archive/demo-20041015083000-{:05d}.warc{}"
SUFFIX = {Compression.GZIP: ".gz", Compression.ZSTD: ".zst", Compression.NONE: ""}
PREFIX = "demo-20041015083000"


class Archive:
    """The files of one folder with fresh ids, as a crawl holds them."""

    def __init__(self, folder: Path, committed: dict[str, int] | None = None, **options: object) -> None:
        self.ids = new_ids()
        self.files = WarcFiles(
            folder,
            WarcOptions(PREFIX, **options),  # type: ignore[arg-type]
            lambda name: warcinfo_record(name, [("software", "portal-crawler")], STARTED, self.ids),
            committed or {},
        )

    def add(self, name: str = "plain") -> list[WarcPlace]:
        return self.files.append_all(self.records(name))

    def records(self, name: str = "plain") -> tuple[WarcRecord, ...]:
        return exchange_records(an_exchange(name), "<urn:uuid:0>", self.ids)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "archive").iterdir())


@pytest.mark.parametrize("compression", Compression)
def test_each_record_stands_alone_at_its_place(tmp_path: Path, compression: Compression) -> None:
    archive = Archive(tmp_path, compression=compression)
    written = [record for name in RESPONSES for record in archive.records(name)]
    places = archive.files.append_all(written)
    lengths = archive.files.sync()
    archive.files.finish()
    name = NAME.format(0, SUFFIX[compression])
    whole = (tmp_path / name).read_bytes()
    assert lengths == archive.files.lengths == {name: len(whole)}
    assert names_in(tmp_path) == [Path(name).name]
    opened: dict[Compression, Callable[[bytes], bytes]] = {
        Compression.GZIP: gzip.decompress,
        Compression.ZSTD: zstandard.ZstdDecompressor().decompress,
        Compression.NONE: bytes,
    }
    for record, place in zip(written, places, strict=True):
        assert (place.file, place.record_id) == (name, record.record_id)
        assert opened[compression](whole[place.offset : place.offset + place.length]) == record.to_bytes()
    assert places[-1].offset + places[-1].length == len(whole)


@pytest.mark.parametrize("compression", Compression)
def test_fastwarc_reads_what_was_written_and_finds_each_digest_right(tmp_path: Path, compression: Compression) -> None:
    archive = Archive(tmp_path, compression=compression)
    for name in RESPONSES:
        archive.add(name)
    archive.files.finish()
    path = tmp_path / NAME.format(0, SUFFIX[compression])
    kinds = []
    for record in FastIterator(str(path), parse_http=False):
        kinds.append(record.record_type)
        assert record.verify_block_digest(), record.headers
    assert kinds == [WarcRecordType.warcinfo] + [WarcRecordType.response, WarcRecordType.request] * len(RESPONSES)


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.NONE])
def test_warcio_reads_the_blocks_that_were_written(tmp_path: Path, compression: Compression) -> None:
    archive = Archive(tmp_path, compression=compression)
    blocks, places = [], []
    for name in RESPONSES:
        places += archive.add(name)
        blocks += [record.block for record in archive.records(name)]
    archive.files.finish()
    with (tmp_path / NAME.format(0, SUFFIX[compression])).open("rb") as stream:
        iterator = ArchiveIterator(stream, no_record_parse=True)
        next(iterator).raw_stream.read()
        for block, place, record in zip(blocks, places, iterator, strict=True):
            assert record.raw_stream.read() == block
            assert record.rec_headers.get_header("WARC-Record-ID") == place.record_id
            assert iterator.get_record_offset() == place.offset


def test_equal_records_give_equal_files(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        archive = Archive(tmp_path / folder)
        archive.add()
        archive.files.finish()
    name = NAME.format(0, ".gz")
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_full_file_is_finished_and_the_next_begins_with_its_own_warcinfo(tmp_path: Path) -> None:
    archive = Archive(tmp_path, max_bytes=3_000)
    places = [archive.add("gzip") for _ in range(6)]
    assert archive.files.sync() == archive.files.lengths
    assert names_in(tmp_path)[-1].endswith(".open")
    assert all(name.endswith(".gz") for name in names_in(tmp_path)[:-1])
    archive.files.finish()
    assert len(names_in(tmp_path)) == len(archive.files.lengths) > 1
    for response, request in places:
        assert response.file == request.file
    for name in names_in(tmp_path):
        with gzip.open(tmp_path / "archive" / name) as stream:
            assert f"WARC-Filename: {name}\r\n".encode() in stream.read(500)


def test_sync_tells_only_what_grew(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert archive.files.sync() == {}
    archive.add()
    assert archive.files.sync() == archive.files.lengths
    assert archive.files.sync() == {}
    assert archive.files.append_all([]) == []
    archive.files.close()
    archive.files.close()


def test_an_archive_goes_on_in_its_last_file(tmp_path: Path) -> None:
    first = Archive(tmp_path)
    first.add()
    committed = first.files.sync()
    first.files.finish()
    second = Archive(tmp_path, committed)
    (place, _) = second.add("redirect")
    assert place.file == NAME.format(0, ".gz")
    assert place.offset == committed[place.file]
    second.files.finish()
    with gzip.open(tmp_path / place.file) as stream:
        assert stream.read().count(b"WARC-Type: warcinfo") == 1


def test_another_compression_or_a_full_file_begins_a_new_one(tmp_path: Path) -> None:
    first = Archive(tmp_path)
    first.add()
    committed = first.files.sync()
    first.files.close()
    second = Archive(tmp_path, committed, compression=Compression.ZSTD)
    committed |= {second.add()[0].file: second.files.lengths[NAME.format(1, ".zst")]}
    second.files.close()
    third = Archive(tmp_path, committed, compression=Compression.ZSTD, max_bytes=100)
    assert third.add()[0].file == NAME.format(2, ".zst")
    third.files.close()
    assert names_in(tmp_path) == [
        f"{PREFIX}-00000.warc.gz",
        f"{PREFIX}-00001.warc.zst",
        f"{PREFIX}-00002.warc.zst.open",
    ]


def test_files_of_others_stay_and_files_that_were_never_committed_go(tmp_path: Path) -> None:
    first = Archive(tmp_path)
    first.add()
    first.files.close()
    other = tmp_path / "archive" / "other-00000.warc.gz"
    other.write_bytes(b"x")
    Archive(tmp_path, {"articles.jsonl": 5}).files.close()
    assert names_in(tmp_path) == [other.name]


@pytest.mark.parametrize("suffix", ["", ".open"])
def test_a_committed_file_that_is_missing_or_shorter_is_told(tmp_path: Path, suffix: str) -> None:
    name = NAME.format(0, ".gz")
    with pytest.raises(StateError, match="0 bytes long, but 10 were committed"):
        Archive(tmp_path, {name: 10})
    (tmp_path / (name + suffix)).write_bytes(b"123")
    with pytest.raises(StateError, match="3 bytes long, but 10 were committed"):
        Archive(tmp_path, {name: 10})


@settings(max_examples=60, deadline=None)
@given(
    before=st.integers(1, 4), after=st.integers(0, 4), lost=st.floats(0, 1), renamed=st.booleans(), small=st.booleans()
)
def test_a_kill_at_any_byte_loses_nothing_committed(
    tmp_path_factory: pytest.TempPathFactory, before: int, after: int, lost: float, renamed: bool, small: bool
) -> None:
    folder, max_bytes = tmp_path_factory.mktemp("kill"), 2_500 if small else 10**9
    archive = Archive(folder, max_bytes=max_bytes)
    committed: dict[str, int] = {}
    kept = [place for _ in range(before) for place in archive.add("gzip")]
    committed |= archive.files.sync()
    for _ in range(after):
        archive.add("chunked")
    archive.files.close()
    last = max((folder / "archive").iterdir())
    final = f"archive/{last.name.removesuffix('.open')}"
    data = last.read_bytes()
    low = committed.get(final, 0)
    last.write_bytes(data[: low + round((len(data) - low) * lost)])
    if renamed:
        last.replace(folder / final)

    again = Archive(folder, committed, max_bytes=max_bytes)
    assert again.files.lengths == committed
    kept += again.add("empty")
    again.files.finish()
    assert sorted(again.files.lengths) == sorted(f"archive/{name}" for name in names_in(folder))
    found = {}
    for name, length in again.files.lengths.items():
        assert (folder / name).stat().st_size == length
        with (folder / name).open("rb") as stream:
            iterator = ArchiveIterator(stream, no_record_parse=True)
            for record in iterator:
                if record.rec_type != "warcinfo":
                    record.raw_stream.read()
                    found[name, iterator.get_record_offset()] = record.rec_headers.get_header("WARC-Record-ID")
    assert found == {(place.file, place.offset): place.record_id for place in kept}


FULL = """
import resource, sys
from pathlib import Path
from portal_crawler.errors import DiskFullError
from tests.archive.test_warc_write import Archive
archive = Archive(Path(sys.argv[1]))
archive.add("gzip")
committed = archive.files.sync()
(length,) = committed.values()
resource.setrlimit(resource.RLIMIT_FSIZE, (length + int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    archive.add("surplus")
except DiskFullError as error:
    assert "free some space" in error.cure, error
    assert archive.files.lengths == committed
    assert archive.files.sync() == {}
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    archive.add("redirect")
    archive.files.finish()
    print("full")
"""


@pytest.mark.parametrize("room", [0, 1, 200, 500])
def test_a_full_disk_leaves_whole_records_only(tmp_path: Path, room: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(room)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("full\n", "")
    with gzip.open(tmp_path / NAME.format(0, ".gz")) as stream:
        text = stream.read()
    assert text.count(b"WARC-Type: ") == 5
    assert b"http://portal.test/surplus" not in text


def test_a_first_file_that_cannot_be_made_is_told_and_tried_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    obstacle = tmp_path / (NAME.format(0, ".gz") + ".open")
    obstacle.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        archive.add()
    obstacle.rmdir()
    assert archive.add()[0].file == NAME.format(0, ".gz")
    archive.files.close()
