"""Quality of a crawl of the demo portal against the portal's own gold.

    python benchmarks/quality/demo_crawl.py CRAWL [--size medium] [--seed 2004] [--as-of DAY] [--show 5]

CRAWL is the folder of a finished crawl of the whole portal of that size. Prints one figure a line and exits 1 where
a figure misses its mark. Word F1 is over multisets of words, as in WCXB (https://webcontentextraction.org/).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jsonlines
import orjson
from copy_scores import copy_scores

from portal_crawler.demo.chronicle import served_portal
from portal_crawler.demo.manifest import manifest
from portal_crawler.demo.model import Portal, Story

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_SPACE = re.compile(r"\s+")
_STORY_KINDS = ("article", "part", "print")
_MARKED_ROLES = ("body", "related", "navigation", "footer")


class Score:
    """Figures, each with its mark; ``failed`` counts those that miss it."""

    def __init__(self) -> None:
        self.failed = 0

    def line(
        self, name: str, value: float, mark: float | None = None, note: str = "", *, at_most: bool = False
    ) -> None:
        good = mark is None or (value <= mark if at_most else value >= mark)
        self.failed += not good
        shown = f"{value:.4f}" if isinstance(value, float) else str(value)
        sign = "" if mark is None else f"  {'<=' if at_most else '>='} {mark}  {'ok' if good else 'MISSED'}"
        print(f"{name:<44} {shown:>10}{sign}  {note}".rstrip())


def records(path: Path) -> Iterator[dict[str, Any]]:
    with jsonlines.open(path, loads=orjson.loads) as lines:
        yield from lines


def word_f1(got: str, gold: str) -> float:
    one, other = Counter(_WORD.findall(got.casefold())), Counter(_WORD.findall(gold.casefold()))
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else float(one == other)


def same_title(got: str, gold: str) -> bool:
    return _SPACE.sub(" ", got).strip() == _SPACE.sub(" ", gold).strip()


def score_stories(
    score: Score, articles: list[dict[str, Any]], gold: dict[str, dict[str, Any]], portal: Portal, show: int
) -> None:
    reachable = {line["near_dup_group"] for line in gold.values() if line["reachable"] and line["kind"] in _STORY_KINDS}
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    false = [record for record in articles if gold.get(record["url_key"], {}).get("kind") not in _STORY_KINDS]
    for record in articles:
        line = gold.get(record["url_key"])
        if line and line["kind"] in _STORY_KINDS:
            found[line["near_dup_group"]].append(record)
    missing = sorted(reachable - found.keys())
    told = Counter(gold[record["url_key"]]["story_id"] for copies in found.values() for record in copies)
    twice = {number: count for number, count in told.items() if count > 1}
    score.line("stories reachable", len(reachable))
    score.line(
        "stories found",
        len(reachable & found.keys()),
        len(reachable),
        f"missing {[portal.stories[n].url for n in missing[:show]]}",
    )
    score.line(
        "stories more than once",
        len(twice),
        0,
        f"{[portal.stories[number].url for number in list(twice)[:show]]}",
        at_most=True,
    )
    score.line("articles on pages without a story", len(false), 0, f"{[r['url'] for r in false[:show]]}", at_most=True)
    first = [found[group][0] for group in sorted(reachable & found.keys())]
    score_texts(score, {gold[record["url_key"]]["story_id"]: record for record in first}, portal, show)


def score_copies(score: Score, folder: Path, gold: dict[str, dict[str, Any]], show: int) -> None:
    pages = {key: line for key, line in gold.items() if line["kind"] in _STORY_KINDS}
    found = copy_scores(records(folder / "articles.jsonl"), records(folder / "duplicates.jsonl"), pages)
    for kind, count in sorted(found.copies.items()):
        score.line(f"folded into their story, {kind} ({count})", found.folded[kind] / count, 1)
    share = found.equal / max(1, found.groups)
    score.line(f"groups of edited versions equal ({found.groups})", share, 0.98, f"{found.unequal[:show]}")
    score.line("stories swallowed", len(found.swallowed), 0, f"{found.swallowed[:show]}", at_most=True)
    score.line("articles with another story's pages", len(found.mixed), 0, f"{found.mixed[:show]}", at_most=True)


def score_texts(score: Score, found: dict[int, dict[str, Any]], portal: Portal, show: int) -> None:
    by_generation: dict[str, list[float]] = defaultdict(list)
    worst: list[tuple[float, str]] = []
    wrong_titles, wrong_dates = [], []
    for number, record in found.items():
        story: Story = portal.stories[number]
        f1 = word_f1(record["text"], "\n".join(story.content))
        by_generation[str(story.generation)].append(f1)
        worst.append((f1, record["url"]))
        if not same_title(record["title"], story.title):
            wrong_titles.append((record["url"], record["title"], story.title))
        if (record["published"] or "")[:10] != story.day.isoformat():
            wrong_dates.append((record["url"], record["published"], story.day.isoformat()))
    every = [f1 for values in by_generation.values() for f1 in values]
    score.line("word F1, mean", sum(every) / len(every), 0.97, f"lowest {sorted(worst)[:show]}")
    for generation, values in sorted(by_generation.items()):
        score.line(f"word F1, generation {generation} ({len(values)})", sum(values) / len(values), 0.95)
    score.line("titles right", 1 - len(wrong_titles) / len(found), 0.99, f"{wrong_titles[:show]}")
    score.line("dates right", 1 - len(wrong_dates) / len(found), 0.97, f"{wrong_dates[:show]}")
    fffd = [r["url"] for r in found.values() if "\ufffd" in orjson.dumps(r).decode()]
    score.line("articles with U+FFFD", len(fffd), 0, f"{fffd[:show]}", at_most=True)


def score_links(score: Score, folder: Path, gold: dict[str, dict[str, Any]], show: int) -> None:
    edges: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for edge in records(folder / "links.jsonl"):
        edges[edge["source_key"]].append(edge)
    statuses = {page["url_key"]: page["status"] for page in records(folder / "pages.jsonl")}
    fetched = statuses.keys()
    unequal, total = [], 0
    roles: Counter[tuple[str, bool]] = Counter()
    mistakes: Counter[tuple[str, str]] = Counter()
    for url in sorted(fetched & gold.keys()):
        mine, true = edges.get(url, []), gold[url]["links"]
        total += len(true)
        if [(e["target_key"], e["element"]) for e in mine] != [(e["key"], e["element"]) for e in true]:
            unequal.append(url)
            continue
        for one, other in zip(mine, true, strict=True):
            roles[other["role"], one["role"] == other["role"]] += 1
            mistakes[other["role"], one["role"]] += one["role"] != other["role"]
    score.line("pages fetched", len(fetched))
    lacking = sorted(fetched - gold.keys())
    score.line("pages fetched that the manifest lacks", len(lacking), note=f"{lacking[:show]}")
    there = [url for url in lacking if statuses[url] != HTTPStatus.NOT_FOUND]
    score.line("of them, others than dead links", len(there), 0, f"{there[:show]}", at_most=True)
    score.line("link occurrences in the manifest", total)
    score.line("pages whose edges differ", len(unequal), 0, f"{unequal[:show]}", at_most=True)
    right = sum(count for (_, good), count in roles.items() if good)
    score.line(
        "role of a link right",
        right / max(1, roles.total()),
        0.97,
        f"{[m for m in mistakes.most_common(show) if m[1]]}",
    )
    for role in sorted({role for role, _ in roles}):
        good, bad = roles[role, True], roles[role, False]
        score.line(f"role right, {role} ({good + bad})", good / (good + bad), 0.95 if role in _MARKED_ROLES else None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crawl", type=Path)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--seed", type=int, default=2004)
    parser.add_argument("--as-of", type=float, help="day of the chronicle as of which the portal was served")
    parser.add_argument("--show", type=int, default=3, help="examples to show of each kind of mistake")
    options = parser.parse_args()
    portal = served_portal(options.size, options.seed, options.as_of)
    gold = {line["url_key"]: line for line in manifest(portal)}
    score = Score()
    score_stories(score, list(records(options.crawl / "articles.jsonl")), gold, portal, options.show)
    score_copies(score, options.crawl, gold, options.show)
    score_links(score, options.crawl, gold, options.show)
    print(f"{score.failed} figures missed their mark")
    return 1 if score.failed else 0


if __name__ == "__main__":
    sys.exit(main())
