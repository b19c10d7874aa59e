"""The floors of benchmarks/extraction/floors.toml, on pages that need no download."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from demo_pages import demo_pages
from floors import below, floors_of
from scores import OURS, group
from wcxb_pages import word_f1

from portal_crawler import extract
from portal_crawler.demo.model import Generation

# Another portal than those whose pages the network was trained on; compare.py --demo small reads the same.
_SEED = 7


def test_no_generation_of_the_demo_portal_is_read_below_its_floor() -> None:
    found: dict[str, list[float]] = defaultdict(list)
    for page in demo_pages("small", _SEED):
        found[page.generation].append(word_f1(extract(page.html, page.url).text, page.text))
    floors = floors_of("demo-small")
    assert set(floors) == {generation.value for generation in Generation}
    assert min(floors.values()) > 0.9
    assert below(floors, [group(name, {OURS: values}) for name, values in found.items()]) == []


def test_a_group_below_its_floor_and_one_that_was_not_measured_are_named(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    file.write_text("[pages]\nA = 0.9\nB = 0.5\nC = 0.1\n", encoding="utf-8")
    groups = [group("A", {OURS: [0.8, 0.9]}), group("B", {OURS: [0.5]})]
    wrong = below(floors_of("pages", file), groups)
    assert wrong == ["A: word F1 0.8500, the floor is 0.9", "C: not measured"]
    assert below({"A": 0.9}, [group("A", {OURS: [float("nan")]})]) == ["A: word F1 nan, the floor is 0.9"]
