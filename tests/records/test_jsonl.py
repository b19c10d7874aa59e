from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import jsonlines
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.errors import DamagedFileError, OutputError, StateError
from portal_crawler.records.jsonl import JsonlFile, RecordsAt, dumps, parse_line, read_lines

_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


@given(st.dictionaries(_TEXT, _TEXT | st.lists(_TEXT, max_size=3), max_size=4))
def test_any_record_becomes_one_clean_line(record: dict[str, object]) -> None:
    line = dumps(record).decode("utf-8")
    assert len(line.splitlines()) <= 1
    for char in json.dumps(json.loads(line), ensure_ascii=False):
        assert not "\x7f" <= char <= "\x9f"
        assert not "\ud800" <= char <= "\udfff"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b", "ab"),
        ("e\u0301", "é"),
        ("\ud83d", ""),
        ("one\r\ntwo\ttab", "one\ntwo\ttab"),
        ("bell\x07 del\x7f nel\x85", "bell del nel"),
        ("\u2028\u2029", "\u2028\u2029"),
        ("\\u0007 in the text itself", "\\u0007 in the text itself"),
        ("© 2004", "© 2004"),
    ],
)
def test_what_a_string_keeps(text: str, kept: str) -> None:
    assert json.loads(dumps({"text": text})) == {"text": kept}


def test_line_separators_are_never_raw_in_a_line() -> None:
    assert dumps({"t": "a\u2028b\u2029"}) == b'{"t":"a\\u2028b\\u2029"}'


def test_what_is_appended_is_read_back_and_by_another_reader_too(tmp_path: Path) -> None:
    output = JsonlFile(tmp_path / "new" / "a.jsonl")
    output.append({"n": 1, "t": "é\u2028"})
    output.append_all([{"n": 2}, {"n": 3}])
    assert output.sync() == (tmp_path / "new" / "a.jsonl").stat().st_size
    output.close()
    found = list(read_lines(output.path))
    assert [(number, record["n"]) for number, _, record in found] == [(1, 1), (2, 2), (3, 3)]
    with RecordsAt(output.path) as records:
        assert records.read(found[1][1]) == {"n": 2}
    with jsonlines.open(output.path) as judge:
        assert [record["n"] for record in judge] == [1, 2, 3]


def test_an_output_is_cut_back_to_its_committed_length(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    output = JsonlFile(path)
    output.append({"n": 1})
    committed = output.sync()
    output.append({"n": 2})
    output.sync()
    output.close()
    path.write_bytes(path.read_bytes() + b'{"n": 3')
    again = JsonlFile(path, committed)
    again.append({"n": 4})
    again.sync()
    again.close()
    assert [record["n"] for _, _, record in read_lines(path)] == [1, 4]


def test_a_file_shorter_than_committed_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    with pytest.raises(StateError, match=r"a\.jsonl.*3 bytes long, but 99 were committed"):
        JsonlFile(path, 99)


@pytest.mark.parametrize("line", [b'{"a": 1', b'{"a": 1}', b"[1]\n", b"nonsense\n"])
def test_a_damaged_line_is_named(line: bytes, tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="line 7"):
        parse_line(line, tmp_path / "a.jsonl", 7)


def test_an_unwritable_folder_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(OutputError, match=r"taken.*permissions"):
        JsonlFile(tmp_path / "taken" / "a.jsonl")


def test_heaps_of_any_size_give_the_same_lines(tmp_path: Path) -> None:
    records = [{"n": number, "text": "x" * number} for number in range(7)]
    written = []
    for at_once in (1, 3, 1_000):
        with closing(JsonlFile(tmp_path / f"{at_once}.jsonl")) as output:
            output.append_all(iter(records), at_once)
            output.sync()
        written.append((tmp_path / f"{at_once}.jsonl").read_bytes())
    assert len(set(written)) == 1
    assert written[0].count(b"\n") == 7


def test_a_field_that_a_record_has_not_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_bytes(b'{"url":"http://h/","kind":"other"}\n{"url":"http://h/a"}\n')
    with pytest.raises(DamagedFileError, match=r"pages\.jsonl, line 2: has no field kind; .*another version") as found:
        [record["kind"] for _, _, record in read_lines(path)]
    assert isinstance(found.value, KeyError)  # for whoever looks for that alone
    record = parse_line(path.read_bytes().splitlines(keepends=True)[1], path, 2)
    assert (record, record.get("kind"), dumps(record)) == ({"url": "http://h/a"}, None, b'{"url":"http://h/a"}')
    with RecordsAt(path) as records, pytest.raises(DamagedFileError, match=r"pages\.jsonl, byte 35: has no field kind"):
        records.read(35)["kind"]
