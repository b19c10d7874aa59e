"""The reference names every file of a graph and every column of its tables."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="needs the extra graph")
parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra graph")

from portal_crawler.graph.build_parquet import build_graph  # noqa: E402
from portal_crawler.graph.ranks_parquet import rank_graph  # noqa: E402
from tests.graph.test_link_graph import LINKS, PAGES  # noqa: E402
from tests.link_lines import write_crawl  # noqa: E402

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "files.md"


def test_the_reference_names_every_file_and_column(tmp_path: Path) -> None:
    graph = build_graph([write_crawl(tmp_path, LINKS, PAGES)], tmp_path / "graph")
    rank_graph(graph)
    text = REFERENCE.read_text(encoding="utf-8").partition("## graph")[2]
    files = [path for path in graph.path.rglob("*") if path.is_file()]
    assert len(files) == 14
    names = [path.relative_to(graph.path).as_posix() for path in files]
    names += [name for path in files if path.suffix == ".parquet" for name in parquet.read_schema(path).names]
    assert [name for name in names if f"`{name}`" not in text] == []
