"""What reads a crawl's folder reads that of a build and of a replay, too, whose bytes lie in the archives of others."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import shutil
import zipfile
from pathlib import Path

import pytest

from portal_crawler.errors import DamagedFileError
from portal_crawler.records.archived_page import archived_capture, archived_reading
from portal_crawler.records.recorded_place import keeps_bytes
from portal_crawler.records.verify import verify_crawl
from tests.cli.built_folders import crawled, run
from tests.distributed.build_here import lines
from tests.distributed.written_warcs import write_warcs


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of other writers' files, of a package and of a crawl, by a profile that knows no site; and a replay."""
    room = tmp_path_factory.mktemp("room")
    files = write_warcs(room / "written", 2, 6)
    for folder, file in zip(("a", "b"), files, strict=True):
        (room / folder).mkdir()
        file.rename(room / folder / "x.warc.gz")
    with zipfile.ZipFile(room / "b.wacz", "w") as package:
        package.write(room / "b/x.warc.gz", "archive/x.warc.gz")
    crawled(room)
    (room / "read.toml").write_text('schema = 1\nname = "read"\nseeds = ["http://www.portal.test/"]\n')
    (room / "desk").mkdir()
    sources = ("../a/x.warc.gz", "../b.wacz", "../b/x.warc.gz")
    run(room / "desk", "build", *sources, "--out", "built", "--jobs", "1", "-q")
    run(room / "desk", "build", *sources, "../crawl", "--profile", "../read.toml", "--out", "all", "--jobs", "1", "-q")
    run(room / "desk", "replay", "../crawl", "--out", "replayed", "--jobs", "1", "-q")
    return room / "desk"


@pytest.mark.parametrize("name", ["built", "all", "replayed"])
def test_every_page_is_read_again_from_the_archive_that_holds_it(room: Path, name: str) -> None:
    pages = lines(room / name / "pages.jsonl")
    assert len(pages) > 5
    for page in pages:
        reading = archived_reading(room / name, page)
        assert reading is not None
        assert (reading.capture.url, reading.kind.kind) == (page["url"], page["kind"])


@pytest.mark.parametrize("name", ["built", "replayed"])
def test_the_dashboard_shows_record_and_page(room: Path, name: str) -> None:
    pytest.importorskip("starlette", reason="the extra 'web' is not installed")
    from portal_crawler.web.archived_captures import Wanted, capture_for
    from portal_crawler.web.raw_record import raw_record

    for page in lines(room / name / "pages.jsonl"):
        raw = raw_record(room / name, page)
        assert page["warc_record_id"].encode() in gzip.decompress(raw.member())
        capture = capture_for(room / name, Wanted(page["url"], file=page["warc_file"], offset=page["warc_offset"]))
        by_address = capture_for(room / name, Wanted(page["url"]))
        assert capture is not None
        assert by_address is not None
        assert (capture.url, capture.body) == (page["url"], by_address.body)
    assert capture_for(room / name, Wanted(page["url"], file="../a/x.warc.gz", offset=0)) is None


def test_commands_need_no_start_in_the_profile_of_what_was_read(room: Path) -> None:
    story, copy = (lines(room / "built" / name)[0] for name in ("articles.jsonl", "duplicates.jsonl"))
    told = json.loads(run(room.parent, "why", "desk/built", story["url"], "--json").stdout)
    assert told["reading"]["title"] == story["title"]
    assert "copy" in run(room, "why-not", "built", copy["url"]).stdout
    assert "A " in run(room, "dedup", "explain", "built", story["url"], copy["url"]).stdout
    run(room, "diff", "built", "all")
    run(room, "extract", "../a/x.warc.gz", "--profile", "built", "-q")
    shutil.copytree(room / "built", room / "apart")
    (room / "apart/articles.jsonl").write_text('{"url":"http://h/"}\n')
    assert "apart/articles.jsonl, line 1: has no field url_key; " in run(room, "diff", "apart", "all", code=2).stderr
    shutil.copy(room / "built/articles.jsonl", room / "apart")
    run(room, "dedup", "undo", "apart/profile.toml", story["url"], copy["url"])
    run(room, "dedup", "finalize", "apart")
    assert verify_crawl(room / "apart") == []
    refused = run(room, "crawl", "built", "--out", "crawled", code=2)
    assert "key seeds: has no address to start from" in refused.stderr
    for command in (("wacz", "built"), ("replay", "built", "--out", "again")):
        assert "its records were read from other archives" in run(room, *command, code=2).stderr


@pytest.mark.parametrize("name", ["built", "replayed"])
def test_archives_are_named_as_they_can_be_typed_here(room: Path, name: str) -> None:
    told = run(room.parent, "replay", f"desk/{name}", "--out", "again", code=2).stderr
    named = told.partition("name those: ")[2].strip().split(", ")
    assert all((room.parent / one).exists() for one in named)
    said = run(room.parent, "check", "read.toml", "--against", f"desk/{name}", "--sample", "2").stderr.splitlines()[-1]
    command = shlex.split(said.partition(": portal-crawler ")[2].replace("DIR", f"again-{name}"))
    run(room.parent, *command, "--jobs", "1", "-q")
    assert len(lines(room.parent / f"again-{name}/pages.jsonl")) == len(lines(room / name / "pages.jsonl"))


def test_an_archive_that_is_missing_is_named_and_addresses_of_file_systems_are_known(
    room: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "built"
    shutil.copytree(room / "built", folder)
    page, crawl = lines(folder / "pages.jsonl")[0], json.loads((folder / "crawl.json").read_bytes())
    with pytest.raises(DamagedFileError, match=r"is missing, \.\./\.\./a/x\.warc\.gz; put it back"):
        archived_capture(folder, page)

    def name(*sources: str) -> None:
        (folder / "crawl.json").write_text(json.dumps({**crawl, "from": sources}))

    here = [os.path.normpath(room / "built" / one) for one in crawl["from"]]
    name(*(f"file:{one}" for one in here))  # as Spark's driver has them
    assert [found.file for found in verify_crawl(folder)] == ["crawl.json"]  # whose sum is another now
    assert archived_capture(folder, page) is not None
    name("s3a://bucket/x.warc.gz", *here[1:])
    assert not keeps_bytes(folder, page)
    assert archived_capture(folder, page) is None


def test_an_address_with_characters_that_records_may_not_hold_opens_its_record(room: Path, tmp_path: Path) -> None:
    member = gzip.decompress((room.parent / "a/x.warc.gz").read_bytes())
    odd = member.replace(b"/news/0.htm\r\n", "/news/cafe\u0301\x01.htm\r\n".encode(), 1)
    (tmp_path / "odd.warc").write_bytes(odd)
    run(tmp_path, "build", "odd.warc", "--out", "built", "--jobs", "1", "-q")
    (page,) = [page for page in lines(tmp_path / "built/pages.jsonl") if "caf" in page["url"]]
    assert page["url"].endswith("/news/caf\u00e9.htm")
    assert verify_crawl(tmp_path / "built") == []
    pytest.importorskip("starlette", reason="the extra 'web' is not installed")
    from portal_crawler.web.archived_captures import Wanted, capture_for

    wanted = Wanted(page["url"], file=page["warc_file"], offset=page["warc_offset"])
    assert capture_for(tmp_path / "built", wanted) is not None
