"""The Dockerfile, as far as it can be held against the repository without a builder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"(?m)^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8")).replace("\\\n", " ")
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a file from the builder; the last line that matches decides."""
    keep = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").strip()
        above = [path, *map(str, Path(path).parents)]
        if pattern and not line.startswith("#") and any(fnmatch(one, pattern.removeprefix("**/")) for one in above):
            keep = line.startswith("!")
    return not keep


def test_everything_that_is_copied_is_there_and_goes_to_the_builder() -> None:
    copied = [words.split()[:-1] for name, words in instructions() if name == "COPY" and "--from" not in words]
    sources = [one for many in copied for one in many]
    assert {"portal_crawler", "spiders", "pipelines", "pyproject.toml", "requirements.lock"} <= set(sources)
    assert [one for one in sources if not (ROOT / one).exists() or ignored(one)] == []


def test_all_that_setuptools_reads_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    sources = " ".join(words for name, words in instructions() if name == "COPY").split()
    packages = [one.removesuffix("*") for one in project["tool"]["setuptools"]["packages"]["find"]["include"]]
    assert [
        one
        for one in (*packages, project["project"]["readme"], *project["project"]["license-files"])
        if one not in sources
    ] == []


@pytest.mark.parametrize("path", [".git/config", "data/crawls/x/a.jsonl", ".venv/bin/python", "docs/README.md"])
def test_what_is_not_copied_does_not_go_to_the_builder(path: str) -> None:
    assert ignored(path)


def test_the_image_runs_the_projects_command_as_a_user_without_rights() -> None:
    last = dict(instructions())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert json.loads(last["ENTRYPOINT"]) == list(project["project"]["scripts"])
    assert last["USER"] not in {"root", "0"}
    assert not re.search(r"latest\b", last["ARG"])


def test_the_base_has_a_python_that_the_project_takes() -> None:
    base = re.search(r"PYTHON=python:(\d+)\.(\d+)-", DOCKERFILE.read_text(encoding="utf-8"))
    assert base is not None
    assert (3, 11) <= (int(base[1]), int(base[2])) < (3, 15)


def test_hadolint_has_nothing_to_say_against_it() -> None:
    if shutil.which("hadolint") is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run(["hadolint", str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
