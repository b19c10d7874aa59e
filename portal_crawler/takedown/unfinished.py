"""Unfinished: a crawl that was stopped, cut back to its last commit, as the same crawl would find it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from portal_crawler.archive.warc_write import FOLDER, OPEN
from portal_crawler.disk import writing
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.manifest_json import SUMS
from portal_crawler.records.replace_jsonl import finish_replacing


def to_last_commit(folder: Path) -> None:
    """Cut the files of an unfinished crawl back to what was committed; of a finished one nothing is done.

    :raises StateError: where another process has the crawl, or a file is shorter than committed.
    """
    if not (folder / LEDGER).exists() or (folder / SUMS).exists():
        return
    with closing(Ledger(folder)) as ledger:
        if replacing := ledger.replacing:
            ledger.finalize(replacing)
            finish_replacing(folder, replacing)
            ledger.replaced()
        lengths = ledger.lengths()
        for name, length in lengths.items():
            grown = folder / (name + OPEN)
            GrownFile(grown if grown.exists() else folder / name, length).close()
        for path in folder.glob(f"{FOLDER}/*.warc*"):
            if path.relative_to(folder).as_posix().removesuffix(OPEN) not in lengths:
                with writing(path):
                    path.unlink()
