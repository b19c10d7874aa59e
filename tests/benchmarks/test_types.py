"""Benchmarks are run by hand, and seldom: types show what no longer fits the package, or each other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted({path.parent for path in (ROOT / "benchmarks").rglob("*.py")})
# What a file puts on its path: the folder of another benchmark, by its name.
_BESIDE = re.compile(r'sys\.path.*"(\w+)"\)')


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.relative_to(ROOT / "benchmarks").as_posix())
def test_the_benchmarks_of_a_folder_have_no_wrong_type(folder: Path) -> None:
    files = sorted(folder.glob("*.py"))
    beside = {name for file in files for name in _BESIDE.findall(file.read_text(encoding="utf-8"))}
    paths = [ROOT, *(ROOT / "benchmarks" / name for name in sorted(beside))]
    # A folder at a time, from within it: several have a module of one name.
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", "--allow-subclassing-any",
         "--cache-dir", ROOT / ".mypy_cache", *(file.name for file in files)],
        cwd=folder,
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, paths))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
