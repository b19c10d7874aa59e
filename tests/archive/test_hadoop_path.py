"""Files of a Hadoop file system: listed, read in parts, told when they are not there. Here it is that of the disk."""

from __future__ import annotations

import os
import pickle
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from portal_crawler.archive.hadoop_gateway import VARIABLE, HadoopSettings, begin_gateway, end_gateway
from portal_crawler.archive.hadoop_path import HadoopPath, hadoop_paths
from portal_crawler.archive.warc_collection import WarcSource
from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.records.archive_sources import archives_of

pytest.importorskip("pyspark", reason="needs the extra spark")
pytestmark = pytest.mark.skipif(
    shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="Hadoop needs Java, and there is none here"
)
BYTES = Random(5).randbytes(3_000_000)


@pytest.fixture(scope="module", autouse=True)
def gateway() -> Iterator[None]:
    begin_gateway(HadoopSettings({"fs.file.impl.disable.cache": "true"}))
    yield
    end_gateway()
    assert VARIABLE not in os.environ


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.warc.gz", "a.warc", "page.html"):
        (tmp_path / name).write_bytes(BYTES)
    return tmp_path


def test_a_file_is_read_and_sought_in_as_one_of_the_disk(folder: Path) -> None:
    (path,) = hadoop_paths((folder / "a.warc").as_uri())
    assert path.stat().st_size == len(BYTES)
    assert path.stat().st_mtime_ns // 10**6 == (folder / "a.warc").stat().st_mtime_ns // 10**6
    source: WarcSource = pickle.loads(pickle.dumps(WarcSource.of(path)))  # type: ignore[arg-type]
    with source.open() as file:
        assert file.read(10) == BYTES[:10]
        assert file.seek(-20, os.SEEK_END) == len(BYTES) - 20
        assert file.read() == BYTES[-20:]
        assert file.read() == b""
        assert file.seek(1_500_000) == file.tell()
        assert file.read(1_400_000) == BYTES[1_500_000:2_900_000]
    assert source.sha256() == WarcSource.of(folder / "a.warc").sha256()


def test_of_a_folder_the_archives_are_named_and_of_a_pattern_what_fits(folder: Path) -> None:
    assert [path.name for path in hadoop_paths(folder.as_uri())] == ["a.warc", "b.warc.gz"]
    assert [path.name for path in hadoop_paths(f"{folder.as_uri()}/*.gz")] == ["b.warc.gz"]
    assert not hadoop_paths(folder.as_uri())[0].is_dir()
    assert not (hadoop_paths(folder.as_uri())[0] / "profile.toml").exists()


def test_a_package_is_read_where_it_lies(folder: Path) -> None:
    with zipfile.ZipFile(folder / "portal.wacz", "w") as package:
        package.writestr("archive/one.warc.gz", BYTES)
        package.writestr("archive/two.warc", BYTES[::-1], zipfile.ZIP_DEFLATED)
    (path,) = hadoop_paths(f"{folder.as_uri()}/*.wacz")
    (archive,) = archives_of((path,))  # type: ignore[arg-type]
    one, two = archive.sources
    with one.open() as file, two.open() as other:
        assert file.read() == BYTES
        assert other.read() == BYTES[::-1]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.warc.gz", "is not there; name a WARC or WACZ file, a folder of them, or a pattern"),
        ("*.zst", "is not there"),
        ("empty", "has no WARC or WACZ files"),
    ],
)
def test_an_address_without_archives_is_told(folder: Path, name: str, told: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=told):
        hadoop_paths(f"{folder.as_uri()}/{name}")


@pytest.mark.parametrize("address", ["nosuch://bucket/a.warc.gz", "s3a://bucket/a.warc.gz"])
def test_a_file_system_that_cannot_be_reached_is_told(address: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be looked up \(.*\); see that its file system can be reached"):
        hadoop_paths(address)


def test_a_file_that_is_gone_is_damage(folder: Path) -> None:
    (path,) = hadoop_paths((folder / "a.warc").as_uri())
    (folder / "a.warc").unlink()
    with pytest.raises(DamagedFileError, match=r"cannot be read .*does not exist"):
        path.open()
    assert HadoopPath("s3a://bucket/never").exists() is False
