"""The graph on the disk: the same bytes from the same lines, read by pandas, and never half of one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="needs the extra graph")
pytest.importorskip("scipy", reason="needs the extra graph")
pandas = pytest.importorskip("pandas", reason="a judge of the extra test")

from portal_crawler.errors import DamagedFileError, StateError, UsageError  # noqa: E402
from portal_crawler.graph.build_parquet import build_graph  # noqa: E402
from portal_crawler.graph.graph_json import open_graph, read_ranks_facts  # noqa: E402
from portal_crawler.graph.link_graph import Level  # noqa: E402
from portal_crawler.graph.ranks_parquet import rank_graph, read_ranks  # noqa: E402
from portal_crawler.graph.tables_parquet import read_edges  # noqa: E402
from tests.graph.test_link_graph import LINKS, PAGES  # noqa: E402
from tests.link_lines import link, page, url, write_crawl  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_order_of_lines_plays_no_part(tmp_path: Path) -> None:
    seen = set()
    rng = random.Random(6)
    crawl = tmp_path / "c"
    links = [*LINKS, link("a", "b", target_url="https://www.portal.test/b"), link("c", "b")]
    for _ in range(8):
        rng.shuffle(links)
        write_crawl(crawl, links, rng.sample(PAGES, len(PAGES)))
        seen.add(tuple(contents(build_graph([crawl], crawl / "graph").path).items()))
    assert len(seen) == 1


def test_two_crawls_are_one_of_both(tmp_path: Path) -> None:
    first, second = write_crawl(tmp_path / "a", LINKS[:3], PAGES[:2]), write_crawl(tmp_path / "b", LINKS[3:], PAGES[2:])
    whole = build_graph([write_crawl(tmp_path / "c", LINKS, PAGES)], tmp_path / "one").path
    both = build_graph([second, first], tmp_path / "two").path
    differing = {name for name, content in contents(both).items() if content != contents(whole)[name]}
    assert differing == {"graph.json"}  # it names the crawls
    assert open_graph(both).facts["crawls"] == ["../a", "../b"]


def test_pandas_reads_the_tables(tmp_path: Path) -> None:
    folder = build_graph([write_crawl(tmp_path, LINKS, PAGES)], tmp_path / "graph").path
    pages, edges = pandas.read_parquet(folder / "pages.parquet"), pandas.read_parquet(folder / "page_edges.parquet")
    assert pages["url"].tolist() == [url("//other.test/x"), url("index"), url("news/a"), url("news/b")]
    assert pages["status"].fillna(0).tolist() == [0, 301, 200, 200]
    named = edges.merge(pages, left_on="source", right_on="id").groupby("url")["total"].sum()
    assert named.to_dict() == {url("index"): 2, url("news/a"): 3, url("news/b"): 3}
    hosts = pandas.read_parquet(folder / "hosts.parquet")
    assert hosts[["name", "pages"]].to_numpy().tolist() == [["other.test", 1], ["www.portal.test", 3]]


def test_a_graph_comes_back_as_it_was_written(tmp_path: Path) -> None:
    graph = build_graph([write_crawl(tmp_path, LINKS, PAGES)], tmp_path / "graph")
    edges = read_edges(graph.path, Level.HOST)
    assert edges.counts.tolist() == [[1, 7], [1, 2], [1, 2], [0, 2], [0, 1]]
    assert graph.facts["levels"]["page"] == {
        "nodes": 4, "edges": 6, "editorial_edges": 3, "links": 8, "editorial_links": 3, "nofollow_links": 3,
    }  # fmt: skip


@pytest.mark.parametrize("links", [[], [link("a", "b", "navigation")]], ids=["empty", "no editorial link"])
def test_a_poor_crawl_is_built_and_ranked(tmp_path: Path, links: list[dict[str, Any]]) -> None:
    graph = build_graph([write_crawl(tmp_path, links)], tmp_path / "graph")
    facts = rank_graph(graph)
    assert facts == read_ranks_facts(graph)
    assert facts["levels"]["page"]["editorial"]["edges"] == 0
    ranks = read_ranks(graph, Level.PAGE)
    assert sum(ranks["pagerank_editorial"]) == pytest.approx(1 if links else 0)


def test_a_graph_made_again_has_no_old_ranks(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path, LINKS)
    graph = build_graph([crawl], tmp_path / "graph")
    rank_graph(graph)
    with pytest.raises(UsageError, match=r"is not ranked yet; rank it with: portal-crawler graph rank"):
        read_ranks_facts(build_graph([crawl], tmp_path / "graph"))


def test_the_same_graph_has_the_same_ranks(tmp_path: Path) -> None:
    graph = build_graph([write_crawl(tmp_path, LINKS, PAGES)], tmp_path / "graph")
    rank_graph(graph)
    before = contents(graph.ranks)
    rank_graph(graph)
    assert contents(graph.ranks) == before


def test_a_folder_of_something_else_stays(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "c", LINKS)
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("keep me")
    with pytest.raises(UsageError, match="holds something else"):
        build_graph([crawl], other)
    assert contents(other) == {"letter.txt": b"keep me"}


def test_damage_leaves_the_old_graph(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path, LINKS)
    before = contents(build_graph([crawl], tmp_path / "graph").path)
    with (crawl / "links.jsonl").open("a") as file:
        file.write("{")
    with pytest.raises(DamagedFileError, match="cut off"):
        build_graph([crawl], tmp_path / "graph")
    assert contents(tmp_path / "graph") == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    graph = build_graph([write_crawl(tmp_path, LINKS)], tmp_path / "graph")
    table = graph.path / "host_edges.parquet"
    table.write_bytes(table.read_bytes()[:50])
    with pytest.raises(DamagedFileError, match=r"host_edges\.parquet: is no whole Parquet file .*graph build"):
        rank_graph(graph)


def test_a_graph_of_another_version_is_named(tmp_path: Path) -> None:
    graph = build_graph([write_crawl(tmp_path, LINKS)], tmp_path / "graph")
    facts = graph.path / "graph.json"
    facts.write_text(facts.read_text().replace('"format_version": "1"', '"format_version": "9"'))
    with pytest.raises(StateError, match="is a graph of format 9, not 1; make it again"):
        open_graph(tmp_path)


_REBUILDER = """
import itertools, sys
from pathlib import Path
from portal_crawler.graph.build_parquet import build_graph
crawls, folder = [Path(one) for one in sys.argv[1:3]], Path(sys.argv[3])
print("ready", flush=True)
for crawl in itertools.cycle(crawls):
    build_graph([crawl], folder)
"""


def test_a_kill_leaves_the_old_graph_or_the_new_one(tmp_path: Path) -> None:
    crawls = [write_crawl(tmp_path / "a", LINKS), write_crawl(tmp_path / "b", [link("x", "y")], [page("z")])]
    whole = [contents(build_graph([crawl], tmp_path / "graph").path) for crawl in crawls]
    rng, found = random.Random(6), []
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", _REBUILDER, *map(str, crawls), str(tmp_path / "graph")],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found.append(contents(tmp_path / "graph"))
    assert [one for one in found if one not in whole] == []
    assert contents(build_graph([crawls[0]], tmp_path / "graph").path) == whole[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "graph"]
