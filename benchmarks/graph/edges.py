"""5,000,000 edges: JSONL to Parquet with the graphs of sections, hosts and domains, and PageRank; igraph beside it.

    python benchmarks/graph/edges.py [--edges 5000000] [--pages 1000000] [--seed 6] [--networkx] [--ranks] [--keep DIR]

Makes a seeded graph as `links.jsonl` would have it (one occurrence for each edge, a tenth of them editorial), then
runs each step in a process of its own. CPU is user + system, memory the peak resident size. Exits 1 where the build and
our PageRank together take more than 60 s of CPU, either more than 1.5 GB, or a rank differs from igraph's by more than
1e-6, absolute or, of the rank, relative. `--ranks` runs `graph rank` too: all ranks of all levels. `--harmonic` holds
the estimate of harmonic centrality against the exact values (for small graphs: --edges 100000 --pages 20000).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

_CPU, _MEMORY, _DIFFERENCE = 60.0, 1.5e9, 1e-6
_LINKS_OF_A_PAGE = 20
_HOSTS = 2_000
_ROLES = np.array(["body", "related", "navigation", "header", "footer", "other"])
_SHARES = (0.10, 0.15, 0.45, 0.10, 0.10, 0.10)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, default=5_000_000)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--networkx", action="store_true", help="let networkx rank it too (17.8 s, gigabytes)")
    parser.add_argument("--ranks", action="store_true", help="all ranks of all levels too")
    parser.add_argument("--harmonic", action="store_true", help="the estimate of harmonic centrality, and its error")
    parser.add_argument("--keep", type=Path, help="folder to work in, kept afterwards")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        crawl = options.keep or Path(temporary)
        crawl.mkdir(exist_ok=True)
        return measured(crawl, options)


def measured(crawl: Path, options: argparse.Namespace) -> int:
    if not (crawl / "links.jsonl").exists():
        apart("made", make, crawl, options.pages, options.edges, options.seed)
    size = (crawl / "links.jsonl").stat().st_size
    print(f"{options.edges:,} edges, {options.pages:,} pages, links.jsonl {size / 1e6:,.0f} MB, seed {options.seed}")
    build = apart("JSONL to Parquet, all levels", build_it, crawl)
    sizes = {path.name: path.stat().st_size for path in (crawl / "graph").glob("*.parquet")}
    print(
        f"  Parquet {sum(sizes.values()) / 1e6:,.0f} MB, of which page_edges {sizes['page_edges.parquet'] / 1e6:,.0f}"
    )
    ours = apart("PageRank of pages", rank_ours, crawl)
    theirs = apart("PageRank of pages, igraph", rank_igraph, crawl)
    others = [apart("PageRank of pages, networkx", rank_networkx, crawl)] if options.networkx else []
    cpu, memory = build["cpu"] + ours["cpu"], max(build["memory"], ours["memory"])
    print(f"together {cpu:.1f} s of CPU (mark {_CPU:.0f}), at most {memory / 1e6:,.0f} MB (mark {_MEMORY / 1e6:,.0f})")
    failed = cpu > _CPU or memory > _MEMORY
    for name, other in [("igraph", theirs), *(("networkx", one) for one in others)]:
        absolute, relative = apart_by(crawl, ours["file"], other["file"])
        print(f"furthest from {name}: {absolute:.1e} absolute, {relative:.1e} of the rank (mark {_DIFFERENCE})")
        failed |= name == "igraph" and max(absolute, relative) > _DIFFERENCE
    if options.ranks:
        apart("all ranks, all levels", rank_all, crawl)
        levels = json.loads((crawl / "graph" / "ranks" / "ranks.json").read_bytes())["levels"]
        for kind in ("all", "editorial"):
            print(f"  pages, {kind}: {levels['page'][kind]}")
    if options.harmonic:
        apart("harmonic centrality of pages, exact and estimated", compare_harmonic, crawl)
    return int(failed)


def apart(name: str, step: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Run a step in a process of its own; prints and gives its CPU in seconds and its memory in bytes."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(sender, step, arguments))
    process.start()
    told: dict[str, Any] = receiver.recv()
    process.join()
    print(f"{name}: {told['cpu']:.1f} s of CPU ({told['wall']:.1f} s), {told['memory'] / 1e6:,.0f} MB", flush=True)
    return told


def child(sender: Any, step: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    began = time.perf_counter()
    file = step(*arguments)
    used = resource.getrusage(resource.RUSAGE_SELF)
    sender.send({
        "cpu": used.ru_utime + used.ru_stime, "wall": time.perf_counter() - began, "memory": used.ru_maxrss * 1024,
        "file": file,
    })  # fmt: skip


def make(crawl: Path, pages: int, edges: int, seed: int) -> None:
    """Write the seeded graph: a quarter of the pages was fetched, few pages get most of the links."""
    rng = np.random.default_rng(seed)
    fetched = edges // _LINKS_OF_A_PAGE
    pairs = np.empty(0, np.int64)
    while len(pairs) < edges:
        many = edges - len(pairs) + edges // 20
        targets = (pages * rng.random(many) ** 3).astype(np.int64)
        pairs = np.unique(np.concatenate([pairs, rng.integers(0, fetched, many) << 32 | targets]))
    pairs = np.sort(rng.permutation(pairs)[:edges])
    names = rng.permutation(pages)  # the most linked pages are anywhere
    roles = rng.choice(len(_ROLES), edges, p=_SHARES)
    with (crawl / "links.jsonl").open("w", encoding="ascii") as file:
        for number, (pair, role) in enumerate(zip(pairs.tolist(), roles.tolist(), strict=True)):
            file.write(line(int(names[pair >> 32]), int(names[pair & 0xFFFFFFFF]), str(_ROLES[role]), number))


def line(source: int, target: int, role: str, number: int) -> str:
    (source_url, source_key), (target_url, target_key) = address(source), address(target)
    rel = '["nofollow"]' if number % 50 == 0 else "[]"
    return (
        f'{{"schema_version":"1","source_url":"{source_url}","source_key":"{source_key}","source_kind":"article",'
        f'"target_url":"{target_url}","target_key":"{target_key}","text":"Story {target}","role":"{role}",'
        f'"element":"a","rel":{rel},"position":{number % _LINKS_OF_A_PAGE},"internal":true,'
        '"seen_at":"2026-11-28T12:00:00.000Z"}\n'
    )


def address(page: int) -> tuple[str, str]:
    host, path = f"h{page % _HOSTS}", f"section{page % 7}/2004/{page}.htm"
    return f"http://{host}.portal.test/{path}", f"test,portal,{host})/{path}"


def build_it(crawl: Path) -> None:
    from portal_crawler.graph.build_parquet import build_graph

    build_graph([crawl], crawl / "graph")


def rank_ours(crawl: Path) -> str:
    from portal_crawler.graph.adjacency import adjacency
    from portal_crawler.graph.graph_json import open_graph
    from portal_crawler.graph.link_graph import Level
    from portal_crawler.graph.pagerank import pagerank
    from portal_crawler.graph.tables_parquet import read_edges

    graph = open_graph(crawl)
    links = adjacency(read_edges(graph.path, Level.PAGE), graph.facts["levels"]["page"]["nodes"])
    rank = pagerank(links)
    print(f"  {rank.iterations} steps, error at most {rank.error:.1e}")
    return saved(crawl, "ours", rank.values)


def rank_igraph(crawl: Path) -> str:
    import igraph

    nodes, ends = plain_edges(crawl)
    graph = igraph.Graph(n=nodes, edges=ends, directed=True)
    return saved(crawl, "igraph", np.array(graph.pagerank(damping=0.85)))


def rank_networkx(crawl: Path) -> str:
    import networkx

    nodes, ends = plain_edges(crawl)
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(ends.tolist())
    ranks = networkx.pagerank(graph, alpha=0.85, tol=1e-12, max_iter=1000)
    return saved(crawl, "networkx", np.array([ranks[node] for node in range(nodes)]))


def plain_edges(crawl: Path) -> tuple[int, Any]:
    """The edges as the Parquet files have them, read without our library; none from a page to itself."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(crawl / "graph" / "page_edges.parquet", columns=["source", "target"])
    ends = np.stack([table.column(name).to_numpy() for name in ("source", "target")], axis=1)
    nodes = parquet.read_metadata(crawl / "graph" / "pages.parquet").num_rows
    return nodes, ends[ends[:, 0] != ends[:, 1]]


def rank_all(crawl: Path) -> None:
    from portal_crawler.graph.graph_json import open_graph
    from portal_crawler.graph.ranks_parquet import rank_graph

    rank_graph(open_graph(crawl))


def compare_harmonic(crawl: Path) -> None:
    from portal_crawler.graph.adjacency import adjacency
    from portal_crawler.graph.graph_json import open_graph
    from portal_crawler.graph.harmonic import SAMPLES, harmonic
    from portal_crawler.graph.link_graph import Level
    from portal_crawler.graph.tables_parquet import read_edges

    graph = open_graph(crawl)
    links = adjacency(read_edges(graph.path, Level.PAGE), graph.facts["levels"]["page"]["nodes"])
    exact, estimate = harmonic(links), harmonic(links, SAMPLES)
    difference = np.abs(exact.values - estimate.values)
    order = np.argsort(-exact.values)[:100]
    kept = len(np.intersect1d(order, np.argsort(-estimate.values)[:100]))
    print(
        f"  from {estimate.sources:,} of {estimate.candidates:,} pages: furthest {np.max(difference):.0f} (bound "
        f"{estimate.error:.0f}), mean {difference.mean():.1f}, of values up to {np.max(exact.values):.0f}; "
        f"{kept} of the first 100 are among its first 100"
    )


def saved(crawl: Path, name: str, values: Any) -> str:
    np.save(crawl / f"{name}.npy", values)
    return f"{name}.npy"


def apart_by(crawl: Path, one: str, other: str) -> tuple[float, float]:
    """The greatest difference between two rankings: absolute, and as a share of the rank."""
    ours, theirs = np.load(crawl / one), np.load(crawl / other)
    difference = np.abs(ours - theirs)
    return float(difference.max()), float((difference / theirs).max())


if __name__ == "__main__":
    sys.exit(main())
