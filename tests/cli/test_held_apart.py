"""Pages that any of several crawls holds apart stay apart in what is built or replayed of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_crawler.sites.profile_toml import load_profile, save_profile
from tests.cli.built_folders import run
from tests.distributed.build_here import lines
from tests.distributed.written_warcs import write_warcs, written_profile


def _stories(folder: Path) -> dict[str, str]:
    """The id of the story of each address."""
    articles, copies = (lines(folder / name) for name in ("articles.jsonl", "duplicates.jsonl"))
    return {one["url"]: one["id"] for one in articles} | {one["url"]: one["of"] for one in copies}


@pytest.mark.parametrize("command", ["build", "replay"])
def test_a_merge_that_one_crawl_undid_is_not_back(tmp_path: Path, command: str) -> None:
    sources = ("k1", "k4", "../foreign.warc.gz")
    room = tmp_path / "room"
    one, two, _, three = write_warcs(tmp_path / "written", 4)  # the one that is left out is damaged
    for name, file in zip(sources, (one, two, three), strict=True):
        if name.startswith("k"):
            (room / name / "archive").mkdir(parents=True)
            save_profile(written_profile(), room / name / "profile.toml")
            file.rename(room / name / "archive" / file.name)
        else:
            file.rename(room / name)
    run(room, command, *sources, "--out", "merged", "--jobs", "1", "-q")
    ids = {article["id"]: article["url"] for article in lines(room / "merged/articles.jsonl")}
    first, second = [(line["url"], ids[line["of"]]) for line in lines(room / "merged/duplicates.jsonl")][:2]
    assert load_profile(room / "merged/profile.toml") == written_profile()

    for name, pairs in (("k1", [first]), ("k4", [second, first[::-1]])):
        for pair in pairs:
            run(room, "dedup", "undo", f"{name}/profile.toml", *pair)
    done = run(room, command, *sources, "--out", "apart", "--jobs", "1")
    assert "the profile of k4 holds 1 more pair of pages apart ([dedup] apart); this one does, too" in done.stderr
    assert load_profile(room / "apart/profile.toml").dedup.apart == (first, second)
    story = _stories(room / "apart")
    assert all(story[one] != story[other] for one, other in (first, second))
    run(room, "verify", "apart")

    (room / "named.toml").write_text((room / "k1/profile.toml").read_text())
    run(room, command, *sources, "--out", "named", "--profile", "named.toml", "--jobs", "1", "-q")
    assert load_profile(room / "named/profile.toml").dedup.apart == (first,)
