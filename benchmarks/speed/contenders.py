"""Contenders: the programs that do a job on the demo portal, each a command whose tree of processes is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from process_tree import Cost, cost_of

from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile import Output
from portal_crawler.sites.profile_toml import save_profile

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
BARE, ONE, TWO = "bare Scrapy", "portal-crawler, one process", "portal-crawler, with a reading process"
NO_WARC, ONCE, WGET = "portal-crawler, without its archive", "bare Scrapy, each URL once", "wget + trafilatura"
REPORT = "portal-crawler, one process, with report"
# Exit codes of a crawl that ended by itself, or at its limit.
_ENDS_WELL = (0, 15)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a contender's job came to."""

    cost: Cost
    pages: int

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU a page."""
        return 1000 * self.cost.cpu / self.pages


@dataclass(frozen=True, slots=True)
class Job:
    """The portal at ``address`` (``host:port``), of a size, into a folder; of ``pages`` at most, where it is not 0."""

    address: str
    size: str
    folder: Path
    pages: int = 0


def ours(job: Job, workers: int, *, warc: bool = True, report: bool = False) -> Ran:
    """Our crawl: archive, ledger, records, link graph, verdicts and settling.

    :param report: whether the page of charts is made at its end too, by what the extras ``report`` and ``graph`` bring.
    """
    profile, out = job.folder / "profile.toml", job.folder / "crawl"
    save_profile(demo_profile(job.address, job.size).model_copy(update={"output": Output(warc=warc)}), profile)
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--progress", "none"]
    limit = ["--limit", str(job.pages)] if job.pages else []
    command += [*limit, *([] if report else ["--no-report"])]
    cost = cost_of([*command, "-s", f"PORTAL_READING_WORKERS={workers}"], job.folder, ROOT, _ENDS_WELL)
    with (out / "pages.jsonl").open("rb") as lines:
        return Ran(cost, sum(1 for _ in lines))


def script(job: Job, name: str, *flags: str, python: str = sys.executable) -> Ran:
    """A script beside this one, which prints how many answers it had."""
    limit = ["--pages", str(job.pages)] if job.pages else []
    out = job.folder / "pages.jsonl"
    command = [python, str(HERE / name), job.address, job.size, str(out), *flags, *limit]
    cost = cost_of(command, job.folder, ROOT)
    return Ran(cost, int(cost.output.split()[-1]))


CONTENDERS: dict[str, Callable[[Job], Ran]] = {
    BARE: lambda job: script(job, "bare_spider.py"),
    ONE: lambda job: ours(job, 0),
    TWO: lambda job: ours(job, 1),
    REPORT: lambda job: ours(job, 0, report=True),
    NO_WARC: lambda job: ours(job, 0, warc=False),
    ONCE: lambda job: script(job, "bare_spider.py", "--once"),
    WGET: lambda job: script(job, "wget_trafilatura.py"),
}
