from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.sites.profile import Dedup
from portal_crawler.sites.profile_toml import load_profile, save_profile
from tests.dedup.near_stories import rates, stories, text
from tests.records.test_near_stories import FULL, TOLD, settled
from tests.story_readings import PROFILE as PROFILE_OF_STORIES
from tests.story_readings import WWW, story

Run = Callable[..., "subprocess.CompletedProcess[str]"]
CUT = f"{WWW}/b/two.asp"
PROFILE = f"""# the valley's portal
name = "valley"
seeds = ["{WWW}/"]  # its home page

[scope]
hosts = ["www.portal.test"]
"""


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    folder = tmp_path / "crawl"
    folder.mkdir()
    cut = story(CUT, text([*TOLD[0][:2], TOLD[0][2] + " It cost 14 million."]), title="Another headline")
    settled(folder, [story(FULL, text(TOLD[0]), title="Title"), cut])
    return folder


def _records(articles: list[tuple[str, str]]) -> str:
    return "".join(json.dumps({"id": name, "url": "", "title": "", "text": one}) + "\n" for name, one in articles)


def _lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_batch_has_one_line_a_record_in_their_order(portal_crawler: Run, tmp_path: Path) -> None:
    told, (rate, sibling) = stories(2), rates(2)
    given = [
        ("whole", text(told[0])),
        ("cut", text(told[0][:3])),
        ("rate", rate),
        ("other", text(told[1])),
        ("sibling", sibling),
    ]
    (tmp_path / "records.jsonl").write_text(_records(given).rstrip("\n"))
    done = portal_crawler("dedup", "--batch", "records.jsonl")
    lines = _lines(done)
    assert [line["id"] for line in lines] == [name for name, _ in given]
    assert [(line["duplicate_of"], line["kind"]) for line in lines] == [
        (None, None), ("whole", "truncated_of"), (None, None), (None, None), (None, "template_sibling"),
    ]  # fmt: skip
    assert lines[0] == {"id": "whole", "duplicate_of": None, "kind": None, "similarity": None, "reason": None}
    assert lines[1]["similarity"] == 1.0
    assert lines[4]["reason"].startswith("as rate, but a story of its own: its numbers are others: ")
    assert done.stderr == "5 articles: 3 new, 1 truncated of, 1 template sibling\n"


def test_a_batch_in_a_pipe_is_read_as_on_stdin(portal_crawler: Run) -> None:
    records = json.dumps({"id": "a", "url": FULL, "title": "Title", "text": text(TOLD[0])}).encode() + b"\n"
    piped = portal_crawler("dedup", "--batch", "/dev/stdin", stdin=records)
    assert piped.returncode == 0, piped.stderr
    assert piped.stdout == portal_crawler("dedup", "--batch", "-", stdin=records).stdout


def test_addresses_tell_what_kind_of_a_copy_a_record_is(portal_crawler: Run) -> None:
    told = text(TOLD[0])
    urls = {
        "mirror": "http://mirror.portal.test/a/one.htm",
        "print": f"{WWW}/print/one.htm",
        "url_variant": f"{FULL}?from=rss",
        "exact": f"{WWW}/b/other.htm",
    }
    records = [{"id": "story", "url": FULL, "title": "Title", "text": told + " And it was so."}]
    records += [{"id": kind, "url": url, "title": "Title", "text": told} for kind, url in urls.items()]
    given = ["".join(json.dumps(record) + "\n" for record in some).encode() for some in (records[:1], records[1:])]
    options = ("dedup", "--index", "near.sqlite", "--batch", "-")
    assert _lines(portal_crawler(*options, stdin=given[0]))[0]["kind"] is None
    lines = _lines(portal_crawler(*options, stdin=given[1]))
    assert {line["duplicate_of"] for line in lines} == {"story"}
    assert [line["kind"] for line in lines] == ["mirror", "print", "url_variant", lines[3]["kind"]]
    assert lines[3]["kind"] in {"near", "revision_of", "truncated_of"}


def test_batches_with_an_index_are_as_one_batch(portal_crawler: Run) -> None:
    told = stories(3)
    first, second = [("1", text(told[0])), ("2", text(told[1]))], [("3", text(told[0][:3])), ("4", text(told[2]))]
    whole = _lines(portal_crawler("dedup", "--batch", "-", stdin=_records(first + second).encode()))
    options = ("dedup", "--index", "near.sqlite", "--batch", "-")
    parts = [_lines(portal_crawler(*options, stdin=_records(part).encode())) for part in (first, second, first)]
    assert parts[0] + parts[1] == whole
    assert parts[2] == parts[0]


def test_an_index_in_a_folder_that_is_not_there_is_told(portal_crawler: Run, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text(_records([("a", "one text")]))
    done = portal_crawler("dedup", "--batch", "records.jsonl", "--index", "no/such.sqlite")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no/such.sqlite: there is no folder no; make it, or name another file" in done.stderr


def test_an_id_that_is_a_number_comes_back_as_one(portal_crawler: Run, tmp_path: Path) -> None:
    one = text(stories(1)[0])
    (tmp_path / "records.jsonl").write_text("".join(json.dumps({"id": id_, "text": one}) + "\n" for id_ in (7, "b", 8)))
    lines = _lines(portal_crawler("dedup", "--batch", "records.jsonl"))
    assert [line["id"] for line in lines] == [7, "b", 8]
    assert [line["duplicate_of"] for line in lines] == [None, 7, 7]


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        (b'{"id": "1"}\n', "line 1: has no text; write"),
        (b'{"id": "1", "text": "a b"}\n\n{"id": "1", "text": "c d"}', "line 3: 1 comes twice with different texts"),
        (b'{"text": "a"}', "line 1: has no id"),
        (b'{"id": 1, "text": 5}', "line 1: text is no text; write"),
        (b'{"id": 1, "text": "a", "title": ["b"]}', "line 1: title is no text; write"),
        (b'{"id": 1, "text": "a", "url": 7}', "line 1: url is no text; write"),
        (b'{"id": true, "text": "a"}', "line 1: id is no text; write"),
        (b"[1]", "line 1: is not a JSON object"),
    ],
)
def test_a_damaged_batch_is_told_by_its_line(portal_crawler: Run, records: bytes, problem: str) -> None:
    done = portal_crawler("dedup", "--batch", "-", stdin=records)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr


def test_what_is_missing_is_told(portal_crawler: Run) -> None:
    assert "give --batch RECORDS" in portal_crawler("dedup").stderr
    assert "there is no such file" in portal_crawler("dedup", "--batch", "none.jsonl").stderr


@pytest.mark.parametrize("option", ["--batch", "--index"])
def test_options_for_records_are_refused_beside_a_command(portal_crawler: Run, crawl: Path, option: str) -> None:
    done = portal_crawler("dedup", option, "records.jsonl", "clusters", str(crawl))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option}: is for records, and changes nothing of dedup clusters" in done.stderr


def test_two_stories_are_shown_side_by_side(portal_crawler: Run, crawl: Path) -> None:
    done = portal_crawler("dedup", "explain", str(crawl), CUT, FULL)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == [f"A  {CUT}  Another headline", f"B  {FULL}  Title"]
    assert lines[2].startswith("one story in the dataset: A is not kept: truncated_of, similarity ")
    assert lines[3].startswith("texts of one story, truncated_of, similarity ")
    assert "  numbers in A alone: cost 14" in lines
    assert "  2 paragraphs are the same in both; [-in A alone-], {+in B alone+}:" in lines
    assert any("[-It cost 14 million.-]" in line for line in lines)
    assert sum(line.startswith("    {+") for line in lines) == 3


def test_two_stories_compared_as_an_object(portal_crawler: Run, crawl: Path) -> None:
    (found,) = _lines(portal_crawler("dedup", "explain", "--json", str(crawl), FULL, CUT))
    assert (found["one"]["url"], found["other"]["url"]) == (FULL, CUT)
    assert (found["kind"], found["one_story"]) == ("truncated_of", True)
    assert found["numbers"]["other"] == ["cost 14"]
    assert found["evidence"]["shared"] >= found["evidence"]["rare"][2] > 4
    (apart,) = _lines(portal_crawler("dedup", "explain", "--json", str(crawl), FULL, f"{WWW}/other/3.htm"))
    assert (apart["kind"], apart["one_story"], apart["similarity"]) == (None, False, None)
    assert "is no story of" in portal_crawler("dedup", "explain", str(crawl), FULL, "http://x.test/").stderr


def test_what_the_dataset_says_is_told_where_the_texts_say_otherwise(portal_crawler: Run, tmp_path: Path) -> None:
    """Two stories that the profile holds apart, and one on two pages, whose article has an id of its own."""
    parts = [f"{WWW}/c/7000.htm", f"{WWW}/c/7000_2.htm"]
    told = [text(TOLD[0]), text(TOLD[0][:4]), text(stories(1, seed=5)[0]), text(stories(1, seed=6)[0])]
    pages = [story(FULL, told[0], title="Title"), story(CUT, told[1], title="Title")]
    pages += [
        story(url, one, title="Long tale", pager=parts, part=number)
        for number, (url, one) in enumerate(zip(parts, told[2:], strict=True), start=1)
    ]
    profile = PROFILE_OF_STORIES.model_copy(update={"dedup": Dedup(apart=((CUT, FULL),))})
    articles, duplicates = settled(tmp_path, pages, profile)
    save_profile(profile, tmp_path / "profile.toml")
    lines = portal_crawler("dedup", "explain", str(tmp_path), FULL, CUT).stdout.splitlines()
    assert lines[2] == "two stories in the dataset; [dedup] apart of the profile holds these two apart"
    assert lines[3].startswith("texts of one story, truncated_of")
    lines = portal_crawler("dedup", "explain", str(tmp_path), *parts).stdout.splitlines()
    assert lines[2].startswith("one story in the dataset: B is not kept: part, similarity 1: part 2 of 2")
    assert lines[3].startswith("texts of two stories: ")
    joined, part = articles[parts[0]]["id"], duplicates[parts[1]]["id"]
    (found,) = _lines(portal_crawler("dedup", "explain", "--json", str(tmp_path), joined, part))
    assert (found["one"]["id"], found["other"]["id"]) == (joined, part)
    assert (found["dataset"]["one_story"], found["dataset"]["other"]["of"]) == (True, joined)
    assert found["evidence"]["shared"] == found["evidence"]["shorter"]


def test_stories_with_copies_are_listed(portal_crawler: Run, crawl: Path) -> None:
    done = portal_crawler("dedup", "clusters", str(crawl))
    assert done.stdout.splitlines()[0] == f"1  {FULL}  Title"
    assert done.stdout.splitlines()[1].split() == ["truncated_of", done.stdout.splitlines()[1].split()[1], CUT]
    (line,) = _lines(portal_crawler("dedup", "clusters", "--json", "--kind", "truncated_of", str(crawl)))
    assert [copy["url"] for copy in line["copies"]] == [CUT]
    assert portal_crawler("dedup", "clusters", "--kind", "print", str(crawl)).stdout == ""
    misspelt = portal_crawler("dedup", "clusters", "--kind", "prnt", str(crawl))
    assert misspelt.returncode == 2
    assert "'prnt' is not one of 'exact', 'near'" in misspelt.stderr


def test_a_merge_is_undone_by_a_rule_in_the_profile(portal_crawler: Run, tmp_path: Path) -> None:
    path = tmp_path / "valley.toml"
    path.write_text(PROFILE)
    for one, other in ((FULL, CUT), (CUT, FULL), (FULL, f"{WWW}/x")):
        done = portal_crawler("dedup", "undo", "valley.toml", one, other)
        assert done.returncode == 0, done.stderr
    assert load_profile(path).dedup.apart == ((FULL, f"{WWW}/x"), (FULL, CUT))
    assert path.read_text().startswith(PROFILE)
    assert "is no address" in portal_crawler("dedup", "undo", "valley.toml", FULL, "two.asp").stderr
    same = portal_crawler("dedup", "undo", "valley.toml", FULL, f"{FULL}#top")
    assert (same.returncode, "is the same page as the first address" in same.stderr) == (2, True)
    assert len(load_profile(path).dedup.apart) == 2


def test_a_rule_is_added_to_a_profile_as_a_crawl_writes_it(portal_crawler: Run, tmp_path: Path) -> None:
    """It names every key, the empty list too."""
    path = tmp_path / "valley.toml"
    save_profile(PROFILE_OF_STORIES, path)
    for expected in (((FULL, CUT),), ((FULL, f"{WWW}/x"), (FULL, CUT))):
        done = portal_crawler("dedup", "undo", "valley.toml", *expected[0])
        assert done.returncode == 0, done.stderr
        assert load_profile(path).dedup.apart == expected
    assert load_profile(path) == PROFILE_OF_STORIES.model_copy(
        update={"dedup": PROFILE_OF_STORIES.dedup.model_copy(update={"apart": ((FULL, f"{WWW}/x"), (FULL, CUT))})}
    )


def test_a_profile_that_cannot_be_added_to_stays_as_it_is(portal_crawler: Run, tmp_path: Path) -> None:
    path = tmp_path / "valley.toml"
    text_of = PROFILE.replace('name = "valley"', 'name = "valley"\ndedup = { near = 0.9 }')
    path.write_text(text_of)
    done = portal_crawler("dedup", "undo", "valley.toml", FULL, CUT)
    assert done.returncode == 2
    assert f'add ["{FULL}", "{CUT}"] to apart in [dedup] by hand' in done.stderr
    assert path.read_text() == text_of
