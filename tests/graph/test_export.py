"""Exports, read back by the tools that own the formats."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="needs the extra graph")
pytest.importorskip("scipy", reason="needs the extra graph")
networkx = pytest.importorskip("networkx", reason="a judge of the extra test")
pandas = pytest.importorskip("pandas", reason="a judge of the extra test")

from portal_crawler.errors import UsageError  # noqa: E402
from portal_crawler.graph.build_parquet import build_graph  # noqa: E402
from portal_crawler.graph.export_disk import Format, export_graph  # noqa: E402
from portal_crawler.graph.graph_json import GraphFolder  # noqa: E402
from portal_crawler.graph.link_graph import Level  # noqa: E402
from portal_crawler.graph.load import igraph_graph, load_graph, networkx_graph  # noqa: E402
from portal_crawler.graph.ranks_parquet import rank_graph  # noqa: E402
from tests.link_lines import SEEN, link, page, url, write_crawl  # noqa: E402

LINKS = [
    link("a", "b"),
    link("a", "b", "related"),
    link("a", "//x-y.paper.co.uk/?q=<1>&z='2'", rel=["nofollow"]),
    link("a", "//x.paper.co.uk/", "footer", text='say "no", \n& go'),
    link("b", "a", "navigation"),
    link("b", "//x.paper.co.uk/", "navigation"),
    link("b", "b", "other", "canonical"),
    link("c", "b", "other", "redirect"),
    link("//x.paper.co.uk/", "a"),
]
PAGES = [page("a"), page("b"), page("c", 301)]


@pytest.fixture
def graph(tmp_path: Path) -> GraphFolder:
    graph = build_graph([write_crawl(tmp_path, LINKS, PAGES)], tmp_path / "graph")
    rank_graph(graph)
    return graph


def _lines(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


@pytest.mark.parametrize("form", [Format.GEXF, Format.GRAPHML])
@pytest.mark.parametrize("level", list(Level))
def test_networkx_reads_what_it_would_be_given(graph: GraphFolder, tmp_path: Path, form: Format, level: Level) -> None:
    (file,) = export_graph(graph, form, tmp_path / "out", level)
    assert file.name == f"{level}s.{form}"
    read = (networkx.read_gexf if form is Format.GEXF else networkx.read_graphml)(file)
    names = {node: told["label"] for node, told in read.nodes(data=True)}
    given = networkx_graph(load_graph(graph.path, level))
    assert set(names.values()) == set(given.nodes)
    edges = {(names[source], names[target]): told["total"] for source, target, told in read.edges(data=True)}
    assert edges == {(source, target): told["total"] for source, target, told in given.edges(data=True)}
    for node, told in read.nodes(data=True):
        expected = dict(given.nodes[names[node]])
        assert {name: told[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize("form", [Format.GEXF, Format.GRAPHML])
def test_addresses_with_characters_that_xml_forbids_stay_nodes(tmp_path: Path, form: Format) -> None:
    odd = "\x01\x0b\x1f\ufffe\uffff"
    links = [link("a", f"b{odd}"), link("a", f"c{odd}<&>\U0001f600")]
    graph = build_graph([write_crawl(tmp_path, links, [page("a")])], tmp_path / "graph")
    rank_graph(graph)
    (file,) = export_graph(graph, form, tmp_path / "out", Level.PAGE)
    read = (networkx.read_gexf if form is Format.GEXF else networkx.read_graphml)(file)
    names = {told["label"] for _, told in read.nodes(data=True)}
    assert names == {url("a"), url("b" + "\ufffd" * 5), url("c" + "\ufffd" * 5 + "<&>\U0001f600")}
    assert read.number_of_edges() == 2


def test_a_drawing_of_pages_is_bounded_by_their_rank(graph: GraphFolder, tmp_path: Path) -> None:
    (file,) = export_graph(graph, Format.GRAPHML, tmp_path / "out", Level.PAGE, most=2)
    read = networkx.read_graphml(file)
    assert sorted(told["label"] for _, told in read.nodes(data=True)) == [url("a"), url("//x.paper.co.uk/")]
    assert sorted(read.edges) == [("0", "1"), ("1", "0")]


def test_editorial_exports_have_editorial_links_alone(graph: GraphFolder, tmp_path: Path) -> None:
    (file,) = export_graph(graph, Format.GEXF, tmp_path / "out", Level.PAGE, editorial=True)
    read = networkx.read_gexf(file)
    assert read.number_of_nodes() == 5
    assert read.number_of_edges() == 3
    assert all(told["editorial"] > 0 for _, _, told in read.edges(data=True))


def test_common_crawls_files_are_as_it_has_them(graph: GraphFolder, tmp_path: Path) -> None:
    files = export_graph(graph, Format.COMMON_CRAWL, tmp_path / "out", Level.HOST)
    assert [file.name for file in files] == ["host-vertices.txt.gz", "host-edges.txt.gz", "host-ranks.txt.gz"]
    vertices, edges, ranks = map(_lines, files)
    assert vertices == [["0", "test.portal.www"], ["1", "uk.co.paper.x"], ["2", "uk.co.paper.x-y"]]
    assert edges == [["0", "1"], ["0", "2"], ["1", "0"]]
    assert ranks[0] == ["#harmonicc_pos", "#harmonicc_val", "#pr_pos", "#pr_val", "#host_rev"]
    assert [line[0] for line in ranks[1:]] == ["1", "2", "3"]
    table = pandas.read_csv(files[2], sep="\t").set_index("#host_rev")
    assert table["#harmonicc_val"].to_dict() == {"test.portal.www": 1.0, "uk.co.paper.x": 1.0, "uk.co.paper.x-y": 1.5}
    theirs = networkx.pagerank(networkx.DiGraph([(0, 1), (0, 2), (1, 0)]), tol=1e-12)
    assert [table["#pr_val"][name] for _, name in vertices] == pytest.approx(
        [theirs[one] for one in range(3)], abs=1e-9
    )
    assert table.sort_values("#pr_pos")["#pr_val"].is_monotonic_decreasing
    assert sorted(table["#pr_pos"]) == [1, 2, 3]


def test_common_crawls_domains_have_their_hosts(graph: GraphFolder, tmp_path: Path) -> None:
    files = export_graph(graph, Format.COMMON_CRAWL, tmp_path / "out", Level.DOMAIN)
    assert _lines(files[0]) == [["0", "test.portal", "1"], ["1", "uk.co.paper", "2"]]
    assert _lines(files[2])[0][-1] == "#n_hosts"
    assert {tuple(line[4:]) for line in _lines(files[2])[1:]} == {("test.portal", "1"), ("uk.co.paper", "2")}


def test_common_crawls_vertices_are_in_order_of_their_reversed_names(tmp_path: Path) -> None:
    links = [link("//a-b.test/", "//x.a.test/"), link("//a.test/", "//a0.test/")]
    graph = build_graph([write_crawl(tmp_path, links)], tmp_path / "graph")
    rank_graph(graph)
    vertices, edges, _ = export_graph(graph, Format.COMMON_CRAWL, tmp_path / "out", Level.HOST)
    names = [name for _, name in _lines(vertices)]
    assert names == sorted(names) == ["test.a", "test.a-b", "test.a.x", "test.a0"]
    assert _lines(edges) == [["0", "3"], ["1", "2"]]


def test_pandas_reads_archs_tables(graph: GraphFolder, tmp_path: Path) -> None:
    web, domain = export_graph(graph, Format.ARCH, tmp_path / "out", Level.HOST)
    assert (web.name, domain.name) == ("web-graph.csv.gz", "domain-graph.csv.gz")
    links = pandas.read_csv(web, dtype=str)
    assert list(links.columns) == ["crawl_date", "source", "target", "anchor_text"]
    assert links["crawl_date"].unique().tolist() == ["20261128120000"]
    assert links["target"].tolist() == [one["target_url"] for one in LINKS if one["element"] != "canonical"]
    assert links["anchor_text"][3] == 'say "no", \n& go'
    domains = pandas.read_csv(domain, dtype={"crawl_date": str})
    assert domains.to_numpy().tolist() == [
        ["20261128", "portal.test", "portal.test", 3],
        ["20261128", "portal.test", "paper.co.uk", 2],
        ["20261128", "paper.co.uk", "portal.test", 1],
    ]


def test_archs_tables_of_editors_have_their_links_alone(graph: GraphFolder, tmp_path: Path) -> None:
    web, _ = export_graph(graph, Format.ARCH, tmp_path / "out", Level.HOST, editorial=True)
    with gzip.open(web, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["target"] for row in rows] == [one["target_url"] for one in LINKS if one["role"] == "body"]


def test_link_records_are_as_wat_has_them(graph: GraphFolder, tmp_path: Path) -> None:
    (file,) = export_graph(graph, Format.WAT, tmp_path / "out", Level.HOST)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        envelopes: list[dict[str, Any]] = [json.loads(line)["Envelope"] for line in lines]
    heads = [one["WARC-Header-Metadata"] for one in envelopes]
    assert [head["WARC-Target-URI"] for head in heads] == [url("a"), url("b"), url("c"), url("//x.paper.co.uk/")]
    assert {head["WARC-Date"] for head in heads} == {SEEN}
    responses = [one["Payload-Metadata"]["HTTP-Response-Metadata"] for one in envelopes]
    assert responses[0]["HTML-Metadata"]["Links"][2] == {
        "path": "A@/href", "url": LINKS[2]["target_url"], "text": LINKS[2]["text"], "rel": "nofollow", "role": "body",
        "editorial": True,
    }  # fmt: skip
    assert responses[1]["HTML-Metadata"]["Head"]["Link"][0]["path"] == "LINK@/href"
    assert responses[2]["Headers"] == {"Location": url("b")}
    assert responses[2]["HTML-Metadata"] == {"Links": []}


@pytest.mark.parametrize("form", list(Format))
def test_the_same_graph_has_the_same_exports(graph: GraphFolder, tmp_path: Path, form: Format) -> None:
    first = [file.read_bytes() for file in export_graph(graph, form, tmp_path / "out", Level.HOST)]
    assert [file.read_bytes() for file in export_graph(graph, form, tmp_path / "out", Level.HOST)] == first


@pytest.mark.parametrize("form", [Format.COMMON_CRAWL, Format.GEXF])
def test_what_needs_ranks_says_so(tmp_path: Path, form: Format) -> None:
    graph = build_graph([write_crawl(tmp_path, LINKS)], tmp_path / "graph")
    with pytest.raises(UsageError, match="is not ranked yet; rank it with"):
        export_graph(graph, form, tmp_path / "out", Level.PAGE)


def test_links_whose_crawl_is_gone_are_named(graph: GraphFolder, tmp_path: Path) -> None:
    (tmp_path / "links.jsonl").unlink()
    with pytest.raises(UsageError, match=r"where there is no links\.jsonl; put the crawl back"):
        export_graph(graph, Format.ARCH, tmp_path / "out", Level.HOST)


@pytest.mark.parametrize("level", list(Level))
def test_igraph_gets_what_networkx_gets(graph: GraphFolder, level: Level) -> None:
    pytest.importorskip("igraph", reason="a judge of the extra test")
    view = load_graph(graph.path, level)
    other, given = igraph_graph(view), networkx_graph(view)
    names = other.vs["name"]
    edges = {(names[edge.source], names[edge.target]): edge["weight"] for edge in other.es}
    assert edges == {(source, target): told["weight"] for source, target, told in given.edges(data=True)}
    assert dict(zip(names, other.vs["pagerank"], strict=True)) == dict(given.nodes(data="pagerank"))


def test_a_graph_is_loaded_of_a_crawls_folder(graph: GraphFolder) -> None:
    view = load_graph(graph.path.parent, "page", most=2)
    assert list(view.names) == [url("a"), url("//x.paper.co.uk/")]
    assert load_graph(str(graph.path)).level is Level.HOST
    with pytest.raises(UsageError, match=r"level 'sections': .*; name one of page, section, host, domain"):
        load_graph(graph.path, "sections")
