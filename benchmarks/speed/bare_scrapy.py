"""CPU and memory of a whole crawl against a bare Scrapy spider on the same portal, in the same run.

    python benchmarks/speed/bare_scrapy.py [--size medium] [--rounds 2]

The bare spider follows all links within the same hosts and stores title and body text by one XPath each as JSON lines
(no ledger, no roles; it goes through the same download handler, so its bytes pass the same tap, but none is archived).
CPU is user + system of the crawling process alone (the server is another one), a page; memory its peak resident size.
The contenders take turns, so that all see the same machine; the third is our crawl without its archive.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile import Output
from portal_crawler.sites.profile_toml import save_profile

_BARE = """
import json, sys
from pathlib import Path
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from portal_crawler.demo.profile import demo_profile
from portal_crawler.engine.attached import attach
from portal_crawler.engine.wire_handler import WireHandler
from portal_crawler.frontier.scope import ScopeRule

address, size, out = sys.argv[1:4]
profile = demo_profile(address, size)
scope = ScopeRule(profile)
file = open(out, "wb")

class Attached:  # the wire handler alone, for connect_to
    def __init__(self):
        self.profile = profile
        self.outputs = None

class Keeping(WireHandler):
    keeps_bodies = True

class Bare(scrapy.Spider):
    name = "bare"
    start_urls = [*profile.seeds, *profile.sitemaps]
    pages = 0

    def parse(self, response):
        Bare.pages += 1
        if not isinstance(response, scrapy.http.HtmlResponse):
            if isinstance(response, scrapy.http.XmlResponse):
                response.selector.remove_namespaces()
                for url in response.xpath("//loc/text() | //link/text()").getall():
                    if scope.refusal(url, "", 0) is None:
                        yield scrapy.Request(url)
            return
        title = response.xpath("//title/text()").get()
        text = " ".join(response.xpath("//body//text()").getall())
        file.write(json.dumps({"url": response.url, "title": title, "text": text}).encode() + b"\\n")
        for href in response.xpath("//a/@href | //area/@href | //frame/@src | //iframe/@src").getall():
            url = response.urljoin(href)
            if url.startswith("http") and scope.refusal(url, "", 0) is None:
                yield scrapy.Request(url)

process = AsyncCrawlerProcess({
    "DOWNLOAD_HANDLERS": {"http": Keeping},
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False, "RETRY_TIMES": 3, "ROBOTSTXT_OBEY": False, "COOKIES_ENABLED": False,
    "MEMUSAGE_ENABLED": False,
})
crawler = process.create_crawler(Bare)
attach(crawler, Attached())
process.crawl(crawler)
process.start()
file.close()
print(Bare.pages)
"""


def measured(command: list[str], folder: Path) -> tuple[float, float, str]:
    """CPU seconds, peak MB and standard output of a child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, env={**os.environ})
    output = child.stdout.read().decode() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command[:4])} ended with {child.returncode}")
    del before
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def ours(address: str, size: str, folder: Path, *, warc: bool = True) -> tuple[float, float, int]:
    """CPU seconds, peak MB and pages of our crawl, with its archive or without."""
    profile = folder / "profile.toml"
    save_profile(demo_profile(address, size).model_copy(update={"output": Output(warc=warc)}), profile)
    out = folder / "crawl"
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--progress", "none"]
    seconds, peak, _ = measured(command, folder)
    with (out / "pages.jsonl").open("rb") as lines:
        return seconds, peak, sum(1 for _ in lines)


def bare(address: str, size: str, folder: Path) -> tuple[float, float, int]:
    """CPU seconds, peak MB and pages of the bare spider."""
    script = folder / "bare.py"
    script.write_text(_BARE, encoding="utf-8")
    seconds, peak, output = measured([sys.executable, str(script), address, size, str(folder / "bare.jsonl")], folder)
    return seconds, peak, int(output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    root = str(Path(__file__).resolve().parents[2])
    os.environ["PYTHONPATH"] = root
    contenders = (("bare Scrapy", bare), ("portal-crawler", ours), ("without WARC", partial(ours, warc=False)))
    ratios, peaks, archive = [], [], []
    with serving(options.size) as address:
        for number in range(options.rounds):
            rows = []
            for name, run in contenders:
                with tempfile.TemporaryDirectory() as folder:
                    seconds, peak, pages = run(address, options.size, Path(folder))
                rows.append((seconds / pages, peak))
                cpu = f"{1000 * seconds / pages:6.2f} ms CPU a page"
                print(f"round {number + 1}  {name:<15} {cpu}  {peak:6.1f} MB  {pages} pages")
            ratios.append(rows[1][0] / rows[0][0])
            peaks.append(rows[1][1] / rows[0][1])
            archive.append(rows[1][0] / rows[2][0])
    print(f"CPU a page, ratio: {min(ratios):.2f} to {max(ratios):.2f}")
    print(f"peak memory, ratio: {min(peaks):.2f} to {max(peaks):.2f}")
    print(f"CPU of a crawl with its archive to one without, ratio: {min(archive):.2f} to {max(archive):.2f}")


if __name__ == "__main__":
    main()
