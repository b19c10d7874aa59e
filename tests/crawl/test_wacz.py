"""The package of a real crawl, as other implementations read it, as we read it, and as ``verify`` tells its harm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from portal_crawler.archive.wacz_read import Wacz
from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile import Output
from portal_crawler.sites.profile_toml import save_profile

_BIN = Path(sys.executable).parent
_ROOT = Path(__file__).resolve().parents[2]
_RECORDS = ("articles.jsonl", "links.jsonl", "pages.jsonl", "duplicates.jsonl")


def _portal_crawler(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def _crawled(folder: Path, output: Output) -> Path:
    with serving("small") as address:
        profile = demo_profile(address).model_copy(update={"output": output, "operator": "A library"})
        save_profile(profile, folder / "demo.toml")
        done = _portal_crawler("crawl", folder / "demo.toml", "--out", folder / "crawl", "--progress", "none")
        assert done.returncode == 0, done.stderr
    return folder / "crawl"


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl whose archive takes several files."""
    return _crawled(tmp_path_factory.mktemp("packed"), Output(warc_size=400_000))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "key.pem"
    subprocess.run(["openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", path], check=True)
    return path


@pytest.fixture(scope="module")
def package(crawl: Path, key: Path) -> Path:
    """The signed package, where the command puts it by itself."""
    done = _portal_crawler("wacz", crawl, "--sign", key)
    assert done.returncode == 0, done.stderr
    (path,) = crawl.glob("demo-small-*.wacz")
    return path


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _page_list(package: Path, name: str) -> list[dict[str, Any]]:
    with Wacz(package) as wacz:
        return [json.loads(line) for _, line in wacz.page_lines(name)]


def test_wacz_validate_finds_it_valid(package: Path) -> None:
    done = subprocess.run([_BIN / "wacz", "validate", "-f", package], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "the passed WACZ is valid" in done.stdout


def test_warcio_finds_each_page_at_the_place_and_time_that_index_and_list_name(package: Path, crawl: Path) -> None:
    with Wacz(package) as wacz:
        entries = [json.loads(line.split(b" ", 2)[2]) for *_, line in wacz.index_lines()]
        dates: dict[str, set[str]] = {}
        for entry in entries:
            with wacz.open(f"archive/{entry['filename']}") as file:
                file.seek(int(entry["offset"]))
                record = next(ArchiveIterator(file))
                assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
                dates.setdefault(entry["url"], set()).add(record.rec_headers.get_header("WARC-Date"))
    assert len(entries) == len((crawl / "indexes/index.cdxj").read_bytes().splitlines())
    listed = [*_page_list(package, "pages/pages.jsonl")[1:], *_page_list(package, "pages/otherPages.jsonl")[1:]]
    assert len(listed) > 200
    assert [page for page in listed if page["ts"] not in dates[page["url"]]] == []


def test_the_lists_hold_every_page_of_html_once_stories_with_their_text(package: Path, crawl: Path) -> None:
    head, *main = _page_list(package, "pages/pages.jsonl")
    _, *others = _page_list(package, "pages/otherPages.jsonl")
    assert (head["format"], head["id"], head["hasText"]) == ("json-pages-1.0", "pages", True)
    assert len({page["id"] for page in (*main, *others)}) == len(main) + len(others)
    pages = _lines(crawl / "pages.jsonl")
    assert [page["url"] for page in pages if page["kind"] == "article"] == [p["url"] for p in main if "text" in p]
    texts = {article["url"]: article["text"] for article in _lines(crawl / "articles.jsonl")}
    whole = [page for page in main if texts.get(page["url"]) == page.get("text")]
    assert len(whole) >= len(texts) - 1  # the story on several pages has the text of all its parts in the dataset
    assert [page["url"] for page in main if page.get("seed")] == ["http://www.portal.test/"]
    assert all("text" not in page for page in others)
    html = [page for page in pages if page["charset_used"] and not 300 <= page["status"] < 400]
    assert {page["url"] for page in html} <= {page["url"] for page in (*main, *others)}


def test_it_says_what_it_is(package: Path, crawl: Path) -> None:
    with Wacz(package) as wacz:
        stated = wacz.datapackage()
        assert wacz.read("crawl/crawl.json") == (crawl / "crawl.json").read_bytes()
        assert wacz.read("crawl/profile.toml") == (crawl / "profile.toml").read_bytes()
    facts = json.loads((crawl / "crawl.json").read_bytes())
    assert stated["title"] == "Great River Online, the demo portal"
    assert "Crawled by A library from" in stated["description"]
    assert stated["created"] == facts["finished"][:19] + "Z"
    first = next(page for page in _lines(crawl / "pages.jsonl") if page["url"] == "http://www.portal.test/")
    assert stated["home"] == {"url": first["url"], "ts": first["fetched_at"]}
    assert (stated["mainPageUrl"], stated["mainPageDate"]) == (first["url"], first["fetched_at"])


def test_made_again_it_is_the_same_to_the_byte(package: Path, crawl: Path, key: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(crawl, copy, ignore=shutil.ignore_patterns("*.wacz"))
    done = _portal_crawler("wacz", copy, "-o", tmp_path / "again.wacz", "--sign", key, "--json")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.wacz").read_bytes() == package.read_bytes()
    told = json.loads(done.stdout)
    assert (told["wacz"], told["bytes"]) == (str(tmp_path / "again.wacz"), package.stat().st_size)


def test_the_crawls_folder_still_holds_together_with_its_package(package: Path, crawl: Path) -> None:
    assert package.parent == crawl
    assert verify_crawl(crawl) == []


def test_the_records_come_out_of_the_package_byte_for_byte(package: Path, crawl: Path, tmp_path: Path) -> None:
    moved = shutil.copy(package, tmp_path / "moved.wacz")
    done = _portal_crawler("replay", moved, "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    for name in _RECORDS:
        assert (tmp_path / "again" / name).read_bytes() == (crawl / name).read_bytes(), name


def test_extract_reads_one_page_or_all(package: Path, crawl: Path) -> None:
    article = _lines(crawl / "articles.jsonl")[0]
    done = _portal_crawler("extract", package, "--url", article["url"])
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["text"] == article["text"]
    every = [json.loads(line)["url"] for line in _portal_crawler("extract", package).stdout.splitlines()]
    assert every == [page["url"] for page in _lines(crawl / "pages.jsonl")]
    part = _portal_crawler("extract", crawl / article["warc_file"], "--format", "text").stdout
    assert article["title"] in part
    none = _portal_crawler("extract", package, "--url", "http://nowhere.test/")
    assert none.returncode == 2
    assert none.stderr == (
        f"portal-crawler: {package}: has no page of http://nowhere.test/;"
        " give --url as the archive has it, or leave it out\n"
    )


def test_verify_finds_it_whole_and_names_the_key(package: Path) -> None:
    done = _portal_crawler("verify", package)
    assert (done.returncode, done.stdout) == (0, "")
    assert "holds together: digests, records, index and pages agree\nsigned by the key with SHA-256 " in done.stderr


def _flipped(package: Path, out: Path, member: str, at: int) -> None:
    data = bytearray(package.read_bytes())
    with zipfile.ZipFile(package) as file:
        start = file.getinfo(member).header_offset
    data[start + 30 + len(member) + at] ^= 0x55
    out.write_bytes(data)


def _changed(package: Path, out: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)


def _second_warc(package: Path) -> str:
    with Wacz(package) as wacz:
        return wacz.warcs[1]


def _harm_byte(package: Path, out: Path) -> str:
    _flipped(package, out, _second_warc(package), 200_000)
    return _second_warc(package)


def _harm_missing(package: Path, out: Path) -> str:
    gone = _second_warc(package)
    _changed(package, out, lambda name, content: None if name == gone else content)
    return gone


def _harm_time(package: Path, out: Path) -> str:
    def later(name: str, content: bytes) -> bytes:
        if name != "pages/pages.jsonl":
            return content
        lines = content.splitlines(keepends=True)
        page = json.loads(lines[3])
        page["ts"] = "2004-10-15T08:30:00.000Z"
        return b"".join([*lines[:3], json.dumps(page).encode() + b"\n", *lines[4:]])

    _changed(package, out, later)
    return "pages/pages.jsonl, line 4: there is no record of "


def _harm_index(package: Path, out: Path) -> str:
    def without_blocks(name: str, content: bytes) -> bytes | None:
        return None if name.startswith("indexes/") else content

    _changed(package, out, without_blocks)
    with zipfile.ZipFile(out, "a") as file, Wacz(package) as wacz:
        lines = [line for *_, line in wacz.index_lines()]
        lines[4] = lines[4].replace(b'"offset": "', b'"offset": "1')
        file.writestr("indexes/index.cdx", b"".join(lines))
    return "indexes/index.cdx, line 5: there is no record of its URL and time in archive/"


def _harm_title(package: Path, out: Path) -> str:
    def renamed(name: str, content: bytes) -> bytes:
        return content.replace(b"Great River", b"Great Lake ") if name == "datapackage.json" else content

    _changed(package, out, renamed)
    return "datapackage-digest.json: its signature is over another digest"


@pytest.mark.parametrize("harm", [_harm_byte, _harm_missing, _harm_time, _harm_index, _harm_title])
def test_verify_names_the_place_of_harm(package: Path, tmp_path: Path, harm: Callable[[Path, Path], str]) -> None:
    place = harm(package, tmp_path / "harmed.wacz")
    done = _portal_crawler("verify", tmp_path / "harmed.wacz")
    assert done.returncode == 22
    assert any(line.startswith(place) for line in done.stdout.splitlines()), done.stdout
    told = json.loads(_portal_crawler("verify", tmp_path / "harmed.wacz", "--json").stdout)
    assert told["ok"] is False
    assert {"file", "place", "problem", "cure"} == told["findings"][0].keys()


def test_the_record_that_a_changed_byte_hits_is_named_and_the_rest_is_read(
    package: Path, crawl: Path, tmp_path: Path
) -> None:
    name = _harm_byte(package, tmp_path / "harmed.wacz")
    verified = _portal_crawler("verify", tmp_path / "harmed.wacz").stdout
    done = _portal_crawler("replay", tmp_path / "harmed.wacz", "--out", tmp_path / "again", "--json")
    assert done.returncode == 0, done.stderr
    (damage,) = json.loads(done.stdout)["damage"]
    assert damage["file"] == name
    assert f"{name}, byte {damage['offset']}: " in verified
    left = {page["url"] for page in _lines(tmp_path / "again/pages.jsonl")}
    assert len({page["url"] for page in _lines(crawl / "pages.jsonl")} - left) <= 1


def test_a_package_that_is_cut_off_is_told_by_every_command(package: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.wacz"
    cut.write_bytes(package.read_bytes()[: package.stat().st_size // 2])
    commands: tuple[list[str | Path], ...] = (
        ["verify", cut],
        ["replay", cut, "--out", tmp_path / "again"],
        ["extract", cut],
    )
    for command in commands:
        done = _portal_crawler(*command)
        assert done.returncode == 2
        assert done.stderr.startswith(f"portal-crawler: {cut}: is no WACZ, or is cut off")
        assert done.stderr.count("\n") == 1


def test_what_py_wacz_makes_of_our_files_is_read_too(crawl: Path, tmp_path: Path) -> None:
    made = tmp_path / "py.wacz"
    warcs = sorted((crawl / "archive").iterdir())
    start = ["--url", "http://www.portal.test/"]
    subprocess.run([_BIN / "wacz", "create", "-o", made, *start, *warcs], check=True, capture_output=True)
    done = _portal_crawler("verify", made)
    assert done.returncode == 0, done.stdout
    with Wacz(made) as wacz:
        assert wacz.page_lists == ("pages/pages.jsonl",)
        assert len(list(wacz.index_lines())) == len((crawl / "indexes/index.cdxj").read_bytes().splitlines())
    known: list[str | Path] = ["--profile", crawl / "profile.toml", "--template", crawl / "template.json"]
    replayed = _portal_crawler("replay", made, "--out", tmp_path / "again", *known)
    assert replayed.returncode == 0, replayed.stderr
    for name in _RECORDS:
        assert (tmp_path / "again" / name).read_bytes() == (crawl / name).read_bytes(), name


def test_what_cannot_be_packed_ends_in_one_line(crawl: Path, tmp_path: Path) -> None:
    unfinished, bare, zstd = (tmp_path / name for name in ("unfinished", "bare", "zstd"))
    for copy in (unfinished, bare, zstd):
        shutil.copytree(crawl, copy, ignore=shutil.ignore_patterns("*.wacz"))
    facts = json.loads((unfinished / "crawl.json").read_bytes())
    (unfinished / "crawl.json").write_text(json.dumps({**facts, "finish_reason": "interrupted"}))
    shutil.rmtree(bare / "archive")
    first = min((zstd / "archive").iterdir())
    first.rename(first.with_suffix(".zst"))
    (tmp_path / "empty").mkdir()
    lines = {
        ("wacz", unfinished): "its crawl has not come to its end; run its command again, then pack it",
        ("wacz", bare): "has no WARC files in archive/ with their index; name a crawl that keeps its archive",
        ("wacz", zstd): ".warc.zst: is compressed with zstd, and WACZ knows gzip alone; no player of WACZ reads it",
        ("wacz", tmp_path / "empty"): "empty: is not a crawl's folder; name a folder that holds ledger.sqlite",
        ("wacz", crawl, "-o", tmp_path / "a.zip"): "a.zip: is no name of a package: it must end in .wacz",
        ("wacz", crawl, "--sign", tmp_path / "no.pem"): "no.pem: there is no such file; make one with: openssl",
        ("verify", tmp_path / "no.wacz"): "no.wacz: there is no such file; name a WACZ file",
    }
    for arguments, line in lines.items():
        done = _portal_crawler(*arguments)
        assert done.returncode in (2, 17), (arguments, done)
        assert line in done.stderr
        assert done.stderr.count("\n") == 1
    assert not list(tmp_path.rglob("*.wacz*"))


def test_a_crawl_without_compression_can_be_packed(tmp_path: Path) -> None:
    crawl = _crawled(tmp_path, Output(compression="none"))
    done = _portal_crawler("wacz", crawl, "-o", tmp_path / "plain.wacz")
    assert done.returncode == 0, done.stderr
    assert _portal_crawler("verify", tmp_path / "plain.wacz").returncode == 0
    judged = subprocess.run(
        [_BIN / "wacz", "validate", "-f", tmp_path / "plain.wacz"], capture_output=True, check=False
    )
    assert judged.returncode == 0, judged.stdout
