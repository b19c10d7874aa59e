"""A dataset of 100,000 articles in every form: articles a second of the processor, memory, what stands across splits.

    python benchmarks/dataset/build.py [--count 100000] [--forms jsonl parquet …] [--crawls 1] [--keep FOLDER]

The articles are those of `dedup/corpus.py`: copies that no crawl folded are among them, and each says of which story
it is. With `--crawls 2` a second crawl has the second half again, and as many articles of its own as that. Each form is
made by `portal-crawler dataset` in a process of its own; the time to write the crawls does not count. Exits 1 where a
process takes more than 400 MB, where of the stories that are told twice more than one in a hundred stands in two splits
(copies are reworded all over, or cut to their first lines), or where two builds are not the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "dedup"))
from corpus import Article, written

from portal_crawler.dataset.form import Form
from portal_crawler.dedup.text_hash import story_id, text_digest, word_count
from portal_crawler.urls import url_key

_MEMORY, _ACROSS = 400e6, 0.01
_SECTIONS = ("world", "business", "culture", "sport", "science", "opinion")
_HEAP = 20_000


def article_line(article: Article, number: int) -> dict[str, Any]:
    """The article as a crawl's line of it."""
    text = "\n\n".join(article.paragraphs)
    digest = text_digest(text)
    url = f"http://www.portal.test/{_SECTIONS[number % 6]}/{number}.htm"
    key = url_key(url) or ""
    return {
        "schema_version": "1",
        "id": story_id(key, digest),
        "url": url,
        "url_key": key,
        "canonical_url": None,
        "site": "www.portal.test",
        "section": _SECTIONS[number % 6],
        "title": article.title,
        "text": text,
        "lead": article.paragraphs[0],
        "authors": [],
        "source": None,
        "published": (date(1999, 1, 1) + timedelta(days=number % 4_000)).isoformat() if number % 50 else None,
        "modified": None,
        "language": "en",
        "word_count": word_count(text),
        "captions": [],
        "fetched_at": "2026-11-28T12:00:00.000Z",
        "status": 200,
        "text_digest": digest,
        "payload_digest": None,
        "warc_file": "archive/a.warc.gz",
        "warc_offset": number,
        "warc_record_id": f"<urn:uuid:{number}>",
        "verdict": "new",
        "revision_of": None,
        "aliases": [],
        "kind_confidence": 0.9,
        "extractor": {"version": "0", "model": "m", "template_id": None, "profile": "p"},
    }


def write_crawls(folder: Path, count: int, crawls: int) -> tuple[list[Path], dict[str, int]]:
    """The crawls' folders, and of each id the story that it tells."""
    stories: dict[str, int] = {}
    folders = [folder / f"crawl-{number}" for number in range(crawls)]
    for number, one in enumerate(folders):
        one.mkdir()
        facts = {"profile": "bench", "started": f"2026-11-{10 + number}T00:00:00Z", "finish_reason": "finished"}
        (one / "crawl.json").write_text(json.dumps(facts), encoding="utf-8")
        for name in ("links.jsonl", "pages.jsonl"):
            (one / name).write_text("", encoding="utf-8")
    files = [(one / "articles.jsonl").open("w", encoding="utf-8") for one in folders]
    for number, article in enumerate(_articles(count)):
        line = article_line(article, number)
        stories[line["id"]] = article.story + number // _HEAP * 1_000_000
        told = json.dumps(line, ensure_ascii=False) + "\n"
        if crawls == 1 or number < 2 * count // 3:
            files[0].write(told)
        if crawls > 1 and number >= count // 3:
            files[1].write(told)
    for file in files:
        file.close()
    return folders, stories


def _articles(count: int) -> Iterator[Article]:
    """A heap from each seed: one newsroom of all would take memory that is not the point here."""
    for heap, start in enumerate(range(0, count, _HEAP)):
        yield from written(20041015 + heap, min(_HEAP, count - start))


def run(crawls: list[Path], form: str, out: Path) -> tuple[float, float, int]:
    """Seconds of the processor and of the clock, and the peak of memory in bytes."""
    command = [sys.executable, "-m", "portal_crawler", "dataset", *map(str, crawls), "--to", form, "-o", str(out), "-q"]
    begun = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - begun, usage.ru_maxrss * 1024


def torn(index: Path, stories: dict[str, int]) -> tuple[int, int]:
    """How many stories have two records or more, and how many of these stand in two splits."""
    splits = defaultdict[int, list[str]](list)
    with index.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            splits[stories[record["id"]]].append(record["split"])
    several = [found for found in splits.values() if len(found) > 1]
    return len(several), sum(len(set(found)) > 1 for found in several)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--crawls", type=int, default=1, choices=(1, 2))
    parser.add_argument(
        "--forms", nargs="+", default=[str(form) for form in Form], choices=[str(form) for form in Form]
    )
    parser.add_argument("--keep", type=Path, help="a new folder for crawls and datasets, which stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        crawls, stories = write_crawls(folder, options.count, options.crawls)
        ok = True
        for form in options.forms:
            cpu, clock, memory = run(crawls, form, folder / form)
            size = sum(path.stat().st_size for path in (folder / form).rglob("*") if path.is_file())
            several, across = torn(folder / form / "records.jsonl", stories)
            print(
                f"{form:13} {options.count / cpu:7,.0f} articles a second of CPU, {cpu:6.1f} s, {clock:6.1f} s"
                f" by the clock, {memory / 1e6:4.0f} MB of memory, {size / 1e6:6.1f} MB of files; of {several:,} "
                f"stories told twice {across:,} stand across splits",
                flush=True,
            )
            ok &= memory <= _MEMORY and across <= _ACROSS * several
        first, again = options.forms[0], folder / "again"
        run(crawls, first, again)
        same = subprocess.run(["diff", "-r", folder / first, again], check=False).returncode == 0
        print(f"two builds of {first} are {'the same bytes' if same else 'DIFFERENT'}")
    return 0 if ok and same else 1


if __name__ == "__main__":
    sys.exit(main())
