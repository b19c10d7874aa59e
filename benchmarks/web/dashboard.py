"""The dashboard over a crawl: the server's time for every page, its memory, and the first paint in a browser.

    python benchmarks/web/dashboard.py CRAWL [--samples 40] [--seed 7] [--chromium /usr/bin/chromium]

The server is a process of its own. Requests come one after another, each for another page, article, word or address of
the crawl, chosen by the seed; the time is that from the request to the last byte of the answer. Where the requests find
the machine busy with other work, the processor time of the server says more: it is told beside.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from portal_crawler.catalog.address_key import shown_key
from portal_crawler.catalog.build_sqlite import update
from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.catalog.place_disk import remove_catalog

# What the dashboard promises over a crawl of 20,000 pages.
_P95, _PAINT, _MEMORY = 150.0, 1000.0, 200.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Samples:
    """What of a crawl requests are made of."""

    name: str
    pages: list[str]
    stories: list[str]
    clusters: list[str]
    words: list[str]
    skipped: list[str]


def samples_of(folder: Path, many: int, rng: random.Random) -> Samples:
    """Random pages, stories, clusters, words of headlines and skipped addresses of a crawl."""
    with Catalog(folder) as catalog:

        def some(query: str) -> list[dict[str, object]]:
            rows = catalog.rows(query)
            return rng.sample(rows, min(many, len(rows)))

        pages = [shown_key(int(str(row["key"]))) for row in some("SELECT key FROM page")]
        story_rows = some("SELECT key, place FROM article")
        stories = [shown_key(int(str(row["key"]))) for row in story_rows]
        titles = [catalog.record("articles", int(str(row["place"])))["title"].split() or ["a"] for row in story_rows]
        clusters = [str(row["uid"]) for row in some("SELECT uid FROM article WHERE copies > 0")]
        skipped = [catalog.record("skipped", int(str(row["place"])))["url"] for row in some("SELECT place FROM skip")]
    return Samples(folder.resolve().name, pages, stories, clusters, [rng.choice(words) for words in titles], skipped)


def routes(found: Samples) -> dict[str, Callable[[random.Random], str]]:
    """Every page of the dashboard -> what a request for it asks."""
    home = f"/crawls/{quote(found.name)}"

    def page(view: str, of: list[str]) -> Callable[[random.Random], str]:
        return lambda rng: f"{home}/pages/{rng.choice(of)}{view}"

    def listed(path: str, orders: str, **filters: list[str]) -> Callable[[random.Random], str]:
        def ask(rng: random.Random) -> str:
            query = {"order": rng.choice(orders.split()), "way": rng.choice(["up", "down"])}
            for name, values in filters.items():
                if rng.random() < 0.5:
                    query[name] = rng.choice(values)
            return f"{home}/{path}?{urlencode(query)}"

        return ask

    return {
        "crawls": lambda rng: "/",
        "search in all": lambda rng: f"/search?{urlencode({'q': rng.choice(found.words)})}",
        "overview": lambda rng: home,
        "live": lambda rng: f"{home}/live",
        "pages": listed(
            "pages", "found address fetched status depth links_out links_in editorial_in", kind=["article", "link_page"]
        ),
        "articles": listed("articles", "found title published section words copies", since=["2002", "2005-03"]),
        "search": lambda rng: f"{home}/search?{urlencode({'q': rng.choice(found.words)})}",
        "duplicates": listed("duplicates", "copies title published", kind=["print", "near", "exact"]),
        "cluster": lambda rng: f"{home}/duplicates/{rng.choice(found.clusters)}",
        "skipped": listed("skipped", "found address reason depth", bin=["skipped", "fetched"]),
        "why not?": lambda rng: f"{home}/why-not?{urlencode({'url': rng.choice(found.skipped)})}",
        "graph": lambda rng: f"{home}/graph?links={rng.choice(['all', 'editorial'])}",
        "neighbourhood": lambda rng: f"{home}/graph?links=all&of={rng.choice(found.pages)}",
        "exports": lambda rng: f"{home}/exports",
        "page: text": page("", found.pages),
        "article: text": page("", found.stories),
        "article: why": page("/why", found.stories),
        "page: links in": page("/links-in", found.pages),
        "page: links out": page("/links-out", found.pages),
        "page: record": page("/record", found.pages),
        "article: versions": page("/versions", found.stories),
        "article: copies": page("/copies", found.stories),
    }


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """A dashboard over one crawl: (port, process id)."""
    command = [sys.executable, "-m", "portal_crawler", "serve", str(folder), "--port", "0", "--no-replay", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
            yield int(told["url"].rstrip("/").rpartition(":")[2]), server.pid
        finally:
            server.terminate()


def asked(port: int, path: str) -> tuple[int, float, int]:
    """(status, milliseconds, bytes) of one request."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read()
    took = 1000 * (time.perf_counter() - begun)
    link.close()
    return answer.status, took, len(body)


def memory(pid: int) -> tuple[float, float]:
    """Resident memory of a process now and at its highest, in MB."""
    told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return tuple(int(told[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def processor(pid: int) -> float:
    """Processor time of a process, in milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / _TICKS


def first_paint(port: int, paths: list[str], chromium: str) -> list[tuple[str, float]]:
    """First contentful paint of pages in Chromium, in milliseconds; the first visit loads style and script, too."""
    from playwright.sync_api import sync_playwright

    found = []
    ask = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in paths:
            page = browser.new_context().new_page()
            page.goto(f"http://127.0.0.1:{port}{path}")
            page.wait_for_timeout(200)
            found.append((path, float(page.evaluate(ask))))
        browser.close()
    return found


def main() -> int:
    """Measure and print; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("crawl", type=Path)
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--chromium", default="")
    given = parser.parse_args()
    folder, rng = given.crawl, random.Random(given.seed)
    remove_catalog(folder)
    begun, spent = time.perf_counter(), time.process_time()
    path = update(folder)
    print(
        f"catalog: {time.perf_counter() - begun:.1f} s, {time.process_time() - spent:.1f} s of CPU,"
        f" {path.stat().st_size / 1e6:.1f} MB"
    )
    found, broken = samples_of(folder, 500, rng), False
    with serving(folder) as (port, pid):
        for _ in range(20):
            if asked(port, f"/crawls/{quote(found.name)}/graph")[0] == 200:
                break
            time.sleep(0.5)
        print(f"{'':20} {'p50':>8} {'p95':>8} {'max':>8} {'CPU':>8}  ms")
        for name, route in routes(found).items():
            before, times = processor(pid), []
            for _ in range(given.samples):
                status, took, _ = asked(port, asked_path := route(rng))
                if status != 200:
                    print(f"{name}: {status} at {asked_path}")
                    broken = True
                times.append(took)
            p95 = statistics.quantiles(times, n=20)[-1]
            spent_each = (processor(pid) - before) / given.samples
            broken |= p95 > _P95
            mark = "  above 150" if p95 > _P95 else ""
            print(f"{name:20} {statistics.median(times):8.1f} {p95:8.1f} {max(times):8.1f} {spent_each:8.1f}{mark}")
        now, most = memory(pid)
        broken |= most > _MEMORY
        print(f"memory: {now:.0f} MB, at most {most:.0f} MB")
        if given.chromium:
            home = f"/crawls/{quote(found.name)}"
            for shown, paint in first_paint(port, ["/", home, f"{home}/pages", f"{home}/articles"], given.chromium):
                broken |= paint > _PAINT
                print(f"first paint: {paint:.0f} ms  {shown}")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
