"""``portal-crawler dedup``: which articles are copies of one story, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.pages import opened_batch
from portal_crawler.cli.terminal import bold, number, terminal, terminal_options
from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.verdict import CopyKind

if TYPE_CHECKING:
    from portal_crawler.dedup.near_index_sqlite import Found
    from portal_crawler.report.compared_stories import ComparedStories
    from portal_crawler.report.story_standing import InDataset

_SHAPE = '{"id": …, "url": …, "title": …, "text": …}'
# What each may be; url and title may be missing, and an id may be a number.
_KINDS = {"id": str | int, "url": str | None, "title": str | None, "text": str}
# Records between two commits of an index.
_COMMIT = 5_000


@click.group(invoke_without_command=True, short_help="Find the copies of stories among articles, and say why.")
@click.option("--batch", "source", metavar="RECORDS", help=f"JSON Lines of {_SHAPE}; - is standard input.")
@click.option(
    "--index",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Compare with what this file knows, and keep the records in it.",
)
@terminal_options
@click.pass_context
def dedup(ctx: click.Context, source: str | None, index: Path | None) -> None:
    """Say of each article whether it is a copy of another, of which, and why.

    With --batch, one line a record, in their order: id, duplicate_of (null of a story of its own), kind (print, mirror,
    url_variant where the addresses tell, else exact, near, truncated_of, revision_of; template_sibling is none of a
    copy), similarity and reason. The order of the records plays no part.
    """
    if (command := ctx.invoked_subcommand) is not None:
        for option, given in (("--batch", source), ("--index", index)):
            if given is not None:
                problem = f"is for records, and changes nothing of dedup {command}"
                raise UsageError(option, problem, "leave out the option, or the command")
        return
    if source is None:
        raise UsageError("dedup", "needs records or a command", "give --batch RECORDS, or see dedup --help")
    if index is not None and not index.parent.is_dir():
        raise UsageError(str(index), f"there is no folder {index.parent}", "make it, or name another file")
    _batch(source, index)


def _batch(source: str, index: Path | None) -> None:
    from portal_crawler.dedup.fingerprints import sketch_of
    from portal_crawler.dedup.near_index_sqlite import NearIndex

    out, counts, ids = terminal(), Counter[str](), list[tuple[str, str | None]]()
    numbers: dict[str, int] = {}  # of ids that are numbers, which come back as such
    with NearIndex(index or "", durable=index is not None) as known:
        for place, record in _records(source):
            identifier = str(record["id"])
            url = record.get("url") or None
            if not known.hold(identifier, sketch_of(record["text"], record.get("title") or ""), url):
                problem = f"{identifier} comes twice with different texts"
                raise DamagedFileError(source, problem, "give each article an id of its own", f"line {place}")
            ids.append((identifier, url))
            if isinstance(record["id"], int):
                numbers[identifier] = record["id"]
            if place % _COMMIT == 0:
                known.commit()
        known.finalize()
        for identifier, url in ids:
            line = _line(identifier, url, known.found(identifier))
            counts[line["kind"] or "new"] += 1
            for key in ("id", "duplicate_of"):
                line[key] = numbers.get(line[key], line[key])
            out.record(line)
    told = ", ".join(f"{number(count)} {kind.replace('_', ' ')}" for kind, count in counts.most_common())
    out.say(f"{number(len(ids))} articles: {told or 'none'}")


def _records(source: str) -> Iterator[tuple[int, dict[str, Any]]]:
    from portal_crawler.records.jsonl import parse_line

    path = Path(source)
    with opened_batch(source, _SHAPE) as file:
        for place, line in enumerate(file, start=1):
            if line.strip():
                record = parse_line(line.rstrip(b"\n") + b"\n", path, place)
                for key, kinds in _KINDS.items():
                    if not isinstance(value := record.get(key), kinds) or isinstance(value, bool):
                        problem = f"has no {key}" if value is None else f"{key} is no text"
                        raise DamagedFileError(source, problem, f"write {_SHAPE}", f"line {place}")
                yield place, record


def _line(identifier: str, url: str | None, found: Found | None) -> dict[str, Any]:
    """One line of the output."""
    from portal_crawler.dedup.addresses import PortalHosts
    from portal_crawler.dedup.story_groups import address_kind

    line: dict[str, Any] = dict.fromkeys(("id", "duplicate_of", "kind", "similarity", "reason"))
    line["id"] = identifier
    if found is not None and found.verdict is not None:
        verdict = found.verdict
        reason = verdict.reason if verdict.merges else f"as {found.of}, but a story of its own: {verdict.reason}"
        line |= {"kind": str(verdict.kind), "similarity": verdict.similarity, "reason": reason}
        if verdict.merges:
            line["duplicate_of"] = found.of
            by_address = address_kind(url, found.of_url, PortalHosts((), {})) if url and found.of_url else None
            line["kind"] = str(by_address or verdict.kind)
    return line


@dedup.command(short_help="Show two stories side by side, and what decides whether they are one.")
@click.argument("crawl", metavar="CRAWL")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@terminal_options
def explain(crawl: str, one: str, other: str) -> None:
    """Compare the stories A and B of CRAWL: what the dataset says, both texts aligned, numbers, figures and the rule.

    CRAWL is a crawl's folder, or a profile's name for its newest crawl; A and B are ids or addresses of stories in
    articles.jsonl or duplicates.jsonl.
    """
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.report.compared_stories import compared_stories

    out, found = terminal(), compared_stories(crawl_folder(crawl), one, other)
    if out.json:
        out.record(_explained(found))
        return
    for line in _explained_lines(found):
        out.data(line)


def _explained(found: ComparedStories) -> dict[str, Any]:
    verdict = found.verdict
    return {
        **{
            name: {"id": told.id, "url": told.url, "title": told.title}
            for name, told in (("one", found.one), ("other", found.other))
        },
        "kind": str(verdict.kind) if verdict else None,
        "one_story": verdict is not None and verdict.merges,
        "similarity": verdict.similarity if verdict else None,
        "reason": verdict.reason if verdict else found.evidence.told(),
        "evidence": asdict(found.evidence),
        "numbers": asdict(found.numbers),
        "edits": [asdict(edit) for edit in found.edits()],
        "dataset": asdict(found.dataset) | {"one_story": found.dataset.one_story} if found.dataset else None,
    }


def _explained_lines(found: ComparedStories) -> Iterator[str]:
    from portal_crawler.report.text_edits import marked

    verdict = found.verdict
    for name, told in (("A", found.one), ("B", found.other)):
        yield f"{bold(name)}  {told.url}  {told.title}"
    if found.dataset:
        yield _in_dataset(found.dataset)
    if verdict is None:
        yield f"texts of two stories: {found.evidence.told()}"
    else:
        what = "one story" if verdict.merges else "two stories"
        yield f"texts of {what}, {verdict.kind}, similarity {verdict.similarity:g}: {verdict.reason}"
    for name, numbers in (("both", found.numbers.both), ("A", found.numbers.one), ("B", found.numbers.other)):
        yield f"  numbers in {name}{' alone' if name != 'both' else ''}: {', '.join(numbers) or 'none'}"
    same = found.same_paragraphs()
    are = "paragraph is" if same == 1 else "paragraphs are"
    yield f"  {number(same)} {are} the same in both; [-in A alone-], {{+in B alone+}}:"
    for edit in found.edits():
        yield f"    {marked(edit)}"


def _in_dataset(told: InDataset) -> str:
    """What the crawl's files say, whatever the texts do."""
    if not told.one_story:
        held = "; [dedup] apart of the profile holds these two apart" if told.held_apart else ""
        return f"{bold('two stories')} in the dataset{held}"
    copies = [
        f"{name} is not kept: {page.kind}, similarity {page.similarity:g}: {page.reason}"
        for name, page in (("A", told.one), ("B", told.other))
        if page.kind is not None
    ]
    return f"{bold('one story')} in the dataset{': ' if copies else ''}{'; '.join(copies)}"


@dedup.command(short_help="List the stories that have copies, those with the most first.")
@click.argument("crawl", metavar="CRAWL")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in CopyKind]),
    help="Only stories with copies of this kind; may be given more than once.",
)
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, help="Stories that are listed, at most.")
@terminal_options
def clusters(crawl: str, kinds: tuple[str, ...], most: int) -> None:
    """List the stories of CRAWL that have copies, with each copy's kind, similarity and address.

    CRAWL is a crawl's folder, or a profile's name for its newest crawl.
    """
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.report.story_clusters import story_clusters

    out = terminal()
    for story in story_clusters(crawl_folder(crawl), kinds, most):
        if out.json:
            out.record(asdict(story))
            continue
        where = f"  (of the crawl {story.of_crawl})" if story.of_crawl else ""
        out.data(f"{bold(number(len(story.copies)))}  {story.url or story.id}  {story.title}{where}")
        for copy in story.copies:
            out.data(f"    {copy.kind:<12} {copy.similarity:.2f}  {copy.url}")


@dedup.command(short_help="Say how two pages are held apart for ever.")
@click.argument("profile", metavar="PROFILE", type=click.Path(path_type=Path))
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@terminal_options
def undo(profile: Path, one: str, other: str) -> None:
    """Add the rule to PROFILE, a file, that the pages at the addresses A and B are never one story.

    It holds for every crawl by the profile; one that was made before is settled again by
    dedup finalize CRAWL --profile PROFILE.
    """
    from portal_crawler.sites.apart_toml import hold_apart

    out = terminal()
    told = "holds" if hold_apart(profile, one, other) else "held already"
    out.say(f"{profile} {told} apart: {one} and {other}")


@dedup.command(short_help="Settle a crawl's dataset again.")
@click.argument("crawl", metavar="CRAWL")
@click.option("--profile", metavar="PROFILE", help="Settle by [dedup] of this profile. [default: the crawl's own]")
@terminal_options
def finalize(crawl: str, profile: str | None) -> None:
    """Make articles.jsonl, duplicates.jsonl and relations.jsonl of CRAWL again from its story pages, without a network.

    Nothing in them depends on the order in which pages came. With --profile, what it says in [dedup] holds from now on:
    a merge that was undone, another similarity. CRAWL is a crawl's folder, or a profile's name for its newest crawl.
    """
    from portal_crawler.cli.folders import argument, crawl_folder, shown
    from portal_crawler.cli.sources import profile_from
    from portal_crawler.engine.settle_again import settle_again

    out, folder = terminal(), crawl_folder(crawl)
    settled = settle_again(folder, profile_from(profile).dedup if profile else None)
    if out.json:
        out.record({"folder": str(folder), "articles": settled.articles, "duplicates": settled.duplicates})
    out.say(f"{number(settled.articles)} articles, {number(settled.duplicates)} copies and parts")
    out.say(f"{shown(folder)}; see what they are: portal-crawler dedup clusters {argument(folder)}")
