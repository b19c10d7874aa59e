"""``portal-crawler search``: full text over the articles of crawls."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.terminal import Terminal, bold, number, terminal, terminal_options

if TYPE_CHECKING:
    from portal_crawler.catalog.query import Query
    from portal_crawler.catalog.search_sqlite import Found, Hit
    from portal_crawler.catalog.snippet import Piece


@click.command(short_help="Find articles by their words, in any language.")
@click.argument("words", metavar="WORDS")
@click.argument("crawls", metavar="[CRAWL]...", nargs=-1)
@click.option("--section", metavar="NAME", help="Only articles of this section.")
@click.option("--lang", metavar="TAG", help="Only articles in this language, such as zh.")
@click.option("--site", metavar="HOST", help="Only articles of this host.")
@click.option("--since", metavar="DATE", help="Only articles published then or later: 2004, 2004-05 or 2004-05-17.")
@click.option("--until", metavar="DATE", help="Only articles published then or before.")
@click.option("--order", type=click.Choice(("best", "newest", "oldest")), help="What comes first.")
@click.option("-n", "many", type=click.IntRange(1, 1000), default=10, show_default=True, help="Articles of each crawl.")
@terminal_options
def search(
    words: str,
    crawls: tuple[str, ...],
    section: str | None,
    lang: str | None,
    site: str | None,
    since: str | None,
    until: str | None,
    order: str | None,
    many: int,
) -> None:
    """Find the articles of CRAWL (default: the newest crawl of every profile) that hold all WORDS.

    Quote the whole query: 'river "stone bridge" -flood title:ferry bridg* section:culture lang:zh since:2004-05'.
    The catalog that is searched is made at the first search and follows the crawl.
    """
    from portal_crawler.catalog.query import read_query
    from portal_crawler.cli.folders import argument

    out = terminal()
    filters = {"section": section, "lang": lang, "host": site, "since": since, "until": until}
    query = read_query(" ".join([words, *_typed_filters(filters)]).strip())
    total = 0
    folders = _folders(crawls)
    for folder in folders:
        found = _search(folder, query, order or "", many, out)
        total += found.part.total
        for hit in found.hits:
            if out.json:
                out.record(_record(folder, hit))
            else:
                _show(hit, out)
        if len(folders) > 1 and found.part.total:
            out.say(f"{folder}: {number(found.part.total)} articles")
    shown = f"{number(total)} article{'' if total == 1 else 's'} found"
    out.result(shown, f"portal-crawler serve {argument(folders[0])}" if len(folders) == 1 else "portal-crawler serve")


def _typed_filters(filters: dict[str, str | None]) -> Iterable[str]:
    return (f'{name}:"{value}"' for name, value in filters.items() if value)


def _folders(crawls: tuple[str, ...]) -> list[Path]:
    from portal_crawler.cli.folders import LATEST, crawl_folder
    from portal_crawler.engine.folders import CRAWLS
    from portal_crawler.errors import UsageError

    if crawls:
        found = [crawl_folder(crawl) for crawl in crawls]  # NAME/* names the newest one by latest, too
        return list({folder.resolve(): folder for folder in reversed(found)}.values())[::-1]
    found = [path.resolve() for path in sorted(CRAWLS.glob(f"*/{LATEST}")) if (path / "pages.jsonl").exists()]
    if not found:
        raise UsageError(str(CRAWLS), "holds no crawl to search", "name the folder of a crawl behind the words")
    return found


def _search(folder: Path, query: Query, order: str, many: int, out: Terminal) -> Found:
    from portal_crawler.catalog.build_sqlite import update
    from portal_crawler.catalog.catalog_sqlite import Catalog
    from portal_crawler.catalog.listing import Wish
    from portal_crawler.catalog.search_sqlite import search as find

    told = [False]

    def progress(done: int, of: int) -> None:
        if not told[0] and of > _MUCH:
            told[0] = True
            out.say(f"{folder}: making its catalog of {of / 1e6:,.0f} MB, once")

    with Catalog(folder, update(folder, progress)) as catalog:
        return find(catalog, query, Wish(order=order, many=many))


# Bytes of records above which a person is told what takes so long.
_MUCH = 30_000_000


def _show(hit: Hit, out: Terminal) -> None:
    record = hit.record
    about = ", ".join(one for one in (record["published"], record["section"], record["language"]) if one)
    out.data(f"{_marked(hit.title)}{f'  ({about})' if about else ''}")
    out.data(f"  {record['url']}")
    out.data(f"  {' '.join(_marked(hit.text).split())}")
    out.data("")


def _marked(pieces: tuple[Piece, ...]) -> str:
    return "".join(bold(piece.text) if piece.hit else piece.text for piece in pieces)


def _record(folder: Path, hit: Hit) -> dict[str, Any]:
    kept = ("id", "url", "title", "section", "published", "language", "word_count")
    return {
        "crawl": str(folder),
        **{name: hit.record[name] for name in kept},
        "copies": hit.copies,
        "snippet": [{"text": piece.text, "hit": piece.hit} for piece in hit.text],
    }
