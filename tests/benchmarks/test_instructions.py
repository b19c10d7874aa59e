"""The gate on CPU instructions: it counts the work itself, and fails where the count is exceeded."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from instructions import COUNTS, PARTS, exceeded, main, stored, version, written

needs_valgrind = pytest.mark.skipif(
    shutil.which("valgrind") is None, reason="valgrind is not installed (Debian's package valgrind)"
)


def test_counts_are_stored_for_every_part() -> None:
    assert set(stored(COUNTS, 40)) == set(PARTS) or version() != "3.11"
    assert all(count > 1_000 for count in stored(COUNTS, 40).values())


def test_a_count_beyond_the_tolerance_and_one_that_is_not_stored_are_named() -> None:
    assert exceeded({"read": 105, "keep": 10}, {"read": 100, "keep": 10}) == []
    assert exceeded({"read": 106, "keep": 10}, {"read": 100, "keep": 10}) == [
        "read: 106 thousand a page, 6.0% above the stored 100"
    ]
    assert exceeded({"keep": 10}, {}) == [f"keep: nothing is stored for Python {version()}; store it with --update"]


def test_counts_of_other_versions_of_python_stay(tmp_path: Path) -> None:
    file = tmp_path / "counts.toml"
    file.write_text('["python-3.99".pages-40]\nread = 7\n', encoding="utf-8")
    written(file, 40, {"read": 8, "keep": 9})
    written(file, 2, {"read": 1})
    assert stored(file, 40) == {"read": 8, "keep": 9}
    assert stored(file, 2) == {"read": 1}
    assert "read = 7" in file.read_text(encoding="utf-8")


@needs_valgrind
def test_the_gate_fails_where_a_page_takes_more_instructions_than_are_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = tmp_path / "counts.toml"
    written(counts, 1, {"keep": 1_000})  # a hundredth of what a page takes, and more than none
    arguments = ["instructions.py", "--pages", "1", "--parts", "keep", "--counts", str(counts)]
    monkeypatch.setattr(sys, "argv", arguments)
    assert main() == 1
    assert "above the stored 1,000" in capsys.readouterr().err


def test_the_gate_is_a_command_of_its_own() -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "speed" / "instructions.py"
    done = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, check=True)
    assert "--update" in done.stdout
