"""Shard process: the process that crawls the hosts of one shard, from its start to its end.

Of signals to the whole group of processes (Ctrl-C, a service that is stopped) it takes no notice: its coordinator tells
it what is to be done. It ends with its coordinator, whatever ended that: the link between them is closed then.
"""

from __future__ import annotations

import signal
import sqlite3
import sys
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from portal_crawler.engine.finish import begin_crawl
from portal_crawler.engine.run import fetch_all
from portal_crawler.engine.shard_crawl import ShardCrawl
from portal_crawler.engine.shard_link import link_shard
from portal_crawler.engine.shard_report import ShardTask, Tells
from portal_crawler.engine.share import Share
from portal_crawler.errors import ExitCode, PortalCrawlerError
from portal_crawler.frontier.ownership import Ownership
from portal_crawler.records.manifest_json import write_crawl


def main() -> None:
    """Serve the link whose number is the first argument."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    with Connection(int(sys.argv[1])) as link:
        try:
            told: tuple[Tells, Any] = (Tells.ENDED, run_shard(link.recv(), link))
        except PortalCrawlerError as error:
            told = (Tells.FAILED, error)
        except (EOFError, BrokenPipeError):
            sys.exit(ExitCode.INTERRUPTED)
        except Exception as error:  # noqa: BLE001 - whatever it is, the coordinator ends with it
            traceback.print_exc()
            told = (Tells.FAILED, RuntimeError(f"{type(error).__name__}: {error}"[:500]))
        link.send(told)


def run_shard(task: ShardTask, link: Connection) -> str:
    """Crawl, or go on crawling, the hosts of a shard until its coordinator ends it.

    :returns: Scrapy's word for its end, or the limit that ended it early.
    :raises PortalCrawlerError: what a person must mend.
    """
    ownership = Ownership(task.jobs, task.aliases)
    crawl = ShardCrawl(
        task.profile, task.folder, Share(task.number, ownership, task.retries), task.since, limited=task.limited
    )
    crawl.notices.say = lambda sentence: link.send((Tells.NOTICE, sentence))
    try:
        facts = begin_crawl(crawl)
        fetch_all(crawl, task.settings, lambda crawler: link_shard(crawler, link), handlers=False)
        if isinstance(crawl.error, sqlite3.DatabaseError):
            raise crawl.ledger.trouble(crawl.error) from crawl.error
        if crawl.error is not None:
            raise crawl.error
        # A shard is never finished by itself: its records are settled with those of the others.
        write_crawl(crawl.folder, replace(facts, finish_reason="interrupted"))
        return crawl.allowance.hit or crawl.ended
    finally:
        crawl.close()


if __name__ == "__main__":
    main()
