"""The budget of a page: where the CPU time of a whole crawl goes, by samples of its stack.

    python benchmarks/speed/budget.py [--size medium] [--pages 1500] [--workers 0] [--raw FILE]

Runs a crawl of the demo portal, served from memory, under py-spy (``pip install py-spy``), and prints the share of each
part of the work. A part is known by the innermost of its functions on the stack. ``--raw`` reads samples of an earlier
run (``py-spy record -f raw``) instead. With ``--workers 1`` the reading process is counted with the crawl's own.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from memory_portal import memory_portal

from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

# Part of the work, and the functions whose stack belongs to it. The first that is met from the inside counts.
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("start: imports", ("_find_and_load (",)),
    ("reading: charset and parse", ("decode (page/charset", "parse (page/markup")),
    ("reading: walk to blocks", ("walk (page/walk",)),
    ("reading: features and network", ("decide_roles (page/block_model",)),
    ("reading: links", ("read_links (page/links",)),
    ("reading: metadata, dates", ("read_metadata (page/metadata",)),
    ("reading: sketch for the template", ("_sketch (reading.py",)),
    ("reading: the rest", ("read_page (reading.py",)),
    ("readings between processes", ("send (engine/reading_wire", "receive_reading (", "receive (engine/reading_wire")),
    ("archive: gzip", ("gzip_member (",)),
    ("archive: records, index, write", ("ArchivePipeline.process_item (",)),
    ("records: dedup verdict, articles", ("DedupPipeline.process_item (", "ArticlesPipeline.process_item (")),
    ("records: links, pages", ("LinksPipeline.process_item (", "PagesPipeline.process_item (", "SummaryPipeline.")),
    ("commits: fsync, ledger transaction", ("Commits.commit (",)),
    ("frontier: traps, new texts", ("TrapWatch.shown (", "TrapWatch.placed (", "TrapWatch.added (")),
    ("frontier: known keys, scope, insert", ("CrawlFrontier.page (",)),
    ("frontier: next address", ("Crawl.next_row (",)),
    ("visits, tally", ("Crawl.page_done (",)),
    ("answer to capture", ("capture_of (spiders/captures", "Crawl.answered (", "Crawl.judged (")),
    ("download: tap and meter", ("WireTap.", "WireMeter.")),
    ("download: Scrapy's downloader, Twisted", ("Downloader.", "callWithLogger (", "ExecutionEngine._download (")),
    ("robots, answers, other middlewares", ("RobotsMiddleware.", "AnswersMiddleware.", "SpellingsMiddleware.")),
    ("Scrapy's engine and scraper, event loop", ("BaseEventLoop._run_once (",)),
    ("end: second reading", ("_read_again (engine/finish",)),
    ("end: settling the dataset", ("assemble_dataset (",)),
    ("end: report", ("report_at_end (",)),
    ("end: summary, sums", ("_end (engine/finish", "finish_crawl (")),
)
_OTHER = "all else"
_IDLE = ("select (selectors.py", "SocketIO.readinto (socket.py", "Condition.wait (threading.py", "_end_with (engine/")


def budget(samples: Iterable[str]) -> Counter[str]:
    """How many samples belong to each part.

    :param samples: lines of frames, outermost first, parted by semicolons, and a count.
    """
    found: Counter[str] = Counter()
    for line in samples:
        stack, _, count = line.rpartition(" ")
        frames = [frame.replace("portal_crawler/", "") for frame in stack.split(";")]
        if not frames[-1].startswith(_IDLE) and not any(one in frames[-1] for one in _IDLE):
            found[_part_of(frames)] += int(count)
    return found


def _part_of(frames: list[str]) -> str:
    for frame in reversed(frames):
        for name, marks in _PARTS:
            if frame.startswith(marks):
                return name
    return _OTHER


def _sampled(size: str, pages: int, workers: int) -> Iterator[str]:
    program = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if program is None:
        raise SystemExit("py-spy is not there; install it with: pip install py-spy")
    with tempfile.TemporaryDirectory() as name, memory_portal(size) as address:
        folder = Path(name)
        save_profile(demo_profile(address, size), folder / "profile.toml")
        command = [
            program, "record", "-r", "250", "-f", "raw", "--subprocesses", "-o", str(folder / "raw"), "--",
            sys.executable, "-m", "portal_crawler", "crawl", str(folder / "profile.toml"), "--out",
            str(folder / "crawl"), "--progress", "none", "-s", f"PORTAL_READING_WORKERS={workers}",
            *(["--limit", str(pages)] if pages else []),
        ]  # fmt: skip
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield from (folder / "raw").read_text(errors="replace").splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--raw", type=Path)
    options = parser.parse_args()
    lines: Iterable[str] = options.raw.read_text(errors="replace").splitlines() if options.raw else ()
    found = budget(lines if options.raw else _sampled(options.size, options.pages, options.workers))
    total = found.total()
    print("| | share |\n|---|---|")
    for name in [*(name for name, _ in _PARTS), _OTHER]:
        if found[name]:
            print(f"| {name} | {found[name] / total:.1%} |")
    print(f"\n{total} samples")


if __name__ == "__main__":
    main()
