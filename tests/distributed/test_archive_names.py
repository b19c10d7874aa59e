"""Archives with files of one name: a build tells them apart, so that every place opens its own record."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from portal_crawler.archive.warc_members import Damage
from portal_crawler.distributed.local_pool import LocalPool
from portal_crawler.records.archive_sources import archives_of, collection_of
from portal_crawler.records.verify import verify_crawl
from tests.cli.built_folders import run
from tests.distributed.build_here import build, content, lines
from tests.distributed.written_warcs import write_warcs, written_profile


@pytest.fixture
def named_alike(tmp_path: Path) -> list[Path]:
    """Three files, the first two of one name in two folders."""
    files = write_warcs(tmp_path / "written", 3)
    places = [tmp_path / name for name in ("a/x.warc.gz", "b/x.warc.gz", "b/y.warc.gz")]
    for file, place in zip(files, places, strict=True):
        place.parent.mkdir(exist_ok=True)
        file.rename(place)
    return places


def _opened(archives: list[Path], page: dict[str, object]) -> tuple[str, str | None]:
    """The address and id of the record at the place that a line names."""
    sources = {source.name: source for archive in archives_of(tuple(archives)) for source in archive.sources}
    found = sources[str(page["warc_file"])].record_at(int(str(page["warc_offset"])))
    assert not isinstance(found, Damage)
    return found.url, found.header("WARC-Record-ID")


def test_every_place_opens_its_record_and_the_names_follow_from_the_order_alone(
    named_alike: list[Path], tmp_path: Path
) -> None:
    build(tmp_path / "one", named_alike, written_profile())
    pages = lines(tmp_path / "one/pages.jsonl")
    assert {page["warc_file"] for page in pages} == {"1/x.warc.gz", "2/x.warc.gz", "y.warc.gz"}
    for name in ("pages.jsonl", "articles.jsonl", "duplicates.jsonl"):
        for line in lines(tmp_path / "one" / name):
            assert _opened(named_alike, line) == (line["url"], line["warc_record_id"])
    files = json.loads((tmp_path / "one/build.json").read_bytes())["files"]
    assert [file["name"] for file in files] == ["1/x.warc.gz", "2/x.warc.gz", "y.warc.gz"]

    elsewhere = [tmp_path / f"elsewhere/{number}" / path.name for number, path in enumerate(named_alike)]
    for old, new in zip(named_alike, elsewhere, strict=True):
        new.parent.mkdir(parents=True)
        new.write_bytes(old.read_bytes())
    with LocalPool(2) as pool:
        build(tmp_path / "two", elsewhere, written_profile(), pool)
    assert content(tmp_path / "two") == content(tmp_path / "one")


def test_such_a_build_holds_together_and_is_the_same_build_again(named_alike: list[Path], tmp_path: Path) -> None:
    named_alike[2].unlink()  # it is damaged
    run(tmp_path, "build", "a/x.warc.gz", "b/x.warc.gz", "--out", "built", "--jobs", "2", "-q")
    assert "holds together" in run(tmp_path, "verify", "built").stderr
    again = run(tmp_path, "build", "a/x.warc.gz", "b/x.warc.gz", "--out", "built")
    assert "this build is finished" in again.stderr
    other = run(tmp_path, "build", "b/x.warc.gz", "a/x.warc.gz", "--out", "built", code=2)
    assert "holds the build of the same archives in another order" in other.stderr

    changed = [json.dumps({**page, "warc_file": "1/x.warc.gz"}) for page in lines(tmp_path / "built/pages.jsonl")]
    (tmp_path / "built/pages.jsonl").write_text("".join(f"{line}\n" for line in changed))
    assert any("1/x.warc.gz" in finding.problem for finding in verify_crawl(tmp_path / "built"))


def test_packages_whose_members_have_one_name_are_told_apart(named_alike: list[Path], tmp_path: Path) -> None:
    packages = [tmp_path / "a.wacz", tmp_path / "b.wacz"]
    for package, file in zip(packages, named_alike, strict=False):
        with zipfile.ZipFile(package, "w") as packed:
            packed.writestr("archive/data.warc.gz", file.read_bytes())
    build(tmp_path / "built", packages, written_profile())
    pages = lines(tmp_path / "built/pages.jsonl")
    assert {page["warc_file"] for page in pages} == {"1/archive/data.warc.gz", "2/archive/data.warc.gz"}
    for page in pages:
        assert _opened(packages, page) == (page["url"], page["warc_record_id"])


def test_members_of_one_name_in_folders_of_a_package_are_told_apart(named_alike: list[Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "both.wacz", "w") as packed:
        for folder, file in zip("ab", named_alike, strict=False):
            packed.writestr(f"archive/{folder}/x.warc.gz", file.read_bytes())
    (archive,) = archives_of((tmp_path / "both.wacz",))
    with collection_of(tmp_path / "both.wacz") as captures:
        for record in archive.records():
            assert not isinstance(record, Damage)
            (found,) = captures.captures(record.url)
            read = found.read()
            assert not isinstance(read, Damage)
            assert (read.url, read.place) == (record.url, record.place)
