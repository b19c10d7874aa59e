"""The parts of a takedown: what a copy is, whose a sentence is, where records move to, which crawls are tied."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.dedup.text_hash import text_digest
from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.tombstone import Tombstone, Withdrawn, packed_sketch, tombstone_of
from portal_crawler.records.tombstones_jsonl import add_lines, lines_of, read_tombstones, withdrawn_for
from portal_crawler.takedown.chain import chain_of
from portal_crawler.takedown.quotes import holds, own_sentences, page_text
from portal_crawler.takedown.warc_cut import WarcCut
from tests.takedown.story_portal import CHINESE, FERRY, FIRST

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
REPORT = "On day {n} the gauge at the lower lock showed {n} centimetres, {m} more than the day before, and rain fell."
CALM = "The keeper expects no change before the weekend; boats of any draught may pass in both directions until dusk."


def stone(*texts: str) -> Tombstone:
    return Tombstone(
        url="http://h/a",
        url_keys=("h)/a",),
        ts=NOW,
        reason="asked for",
        text_digests=tuple(map(text_digest, texts)),
        sketches=tuple(map(packed_sketch, texts)),
    )


@pytest.mark.parametrize(
    ("other", "is_copy"),
    [
        ("\n\n".join(FERRY), True),
        ("\n\n".join(FERRY).upper(), True),
        ("\n\n".join((*FERRY, CALM)), True),
        ("\n\n".join(FERRY[:3]), True),
        ("\n\n".join(FERRY[:1]), False),
        ("\n\n".join(FERRY).replace("214", "215"), False),
        ("\n\n".join(FIRST), False),
        ("Short.", False),
    ],
    ids=["same", "same in capitals", "longer", "shorter", "a passage", "another number", "another story", "short"],
)
def test_a_near_copy_is_known_and_no_other_story_is(other: str, is_copy: bool) -> None:
    withdrawn = Withdrawn([stone("\n\n".join(FERRY))])
    assert bool(withdrawn.of_text(other, text_digest(other))) is is_copy


def test_reports_of_one_template_are_no_copies_of_each_other() -> None:
    texts = [f"{REPORT.format(n=number, m=number - 3)} {CALM} {CALM}" for number in range(100, 110)]
    withdrawn = Withdrawn([stone(texts[0])])
    assert [text for text in texts if withdrawn.of_text(text, text_digest(text))] == texts[:1]


def test_a_tombstone_holds_no_word_and_reads_back_as_it_was(tmp_path: Path) -> None:
    one = stone("\n\n".join(FERRY), "".join(CHINESE))
    path = tmp_path / "takedowns.jsonl"
    path.write_bytes(lines_of([one]))
    assert read_tombstones(path) == (one,)
    assert not any(word.encode() in path.read_bytes() for word in ("ferry", "Linhe", "harbour", CHINESE[0][:2]))


@pytest.mark.parametrize("line", [b"{}\n", b'{"ts": "Monday"}\n', b"no JSON\n", b'{"url": "cut'])
def test_a_damaged_tombstone_stops_what_would_pass_over_it(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "takedowns.jsonl").write_bytes(lines_of([stone("\n".join(FERRY))]) + line)
    with pytest.raises(DamagedFileError, match=r"takedowns\.jsonl, line 2"):
        withdrawn_for(tmp_path)


def test_lines_are_added_once(tmp_path: Path) -> None:
    path = tmp_path / "data/takedowns.jsonl"
    one, two = (lines_of([stone(text)]) for text in ("\n".join(FERRY), "\n".join(FIRST)))
    for added in ([one], [one, two], [two]):
        add_lines(path, added)
    assert [record for _, _, record in read_lines(path)] == [json.loads(one), json.loads(two)]
    with pytest.raises(ValueError, match="no tombstone"):
        tombstone_of({"url": "http://h/"})


def test_a_sentence_is_found_however_a_page_sets_it() -> None:
    own = own_sentences(["\n\n".join((*FERRY, "".join(CHINESE)))])
    assert len(own) == len(FERRY) + len(CHINESE)
    for page in (
        f"<p>{FERRY[0][:40]}<b>{FERRY[0][40:50]}</b>{FERRY[0][50:]}</p>",
        f"<description>&lt;p&gt;{FERRY[0]}&lt;/p&gt;</description>",
        f"<meta name=description content='{FERRY[0]}'>",
        f"<!-- {FERRY[0]} -->",
        f"<script>{json.dumps({'lead': FERRY[1]})}</script>",
        f"<td>{CHINESE[0][:10]}\n{CHINESE[0][10:]}</td>",
    ):
        assert sum(one in page_text(page) for one in own) == 1, page
    assert not any(one in page_text(f"<p>{FIRST[0]}</p>") for one in own)


def test_an_anchor_is_known_by_a_long_part_of_a_sentence() -> None:
    own = own_sentences(FERRY)
    assert holds(FERRY[0], own)
    assert holds(FERRY[0][:60] + "…", own)
    assert not holds("The last ferry", own)


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=12), st.data())
def test_what_stays_of_an_archive_is_found_at_its_new_place(blocks: list[bytes], data: st.DataObject) -> None:
    members = [gzip.compress(block, mtime=0) for block in blocks]
    gone = data.draw(st.sets(st.integers(0, len(blocks) - 1)))
    offsets = [sum(map(len, members[:number])) for number in range(len(members))]
    cut = WarcCut((offsets[number], len(members[number])) for number in gone)
    kept = b"".join(member for number, member in enumerate(members) if number not in gone)
    for number, offset in enumerate(offsets):
        moved = cut.moved(offset)
        assert (moved is None) is (number in gone)
        if moved is not None:
            assert kept[moved:].startswith(members[number])
    assert cut.bytes == sum(map(len, members)) - len(kept)


def crawl_json(folder: Path, **told: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "crawl.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def test_crawls_that_hold_each_others_bytes_are_found_and_come_in_their_order(tmp_path: Path) -> None:
    names = ("c", "b", "a", "read", "other")
    told: dict[str, dict[str, object]] = {"c": {"since": "../b"}, "b": {"since": "../a"}, "read": {"from": ["../c"]}}
    folders = {name: crawl_json(tmp_path / name, **told.get(name, {})) for name in names}
    for named in ("a", "b", "c", "read"):
        found = chain_of([folders[named]], [tmp_path])
        assert [one.name for one in found] == ["a", "b", "c", "read"]
    assert [one.name for one in chain_of([folders["other"]], [tmp_path])] == ["other"]


def test_a_folder_that_was_read_from_a_file_cannot_be_changed_with_it(tmp_path: Path) -> None:
    from portal_crawler.takedown.chain import sources_of

    (tmp_path / "old.warc.gz").write_bytes(b"")
    folder = crawl_json(tmp_path / "crawl", **{"from": "../old.warc.gz"})
    with pytest.raises(UsageError, match="which is a file of its own"):
        sources_of(folder)
