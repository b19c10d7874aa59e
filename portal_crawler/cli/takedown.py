"""``portal-crawler takedown``: a page and its copies out of every output, index and archive, for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.terminal import counted, number, terminal, terminal_options
from portal_crawler.errors import UsageError

if TYPE_CHECKING:
    from portal_crawler.takedown.operation import Operation

# Pages and files that are shown to people; --json has all.
_SHOWN = 20


@click.command(short_help="Take a page out of every output and archive, and keep it out.")
@click.argument("urls", metavar="[URL]…", nargs=-1)
@click.option(
    "--urls",
    "listed",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with an address on each line; # begins a remark.",
)
@click.option(
    "--in",
    "crawls",
    metavar="CRAWL",
    multiple=True,
    help="Crawl to look at, with those tied to it; as often as needed. [default: all in data/crawls]",
)
@click.option("--reason", default="no reason given", show_default=True, help="Why, in words: it is told ever after.")
@click.option("--by", metavar="WHO", help="Who asked for it.")
@click.option("--dry-run", is_flag=True, help="List what would go, and change nothing.")
@click.option("--only-this-address", is_flag=True, help="Leave the copies of the story: its text stays there.")
@click.option(
    "--quotes",
    type=click.Choice(("remove", "all", "keep")),
    default="remove",
    show_default=True,
    help="Captures of other pages (feeds, lists) that hold sentences which only this story has: remove them, but where"
    " more than 20 pages hold the sentence; remove all; keep them.",
)
@click.option("--keep-anchors", is_flag=True, help="Leave the words of links to the page in links.jsonl.")
@terminal_options
def takedown(
    urls: tuple[str, ...],
    listed: Path | None,
    crawls: tuple[str, ...],
    reason: str,
    by: str | None,
    dry_run: bool,
    only_this_address: bool,
    quotes: str,
    keep_anchors: bool,
) -> None:
    """Remove the page at URL, with the copies of its story, from crawls: records, indexes, ledger and WARC files.

    Crawls that go on from one that is named, or that it went on from, are changed with it, all or none: a kill leaves
    the old state, or one that the same command finishes. Without URL, a takedown that was stopped is finished. No later
    crawl of these, nor of this workspace, fetches the address again.
    """
    from datetime import UTC, datetime

    from portal_crawler.catalog.place_disk import remove_catalog
    from portal_crawler.cli.takedown_sources import addresses, crawls_of, finished_before, places_of_crawls
    from portal_crawler.report.summary import from_crawl
    from portal_crawler.takedown.findings import Quotes
    from portal_crawler.takedown.operation import Wish, planned

    folders, wanted = crawls_of(crawls), addresses(urls, listed)
    finished = finished_before(folders)
    for folder in finished:
        terminal().say(f"{folder}: the takedown that was stopped there is finished")
    if not wanted:
        if not finished:
            raise UsageError(
                "takedown", "has nothing to do", "name the address of a page, or a file of them with --urls"
            )
        return
    wish = Wish(
        urls=wanted,
        folders=folders,
        reason=reason,
        now=datetime.now(UTC).replace(microsecond=0),
        by=by,
        beside=places_of_crawls(folders),
        copies=not only_this_address,
        quotes=Quotes(quotes),
        anchors=keep_anchors,
    )
    for folder in finished:
        remove_catalog(folder)
    with planned(wish) as operation:
        if not dry_run and operation.folders:
            for folder in operation.folders:
                remove_catalog(folder)  # one in the user's cache lies outside what the takedown stages
            operation.run(lambda folder: from_crawl(folder).counts())
            for folder in operation.folders:
                remove_catalog(folder)  # one that a dashboard made meanwhile, of the old records
    _show(operation, done=not dry_run)


def _show(operation: Operation, *, done: bool) -> None:
    """What went, or would."""
    from portal_crawler.cli.folders import argument, shown

    door = terminal()
    if door.json:
        door.record(_told(operation, done=done))
    for url in operation.already:
        door.say(f"{url} was taken down before; nothing of it is left in these crawls")
    if not operation.folders:
        return
    if not door.json:
        _list(operation)
    quoting = [one for one in operation.found.quoting if not one.goes]
    for one in quoting[:_SHOWN]:
        door.say(f"stays: {one.url} holds {counted(one.sentences, 'sentence')} of it ({shown(one.folder)})")
    if quoting:
        door.say(f"the text is left in {counted(len(quoting), 'capture')} of other pages")
    pages = len({(page.folder, page.url_key) for story in operation.stories for page in story.pages})
    records = sum(operation.found.records.values())
    of = counted(len(operation.folders), "crawl")
    what = f"{counted(pages, 'page')} and {counted(records, 'WARC record')} of {of}"
    door.say(
        "not looked for: datasets, packages and reports outside of these folders; make each again at its place"
        " (a dataset's changes.jsonl then says what to drop)"
    )
    if not done:
        door.say(f"would take {what}; nothing was changed")
        return
    door.say(f"took {what}")
    for path in operation.shared:
        door.say(f"{shown(path)} keeps it out of later crawls of this workspace")
    last = operation.folders[-1]
    door.result(shown(last / "takedowns.jsonl"), f"portal-crawler verify {argument(last)}")


def _list(operation: Operation) -> None:
    """Each page, capture, file and folder that goes, a line each, for people."""
    from portal_crawler.cli.folders import shown
    from portal_crawler.takedown.derived import derived, made_by

    door = terminal()
    for page in dict.fromkeys(page for story in operation.stories for page in story.pages):
        door.data(f"page     {page.url}  {page.kind}  {shown(page.folder)}")
    for one in operation.found.quoting:
        if one.goes:
            what = f"holds {counted(one.sentences, 'sentence')} of it; what was read of that page stays"
            door.data(f"capture  {one.url}  {what}  {shown(one.folder)}")
    for path, cut in operation.found.cuts.items():
        door.data(f"archive  {shown(path)}  {counted(len(cut.dropped), 'record')}, {number(cut.bytes)} bytes")
    for folder in operation.folders:
        for name in operation.staged[folder].removed if folder in operation.staged else derived(folder):
            door.data(f"remove   {shown(folder / name)}  made again by {made_by(name)}")


def _told(operation: Operation, *, done: bool) -> dict[str, Any]:
    """All of it, for programs."""
    from portal_crawler.takedown.derived import derived

    return {
        "done": done and bool(operation.folders),
        "already": list(operation.already),
        "crawls": [str(folder) for folder in operation.folders],
        "stories": [
            {
                "url": story.url,
                "url_keys": list(story.keys),
                "article_ids": list(story.ids),
                "pages": [{"crawl": str(page.folder), "url": page.url, "kind": page.kind} for page in story.pages],
            }
            for story in operation.stories
        ],
        "quoting": [
            {"crawl": str(one.folder), "url": one.url, "sentences": one.sentences, "goes": one.goes}
            for one in operation.found.quoting
        ],
        "archives": [
            {"file": str(path), "records": len(cut.dropped), "bytes": cut.bytes}
            for path, cut in operation.found.cuts.items()
        ],
        "removed": [
            str(folder / name)
            for folder in operation.folders
            for name in (operation.staged[folder].removed if folder in operation.staged else derived(folder))
        ],
    }
