"""A build: the same bytes whoever does its jobs, in whatever order, and however the files are cut."""

from __future__ import annotations

import gzip
import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from portal_crawler.distributed.build import Weighed
from portal_crawler.distributed.job import Job, unnoticed
from portal_crawler.distributed.local_pool import LocalPool
from portal_crawler.distributed.shard_disk import ShardJob
from portal_crawler.distributed.splits import Cuts
from portal_crawler.errors import DamagedFileError
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.template.template_json import load_template
from tests.distributed.build_here import RECORDS, Here, Quiet, build, content, lines
from tests.distributed.conftest import PATHS, Crawls
from tests.served_portal import HOST


@pytest.fixture(scope="session")
def profile(crawls: Crawls) -> SiteProfile:
    return load_profile(crawls.first / "profile.toml")


@pytest.fixture(scope="session")
def whole(crawls: Crawls, profile: SiteProfile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyarrow", reason="needs the extra graph")
    folder = tmp_path_factory.mktemp("whole")
    build(folder, (crawls.first, crawls.second), profile, graph=True)
    return folder


def test_a_crawl_gives_the_very_records_that_it_wrote_itself(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path
) -> None:
    told = build(tmp_path, (crawls.first,), profile)
    assert content(tmp_path, (*RECORDS, "template.json")) == content(crawls.first, (*RECORDS, "template.json"))
    assert (told["pages"], told["articles"], told["damage"]) == (15, 12, [])
    assert told["passed_over"] == {"outcome: robots": 1}


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_any_number_of_processes_gives_the_same_bytes(
    crawls: Crawls, profile: SiteProfile, whole: Path, tmp_path: Path, jobs: int
) -> None:
    with LocalPool(jobs) as pool:
        build(tmp_path, (crawls.first, crawls.second), profile, pool, graph=True)
    assert content(tmp_path) == content(whole)


def test_a_process_that_is_killed_costs_nothing_but_its_work(
    crawls: Crawls, profile: SiteProfile, whole: Path, tmp_path: Path
) -> None:
    captures, view, others = itertools.count(), Quiet(), _workers()  # servers of other tests may be among them

    def kill_one() -> None:
        if next(captures) in (2, 5, 20):
            os.kill(min(_workers() - others), signal.SIGKILL)

    with LocalPool(2, kill_one, view.say) as pool:
        build(tmp_path, (crawls.first, crawls.second), profile, pool, graph=True)
    assert 0 < len(view.said) <= 3  # one that had ended by itself is not missed
    assert all("a process died at the " in sentence for sentence in view.said)
    assert content(tmp_path) == content(whole)


def _workers() -> set[int]:
    """The processes that this one has started, by their numbers."""
    found = subprocess.run(["pgrep", "-P", str(os.getpid())], capture_output=True, text=True, check=False).stdout
    return {int(number) for number in found.split()}


@pytest.mark.parametrize("cuts", [Cuts(captures=1), Cuts(captures=3), Cuts(span=9_000), Cuts(captures=10_000)])
def test_other_cuts_and_another_order_of_jobs_give_the_same_bytes(
    crawls: Crawls, profile: SiteProfile, whole: Path, tmp_path: Path, cuts: Cuts
) -> None:
    build(tmp_path, (crawls.first, crawls.second), profile, Here(reversed), cuts=cuts, graph=True)
    assert content(tmp_path) == content(whole)


def test_of_an_address_in_two_archives_the_first_named_counts(
    crawls: Crawls, profile: SiteProfile, whole: Path, tmp_path: Path
) -> None:
    told = build(tmp_path, (crawls.second, crawls.first), profile)
    pages = {page["url"]: page for page in lines(tmp_path / "pages.jsonl")}
    assert len(pages) == len(lines(tmp_path / "pages.jsonl")) == told["pages"] == 16
    later = {page["url"]: page for page in lines(crawls.second / "pages.jsonl")}
    assert {url: page["fetched_at"] for url, page in pages.items()} == {
        url: page["fetched_at"] for url, page in later.items()
    }
    assert told["again"] == 15
    earlier = {page["url"]: page for page in lines(whole / "pages.jsonl")}
    changed = [path for path in PATHS if pages[HOST + path]["text_digest"] != earlier[HOST + path]["text_digest"]]
    assert changed == list(PATHS[:3])


def _warcs(crawl: Path) -> list[Path]:
    return sorted((crawl / "archive").glob("*.warc.gz"))


def test_a_revisit_finds_its_content_in_any_of_the_archives(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path
) -> None:
    told = build(tmp_path, (*_warcs(crawls.second), *_warcs(crawls.first)), profile)
    assert told["damage"] == []
    pages = {page["url"]: page for page in lines(tmp_path / "pages.jsonl")}
    assert len(pages) == 16
    assert {pages[HOST + path]["revisit"] for path in PATHS[3:]} == {"server-not-modified"}
    assert {pages[HOST + path]["status"] for path in PATHS[3:]} == {304}
    assert len({article["url"] for article in lines(tmp_path / "articles.jsonl")}) == 13


def test_a_revisit_finds_its_content_in_the_crawl_before_its_own(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path
) -> None:
    told = build(tmp_path, (crawls.second,), profile)
    assert (told["pages"], told["damage"]) == (16, [])
    known = {line["url"]: line["text_digest"] for line in lines(crawls.second / "pages.jsonl")}
    assert {line["url"]: line["text_digest"] for line in lines(tmp_path / "pages.jsonl")} == known


def test_where_a_revisit_has_no_content_a_later_capture_of_its_address_is_read(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path
) -> None:
    alone = build(tmp_path / "alone", _warcs(crawls.second), profile)
    assert alone["pages"] == 7
    assert len(alone["damage"]) == 9
    assert all("no record of the collection holds its content" in one["problem"] for one in alone["damage"])
    both = build(tmp_path / "both", (*_warcs(crawls.second), *_warcs(crawls.third)), profile)
    assert both["pages"] == 16
    assert both["damage"] == alone["damage"]
    pages = {page["url"]: page for page in lines(tmp_path / "both/pages.jsonl")}
    third = {page["url"]: page["fetched_at"] for page in lines(crawls.third / "pages.jsonl")}
    assert {path for path in PATHS if pages[HOST + path]["fetched_at"] == third[HOST + path]} == set(PATHS[3:])


def test_of_several_revisits_of_an_address_the_first_one_counts(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path
) -> None:
    twice = [shutil.copy(path, tmp_path / f"again-{path.name}") for path in _warcs(crawls.second)]
    sources = (*_warcs(crawls.second), *map(Path, twice), *_warcs(crawls.first))
    told = build(tmp_path / "built", sources, profile, cuts=Cuts(captures=2))
    pages = lines(tmp_path / "built/pages.jsonl")
    assert len(pages) == told["pages"] == 16
    assert {page["warc_file"] for page in pages} <= {path.name for path in _warcs(crawls.second)}
    assert told["again"] == 16 + 15


def test_damage_is_told_and_the_rest_is_read(crawls: Crawls, profile: SiteProfile, tmp_path: Path) -> None:
    shutil.copytree(crawls.first, tmp_path / "copy")
    page = lines(crawls.first / "pages.jsonl")[5]
    harmed = tmp_path / "copy" / page["warc_file"]
    data = bytearray(harmed.read_bytes())
    data[page["warc_offset"] + 40 : page["warc_offset"] + 60] = bytes(20)
    harmed.write_bytes(data)
    results = []
    for cuts in (Cuts(), Cuts(captures=1)):
        folder = tmp_path / f"built-{cuts.captures}"
        told = build(folder, (tmp_path / "copy",), profile, cuts=cuts)
        assert [(one["file"], one["offset"]) for one in told["damage"]] == [(page["warc_file"], page["warc_offset"])]
        results.append(content(folder))
    assert results[0] == results[1]
    kept = {line["url"] for line in lines(crawls.first / "pages.jsonl")} - {page["url"]}
    assert {line["url"] for line in lines(folder / "pages.jsonl")} == kept


@pytest.mark.parametrize("form", ["plain", "one member"])
def test_files_without_a_member_for_each_record_are_cut_too(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path, form: str
) -> None:
    plain = b"".join(gzip.decompress(path.read_bytes()) for path in _warcs(crawls.first))
    path = tmp_path / ("all.warc" if form == "plain" else "all.warc.gz")
    path.write_bytes(plain if form == "plain" else gzip.compress(plain))
    build(tmp_path / "built", (path,), profile, cuts=Cuts(captures=2))
    known = {line["url"]: line["text_digest"] for line in lines(crawls.first / "pages.jsonl")}
    assert {line["url"]: line["text_digest"] for line in lines(tmp_path / "built/pages.jsonl")} == known


class _StopsAt(Here):
    """Does no job of a step any more."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self._step = step

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Any]]:
        for number, job in enumerate(jobs):
            if isinstance(job, ShardJob) and job.shard.step == self._step:
                raise KeyboardInterrupt
            yield number, job.run(unnoticed)


def test_only_what_was_made_of_something_else_is_made_anew(
    crawls: Crawls, profile: SiteProfile, whole: Path, tmp_path: Path
) -> None:
    shutil.copytree(crawls.first, tmp_path / "copy")
    sources, folder = (tmp_path / "copy", crawls.second), tmp_path / "built"
    with pytest.raises(KeyboardInterrupt):
        build(folder, sources, profile, _StopsAt("settled"))
    touched, harmed = _warcs(tmp_path / "copy")[0], folder / "shards/read/000001/pages.jsonl"
    os.utime(touched, (0, 0))  # as another file of its size would have: it is looked through again, and holds the same
    harmed.write_bytes(harmed.read_bytes()[:-1])
    view = Quiet()
    build(folder, sources, profile, view=view, graph=True)
    (_, files, known, stale), (_, slices, read, changed), settled, _ = view.steps
    assert (files - known, stale) == (1, 1)
    assert (slices - read, changed) == (1, 1)
    assert settled == ("settled", slices, 0, 0)
    assert content(folder) == content(whole)


def test_what_takes_longest_is_begun_first(crawls: Crawls, profile: SiteProfile, tmp_path: Path) -> None:
    begun = dict[str, list[int]]()

    def noted(jobs: list[tuple[int, Job]]) -> Iterator[tuple[int, Job]]:
        for number, job in jobs:
            if isinstance(job, ShardJob):
                shard = cast(Weighed, job.shard)
                begun.setdefault(shard.step, []).append(shard.weight)
            yield number, job

    build(tmp_path / "built", (crawls.first, crawls.second), profile, Here(noted), cuts=Cuts(captures=7))
    assert set(begun) == {"survey", "read", "settled"}
    for weights in begun.values():
        assert weights == sorted(weights, reverse=True)
    assert len(set(begun["read"])) > 1


def test_a_file_that_changes_while_it_is_read_ends_the_build(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path
) -> None:
    path = Path(shutil.copy(_warcs(crawls.first)[0], tmp_path))
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "built", (path,), profile, _StopsAt("read"))
    told = path.stat()
    path.write_bytes(bytes(told.st_size))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    with pytest.raises(DamagedFileError, match="was changed while it was read; let nothing write to it"):
        build(tmp_path / "built", (path,), profile)


def test_a_given_template_is_read_by_at_once(crawls: Crawls, profile: SiteProfile, tmp_path: Path) -> None:
    template = load_template(crawls.first / "template.json")
    build(tmp_path / "built", (crawls.first,), profile, template=template)
    assert content(tmp_path / "built", RECORDS)["articles.jsonl"] == (crawls.first / "articles.jsonl").read_bytes()
    assert (tmp_path / "built/template.json").read_bytes() == (crawls.first / "template.json").read_bytes()


def test_what_a_replay_reads_a_build_reads(crawls: Crawls, profile: SiteProfile, tmp_path: Path) -> None:
    sources = (*_warcs(crawls.first), *_warcs(crawls.second))
    template = load_template(crawls.first / "template.json")
    view = Quiet()
    told = build(tmp_path / "replayed", sources, profile, template=template, replay=True, view=view)
    assert build(tmp_path / "built", sources, profile, template=template) == told
    assert content(tmp_path / "replayed", RECORDS) == content(tmp_path / "built", RECORDS)
    assert [step for step, _, _, _ in view.steps] == ["survey", "read", "close"]


def test_a_replay_leaves_out_what_an_earlier_capture_stands_for(
    crawls: Crawls, profile: SiteProfile, tmp_path: Path
) -> None:
    twice = [Path(shutil.copy(path, tmp_path / f"again-{path.name}")) for path in _warcs(crawls.second)]
    sources = (*_warcs(crawls.second), *twice, *_warcs(crawls.first))
    template = load_template(crawls.first / "template.json")
    view = Quiet()
    with LocalPool(2) as pool:
        told = build(tmp_path / "replayed", sources, profile, pool, template=template, replay=True, view=view)
    assert told["again"] == 16 + 15
    assert len(lines(tmp_path / "replayed/pages.jsonl")) == told["pages"] == 16
    steps = {step: shards for step, shards, _, _ in view.steps}
    assert 0 < steps["settled"] < steps["read"]  # no slice is written again without need
    build(tmp_path / "built", sources, profile, template=template, graph=False)
    assert content(tmp_path / "replayed", RECORDS) == content(tmp_path / "built", RECORDS)
