"""The examples of the guide on loading, run as they stand there, on a dataset of a crawl."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from portal_crawler.dataset.build_disk import build_dataset
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.order import Order
from tests.article_lines import article, sentences, write_crawl
from tests.link_lines import link

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "load-the-dataset.md"
_FOLDERS = {"DATASET": Form.HF, "GRAPH": Form.GRAPHML, "SHEETS": Form.CSV}
_BLOCKS = re.findall(r"^```(python|sql|sh)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
_PACKAGES = {"pandas", "polars", "datasets", "networkx", "igraph", "duckdb"}
# What a block uses without importing it: the tool that runs it, and what pandas reads Parquet with.
_OF_LANGUAGE = {"sql": ("duckdb",), "sh": ()}


def _name(block: tuple[str, str]) -> str:
    language, code = block
    imported = [name for name in re.findall(r"(?:import|from) (\w+)", code) if name in _PACKAGES]
    folder = re.search(r"DATASET|GRAPH|SHEETS|CRAWL", code)
    return f"{imported[0] if imported else language}-{folder[0] if folder else 'none'}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyarrow", reason="needs the extra dataset")
    folder = tmp_path_factory.mktemp("examples")
    articles = [article(f"page-{number}", sentences(number)) for number in range(40)]
    links = [link(f"page-{number}", f"page-{number // 2}", editorial=True) for number in range(40)]
    crawl = write_crawl(folder / "CRAWL", [*articles, article("copy", sentences(1), language="zh")], links=links)
    for name, form in _FOLDERS.items():
        build_dataset([crawl], Order(form), folder / name)
    return folder


def test_the_guide_has_an_example_of_every_tool_that_it_names() -> None:
    names = {_name(block) for block in _BLOCKS}
    assert {f"{tool}-DATASET" for tool in ("pandas", "polars", "sql", "datasets", "python")} <= names
    assert {
        "networkx-GRAPH",
        "igraph-GRAPH",
        "pandas-SHEETS",
        "datasets-SHEETS",
        "pandas-CRAWL",
        "sql-CRAWL",
        "sh-CRAWL",
    } <= names


@pytest.mark.parametrize("block", _BLOCKS, ids=_name)
def test_an_example_runs_as_it_stands(folder: Path, block: tuple[str, str]) -> None:
    language, code = block
    needed = [*_OF_LANGUAGE.get(language, ()), *re.findall(r"(?:import|from) (\w+)", code)]
    missing = [name for name in needed if name in _PACKAGES and find_spec(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}, of the extra test")
    if language == "sh" and shutil.which("jq") is None:
        pytest.skip("needs jq")
    done = subprocess.run(
        _command(language, code),
        cwd=folder,
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub"), "HOME": str(folder)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    shown = done.stdout.decode().strip()
    assert shown or "print(" not in code


def _command(language: str, code: str) -> list[str]:
    if language == "sh":
        return ["sh", "-c", code]
    if language == "sql":
        code = f"import duckdb\nrows = duckdb.sql({code.rstrip().rstrip(';')!r}).fetchall()\nassert rows\nprint(rows)\n"
    return [sys.executable, "-c", code]
