"""Harmonic centrality against known answers and igraph, and the bound of its estimate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from portal_crawler.graph.adjacency import Adjacency
from portal_crawler.graph.harmonic import harmonic
from tests.graph.random_graphs import ends_of, graph, graphs, scale_free


def test_a_chain_has_known_centralities() -> None:
    central = harmonic(graph(4, [(0, 1), (1, 2), (2, 3)]))
    assert central.values.tolist() == pytest.approx([0, 1, 1 + 1 / 2, 1 + 1 / 2 + 1 / 3])
    assert (central.sources, central.candidates, central.error) == (3, 3, 0.0)


def test_a_long_chain_is_searched_to_its_end() -> None:
    many = 300  # five searches of 64, each much longer than it is broad
    central = harmonic(graph(many, [(node, node + 1) for node in range(many - 1)]))
    assert central.values[-1] == pytest.approx(sum(1 / distance for distance in range(1, many)))


def test_no_links_are_no_centrality() -> None:
    assert harmonic(graph(3, [])).values.tolist() == [0, 0, 0]
    assert harmonic(graph(0, [])).values.tolist() == []


@given(graphs())
@settings(deadline=None)
def test_exact_values_are_igraphs(links: Adjacency) -> None:
    igraph = pytest.importorskip("igraph", reason="a judge of the extra test")
    other = igraph.Graph(n=links.nodes, edges=ends_of(links), directed=True)
    theirs = np.nan_to_num(other.harmonic_centrality(mode="in", normalized=False))
    assert harmonic(links).values == pytest.approx(theirs)


def test_larger_exact_values_are_igraphs() -> None:
    igraph = pytest.importorskip("igraph", reason="a judge of the extra test")
    links = scale_free(1_500, 8_000, seed=6)
    other = igraph.Graph(n=links.nodes, edges=ends_of(links), directed=True)
    assert harmonic(links).values == pytest.approx(other.harmonic_centrality(mode="in", normalized=False))


@pytest.mark.parametrize("samples", [64, 256])
def test_an_estimate_stays_within_its_bound(samples: int) -> None:
    links = scale_free(4_000, 30_000, seed=6)
    exact, estimate = harmonic(links), harmonic(links, samples)
    assert estimate.sources == samples < estimate.candidates
    furthest = np.abs(exact.values - estimate.values).max()
    assert 0 < furthest <= estimate.error < estimate.candidates
    assert harmonic(links, samples).values.tolist() == estimate.values.tolist()


def test_as_many_samples_as_pages_with_links_are_exact() -> None:
    links = scale_free(400, 2_000, seed=6)
    candidates = int((links.out_degree > 0).sum())
    estimate = harmonic(links, candidates)
    assert estimate.error == 0
    assert estimate.values.tolist() == harmonic(links).values.tolist()
