"""Takedowns of stories of a demo crawl: is a byte of their own sentences left, does ``verify`` pass, what does it cost.

    python benchmarks/takedown/demo_stories.py CRAWL [--stories 20] [--seed 1] [--kills 50]

CRAWL is a crawl of the demo portal, of which copies are made. Stories of every kind of copy are taken, GBK and Big5
pages among them. With ``--kills``, takedowns are killed at so many moments, as ``tests/takedown/killed.py`` does. Exits
1 where anything is left, or does not hold together.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.takedown_journal_json import finish_takedown, is_unfinished
from portal_crawler.records.verify import verify_crawl
from portal_crawler.report.summary import from_crawl
from portal_crawler.takedown.operation import Operation, Wish, planned
from tests.takedown.killed import in_child
from tests.takedown.text_search import found_in

_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][”\"'])\s+|(?<=[\u3002\uff01\uff1f])|\n+")
_CJK = re.compile(r"[\u4e00-\u9fff]")


def chosen(crawl: Path, count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(kind, address) of stories: one of each kind of copy, then Chinese and others in turn."""
    luck = random.Random(seed)
    articles = {record["id"]: record for _, _, record in read_lines(crawl / "articles.jsonl")}
    copies = [record for _, _, record in read_lines(crawl / "duplicates.jsonl")]
    kinds = sorted({record["kind"] for record in copies})
    for kind in kinds[:count]:
        yield kind, articles[luck.choice([one["of"] for one in copies if one["kind"] == kind])]["url"]
    chinese = [one["url"] for one in articles.values() if (one["language"] or "").startswith("zh")]
    others = [one["url"] for one in articles.values()]
    for number in range(max(0, count - len(kinds))):
        yield ("Chinese", luck.choice(chinese)) if chinese and number % 2 else ("any", luck.choice(others))


def own_sentences(crawl: Path, keys: set[str]) -> set[str]:
    """The sentences that the pages with these keys have and no other story has, by other means than the product's."""
    stories = [line["article"] for _, _, line in read_lines(crawl / "work/stories.jsonl")]
    own = {
        part.strip()
        for story in stories
        if story["url_key"] in keys
        for part in _END.split(story["text"])
        if len(part.strip()) >= (12 if _CJK.search(part) else 30)
    }
    for story in stories:
        if story["url_key"] not in keys:
            own = {one for one in own if one not in story["text"]}
    return own


def take_down(url: str, folder: Path) -> Operation:
    """The takedown of one story, all else by default."""
    wish = Wish((url,), (folder,), "a measurement", datetime(2026, 11, 28, tzinfo=UTC))
    with planned(wish) as operation:
        if operation.folders:
            operation.run(lambda one: from_crawl(one).counts())
    return operation


def story_trial(crawl: Path, room: Path, kind: str, url: str) -> bool:
    """Take one story down, search, verify, tell."""
    folder = fresh(crawl, room)
    begun = time.process_time()
    done = take_down(url, folder)
    seconds = time.process_time() - begun
    own = own_sentences(crawl, set(done.stories[0].keys))
    left, wrong = found_in(room, own, halves=False), verify_crawl(folder)
    quoting = sum(one.goes for one in done.found.quoting)
    counts = f"{len(done.stories[0].pages)} pages, {quoting} captures that quote, {len(own)} own sentences"
    print(f"{kind:13} {url}: {counts}, {seconds:.1f} s CPU; left {len(left)}, findings {len(wrong)}")
    for place, sentence in left[:3]:
        print(f"    {place}: {sentence}")
    return not left and not wrong


def kill_trials(crawl: Path, room: Path, url: str, moments: int) -> bool:
    """Kill takedowns at so many moments, and finish them."""
    folder = fresh(crawl, room)
    _, events = in_child(lambda: take_down(url, folder))
    counts = {"old": 0, "unfinished": 0, "new": 0, "wrong": 0}
    for number in range(moments):
        folder = fresh(crawl, room)
        in_child(partial(take_down, url, folder), 1 + number * events // moments)
        begun = is_unfinished(folder)
        gone = not any(page["url"] == url for page in records(folder / "pages.jsonl"))
        counts["unfinished" if begun else "new" if gone else "old"] += 1
        right = begun or not verify_crawl(folder)
        finish_takedown(folder)
        take_down(url, folder)
        counts["wrong"] += not right or bool(verify_crawl(folder)) or (folder / "takedown.json").exists()
    print(f"{moments} kills at {events} events: {counts}")
    return not counts["wrong"]


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file."""
    return (record for _, _, record in read_lines(path))


def fresh(crawl: Path, room: Path) -> Path:
    """A new copy of the crawl in a room that holds nothing else."""
    shutil.rmtree(room, ignore_errors=True)
    shutil.copytree(crawl, room / "crawl")
    os.chdir(room)
    return room / "crawl"


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crawl", type=Path)
    parser.add_argument("--stories", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    crawl = options.crawl.resolve()
    with tempfile.TemporaryDirectory() as place:
        room = Path(place) / "room"
        stories = list(chosen(crawl, options.stories, options.seed))
        trials: list[Callable[[], bool]] = [partial(story_trial, crawl, room, *one) for one in stories]
        if options.kills:
            trials.append(lambda: kill_trials(crawl, room, stories[0][1], options.kills))
        passed = [trial() for trial in trials]
        os.chdir("/")
    print(f"{sum(passed)} of {len(passed)} passed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
