"""``portal-crawler dataset``: the records of crawls as a dataset that other tools load and that can be cited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.terminal import number, terminal, terminal_options
from portal_crawler.errors import UsageError

if TYPE_CHECKING:
    from portal_crawler.dataset.build_disk import Built
    from portal_crawler.dataset.selection import Selection

_FORMS = ("jsonl", "parquet", "hf", "frictionless", "croissant", "bagit", "csv", "gexf", "graphml")


@click.command(short_help="Make a dataset of one or more crawls, in the form of other tools.")
@click.argument("crawls", metavar="CRAWL…", nargs=-1, required=True)
@click.option("--to", "form", type=click.Choice(_FORMS), required=True, help="What the dataset is written as.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the dataset; an older version there is replaced at once. [default: CRAWL/dataset]",
)
@click.option(
    "--language", multiple=True, metavar="TAG", help="Only this language (zh, zh-CN; und: unknown); repeatable."
)
@click.option("--section", multiple=True, metavar="NAME", help="Only this section; repeatable.")
@click.option("--site", multiple=True, metavar="HOST", help="Only this host; repeatable.")
@click.option("--verdict", multiple=True, type=click.Choice(["new", "revised"]), help="Only this verdict; repeatable.")
@click.option("--since", metavar="DAY", help="Published on this day or later: 2005, 2005-10 or 2005-10-31.")
@click.option("--until", metavar="DAY", help="Published on this day or earlier: 2005 is its last day.")
@click.option("--min-words", type=click.IntRange(min=0), help="At least so many words.")
@click.option("--max-words", type=click.IntRange(min=0), help="At most so many words.")
@click.option(
    "--splits", default="80,10,10", show_default=True, metavar="SHARES", help="Shares of train,validation,test."
)
@click.option("--title", help="Title of the dataset. [default: made of the profiles' names]")
@click.option("--licence", help="What may be done with it: an SPDX name (CC-BY-4.0), an address, or words.")
@click.option("--creator", help="Who made it, to be cited.")
@click.option(
    "--date",
    metavar="DAY",
    help="Day that it is dated. [default: of SOURCE_DATE_EPOCH, or on which the last crawl ended]",
)
@click.option(
    "--since-version",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the version before. [default: what stands in the folder of --out]",
)
@click.option("--archive", is_flag=True, help="Put the crawls' whole archive files into the bag (bagit).")
@click.option("--editorial", is_flag=True, help="Only links that an editor set (gexf, graphml).")
@terminal_options
def dataset(crawls: tuple[str, ...], form: str, out: Path | None, **asked: Any) -> None:
    """Make a dataset of each CRAWL, a crawl's folder or a profile's name for its newest crawl.

    One record an article, in files by split and month of publication, with a card, figures, sums and a citation. What
    is left out stands in left_out.jsonl, with the rule that decided. The same crawls give the same bytes.
    """
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.dataset.build_disk import build_dataset
    from portal_crawler.dataset.form import Form
    from portal_crawler.dataset.order import Order, shares_of

    folders = [crawl_folder(crawl) for crawl in crawls]
    if out is None and len({folder.resolve() for folder in folders}) > 1:
        raise UsageError("dataset", "got several crawls", "name a folder for their dataset with -o")
    order = Order(
        form=Form(form),
        selection=_selection(asked),
        shares=shares_of(asked["splits"]),
        date=_date(asked["date"]),
        **{name: asked[name] for name in ("title", "licence", "creator", "since_version", "archive", "editorial")},
    )
    _tell(build_dataset(folders, order, out or folders[0] / "dataset", terminal().say))


def _selection(asked: dict[str, Any]) -> Selection:
    from portal_crawler.dataset.selection import Selection, day_of

    return Selection(
        languages=asked["language"],
        sections=asked["section"],
        sites=asked["site"],
        verdicts=asked["verdict"],
        since=day_of(asked["since"], "--since") if asked["since"] else None,
        until=day_of(asked["until"], "--until", last=True) if asked["until"] else None,
        min_words=asked["min_words"],
        max_words=asked["max_words"],
    )


def _date(told: str | None) -> str | None:
    """The day that is asked for, by option or by the convention of reproducible builds."""
    import os
    from datetime import UTC, datetime

    from portal_crawler.dataset.selection import day_of

    if told:
        return day_of(told, "--date").isoformat()
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            "SOURCE_DATE_EPOCH", f"'{epoch}' is no time", "give seconds since 1970, or unset it"
        ) from error


def _changes(last: dict[str, Any]) -> list[tuple[str, ...]]:
    """What is different from the version before: records by kind, and by field or rule."""
    fields = last["changed_fields"]
    parts = {
        "added": {"new text of a known address": last["revising"]} if last["revising"] else {},
        "changed": {"fields not known": last["changed"]} if fields is None else fields,
        "moved": last["moved_fields"],
        "withdrawn": last["withdrawn_rules"],
    }
    return [
        row
        for kind, part in parts.items()
        for row in ((kind, number(last[kind])), *((f"  {name}", number(many)) for name, many in part.items()))
    ]


def _tell(built: Built) -> None:
    from portal_crawler.cli.folders import argument, shown

    door, facts = terminal(), built.facts
    figures, last = facts["figures"], facts["history"][-1]
    if door.json:
        names = ("version", "date", "form", "figures", "left_out", "history")
        door.record({"dataset": str(built.folder), "changed": built.changed} | {name: facts[name] for name in names})
    if not built.changed:
        door.say(f"nothing is different: version {facts['version']} stays as it is")
    rows: list[tuple[str, ...]] = [
        ("records", number(figures["records"])),
        *((f"  {name}", number(many)) for name, many in figures["splits"].items()),
        ("left out", number(sum(facts["left_out"].values()))),
        *((f"  {rule}", number(many)) for rule, many in facts["left_out"].items()),
    ]
    if built.changed and len(facts["history"]) > 1:
        rows += _changes(last)
    door.table(rows)
    if built.changed and last["moved"]:
        door.say("moved: only their place in the archive, or other provenance, is different; they read as before")
    place = shown(built.folder)
    door.result(f"{place} (version {facts['version']})", f"less {argument(built.folder / 'README.md')}")
