"""Ours and its rivals on the same pages: word F1, its spread, and the difference to the best of the others.

    python benchmarks/extraction/compare.py --data FOLDER [--networks NETWORKS] [--demo small] [--only NAME ...]
        [--sample N] [--processes 1] [--kept FILE] [--write benchmarks/results/YYYY-MM-DD-extraction.md]

``--data`` is a folder of WCXB, compared by type of page; ``--demo`` the demo portal in a size, compared by generation
and language. With ``--networks`` (``train.py --folds``) each page of WCXB is read with the network that was trained
without its domain; without, with the package's own, which was trained on these very pages, and the table says so.
``--only`` names the rivals; ``--sample`` takes about that many pages, evenly; what rivals reach is kept in ``--kept``,
and is not measured again. Needs the extra ``rivals``. Exits 1 where ours is below a floor of ``floors.toml``; a sample
has none.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from demo_pages import demo_pages
from floors import below, floors_of
from kept_scores import KeptScores
from rivals import DISTRIBUTIONS, Rival, load, version_of
from scores import OURS, Group, group, table
from wcxb_pages import gold_pages, word_f1

from portal_crawler import __version__
from portal_crawler.extraction import extract
from portal_crawler.page.network_npz import load_network

# Not the seed of the pages that the network was trained on.
DEMO_SEED = 7
_CROSS = "ours cross-validated: each page read with a network that was trained without its domain"
_SHIPPED = "**ours with the package's network, which was trained on these very pages: no measure of what it is worth**"
_DEMO = (
    "the network has been trained on other portals of this generator: its layouts are known to ours, not to the others"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its gold text and the groups that it counts in; ``network`` ``None`` for the package's own."""

    name: str
    url: str
    html: bytes
    text: str
    groups: tuple[str, ...]
    network: Path | None = None


@dataclass(slots=True)
class Rows:
    """Word F1 by group and reader, a figure a page; how often each reader raised; the pages read."""

    values: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    failures: Counter[str] = field(default_factory=Counter)
    pages: int = 0

    def groups(self) -> list[Group]:
        """The largest group first."""
        made = [group(name, values) for name, values in self.values.items()]
        return sorted(made, key=lambda one: -one.pages)


def wcxb(data: Path, networks: Path | None) -> Iterator[Page]:
    folds = len(list(networks.glob("[0-9]*.npz"))) if networks else 0
    if networks and not folds:
        raise SystemExit(f"{networks}: holds no network; make them with train.py --folds 5 --out {networks}")
    for page in gold_pages(data):
        network = networks / f"{page.fold(folds)}.npz" if networks else None
        yield Page(f"wcxb {page.number}", page.url, page.html, page.text, ("all", page.kind), network)


def demo(size: str) -> Iterator[Page]:
    for page in demo_pages(size, DEMO_SEED):
        groups = ("all", page.generation, f"language {page.language}")
        yield Page(f"{size} {DEMO_SEED} {page.url}", page.url, page.html, page.text, groups)


def measured(pages: Sequence[Page], versions: dict[str, str], kept: KeptScores, processes: int = 1) -> Rows:
    """Every page read by ours, and by each rival whose score for it is not kept."""
    rows = Rows()
    wanted = [kept.missing(page.name, versions) for page in pages]
    with ProcessPoolExecutor(processes) as pool:
        for page, (ours, others) in zip(pages, pool.map(_read, pages, wanted, chunksize=4), strict=True):
            for name, (f1, raised) in others.items():
                kept.add(page.name, f"{name} {versions[name]}", f1, raised)
            rows.pages += 1
            found = {OURS: (ours, False)}
            found |= {name: kept.found[page.name, f"{name} {version}"] for name, version in versions.items()}
            rows.failures.update(name for name, (_, raised) in found.items() if raised)
            for name in page.groups:
                for reader, (f1, _) in found.items():
                    rows.values[name][reader].append(f1)
    return rows


@lru_cache(16)
def _rival(name: str) -> Rival:
    return load(name)


_network = lru_cache(8)(load_network)


def _read(page: Page, names: tuple[str, ...]) -> tuple[float, dict[str, tuple[float, bool]]]:
    """Word F1 of ours, and of each rival with whether it raised."""
    network = _network(page.network) if page.network else None
    ours = word_f1(extract(page.html, page.url or None, network=network).text, page.text)
    others = {}
    for name in names:
        rival = _rival(name)
        before = rival.failures
        others[name] = (word_f1(rival.read(page.html, page.url), page.text), rival.failures > before)
    return ours, others


def sampled(pages: Iterable[Page], size: int | None) -> list[Page]:
    """About so many pages, evenly from all."""
    every = list(pages)
    return every[:: max(1, len(every) // size)] if size else every


def _report(title: str, note: str, rows: Rows) -> str:
    failures = ", ".join(f"{name} {count}" for name, count in rows.failures.most_common()) or "none"
    return (
        f"## {title}\n\n{rows.pages:,} pages; {note}.\n\n{table(rows.groups())}\n\n"
        f"Pages on which a reader raised, scored as empty text: {failures}.\n"
    )


def _head(rivals: dict[str, str], options: argparse.Namespace) -> str:
    versions = ", ".join(f"{name} ({DISTRIBUTIONS[name]} {version})" for name, version in rivals.items())
    arguments = " ".join(
        f"{flag} {value}"
        for flag, value in (
            ("--data", options.data and "FOLDER"),
            ("--networks", options.networks and "NETWORKS"),
            ("--demo", options.demo),
            ("--sample", options.sample),
            ("--only", options.only != list(DISTRIBUTIONS) and " ".join(options.only)),
        )
        if value
    )
    return (
        f"# Reading pages, ours and others\n\nportal-crawler {__version__}, Python {platform.python_version()}; "
        f"{versions}.\nWord F1 as in WCXB, ± its standard error by bootstrap over pages.\n\n"
        f"    python benchmarks/extraction/compare.py {arguments}\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--networks", type=Path)
    parser.add_argument("--demo", choices=("small", "medium", "large"))
    parser.add_argument("--only", nargs="*", choices=tuple(DISTRIBUTIONS), default=list(DISTRIBUTIONS))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if not (options.data or options.demo):
        parser.error("name pages: --data FOLDER, --demo SIZE or both")
    if options.write and options.sample:
        parser.error("a result is written of whole runs only: leave --sample out")
    rivals, kept = {name: version_of(name) for name in options.only}, KeptScores(options.kept)
    parts, wrong = [_head(rivals, options)], []
    if options.data:
        pages = sampled(wcxb(options.data, options.networks), options.sample)
        rows = measured(pages, rivals, kept, options.processes)
        parts.append(_report("WCXB, development split", _CROSS if options.networks else _SHIPPED, rows))
        floors = floors_of("wcxb-cross" if options.networks else "wcxb-shipped")
        wrong += [] if options.sample else below(floors, rows.groups())
    if options.demo:
        rows = measured(sampled(demo(options.demo), options.sample), rivals, kept, options.processes)
        parts.append(_report(f"Demo portal, {options.demo}, seed {DEMO_SEED}", _DEMO, rows))
        wrong += [] if options.sample or options.demo != "small" else below(floors_of("demo-small"), rows.groups())
    print("\n".join(parts))
    if options.write:
        options.write.write_text("\n".join(parts), encoding="utf-8")
    for sentence in wrong:
        print(f"BELOW ITS FLOOR {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
