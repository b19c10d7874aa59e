"""Build: from the folders of crawls to the folder of a dataset, which takes the place of an older version at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_crawler.dataset.archive_disk import archive_files, repeated_elsewhere
from portal_crawler.dataset.extra import needed
from portal_crawler.dataset.folder_lock_disk import locked
from portal_crawler.dataset.form import Rows, rows_of
from portal_crawler.dataset.gather import gather
from portal_crawler.dataset.manifest_json import DATASET, Earlier, read_earlier
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.plan import Plan, planned
from portal_crawler.dataset.record_table_sqlite import RecordTable
from portal_crawler.dataset.source_jsonl import Source, open_sources
from portal_crawler.dataset.tombstones_jsonl import read_tombstones
from portal_crawler.dataset.write_disk import write_dataset
from portal_crawler.errors import DiskFullError, UsageError
from portal_crawler.graph.folder_disk import refuse_another, replaced_folder, settle
from portal_crawler.records.tombstones_jsonl import workspace_file


@dataclass(frozen=True, slots=True)
class Built:
    """A dataset that is in its folder. ``facts`` is its manifest, ``changed`` whether it is a new version."""

    folder: Path
    facts: Mapping[str, Any]
    changed: bool


def build_dataset(
    crawls: Sequence[Path], order: Order, folder: Path, say: Callable[[str], None] = lambda _: None
) -> Built:
    """Make a dataset of one or more crawls, in place of an older version in ``folder``.

    The same crawls, order and version before give the same bytes. Where nothing is different, the older version stays.

    :param say: is told what begins, in words.
    :raises UsageError: where the order or a folder is not as it has to be, or no article is taken.
    :raises StateError: where a crawl has not ended, or another process builds into ``folder``.
    :raises DamagedFileError: at the first line that is no record of its file.
    :raises DiskFullError: where there is no room; the older version stays.
    """
    order.check()
    folder = folder.resolve()  # a folder such as "." has no name of its own
    if rows_of(order.form) is Rows.PARQUET:
        needed("pyarrow.parquet")  # said before minutes of reading
    sources = open_sources(crawls)
    with locked(folder):
        settle(folder)
        refuse_another(folder, DATASET)  # said before minutes of reading
        earlier = _version_before(order, folder)
        folders = [source.folder for source in sources]
        tombstones = read_tombstones(folders, dict.fromkeys(map(workspace_file, folders)))
        archive = archive_files(sources, tombstones) if order.archive else []
        for crawl in repeated_elsewhere(sources) if order.archive else []:
            say(f"pages that are as they were in {crawl} have their content there, and not in the bag; name it, too")
        with RecordTable() as table:
            gather(table, sources, order.selection, tombstones, earlier, order.shares, say)
            plan = planned(table, sources, order, earlier, tombstones, archive)
            if not plan.records:
                raise _nothing(plan, sources, order)
            if earlier is not None and earlier.folder == folder and plan.repeats(earlier):
                return Built(folder, earlier.facts, changed=False)
            say(f"writing {plan.records:,} records")
            return Built(folder, _write(folder, table, sources, order, plan), changed=True)


def _write(folder: Path, table: RecordTable, sources: Sequence[Source], order: Order, plan: Plan) -> Mapping[str, Any]:
    try:
        with replaced_folder(folder, DATASET) as fresh:
            return write_dataset(fresh, table, sources, order, plan)
    except DiskFullError as error:
        cure = "free some space and run the same command again; an older version is as it was"
        raise DiskFullError(error.subject, error.problem, cure) from error


def _version_before(order: Order, folder: Path) -> Earlier | None:
    if order.since_version is None:
        return read_earlier(folder)
    earlier = read_earlier(order.since_version.resolve())
    if earlier is None:
        cure = "name the folder of a dataset that portal-crawler made"
        raise UsageError(str(order.since_version), f"holds no {DATASET}", cure)
    return earlier


def _nothing(plan: Plan, sources: Sequence[Source], order: Order) -> UsageError:
    rules = ", ".join(f"{rule} {many}" for rule, many in plan.left_out.items())
    problem = f"no article is taken ({rules})" if rules else "there are no articles"
    cure = "loosen the selection" if order.selection.told() else "name a crawl that has articles"
    return UsageError(", ".join(str(source.folder) for source in sources), problem, cure)
