"""``portal-crawler why-not``: why an address gave no article."""

from __future__ import annotations

import click

from portal_crawler.cli.terminal import terminal, terminal_options


@click.command(name="why-not", short_help="Say why an address gave no article.")
@click.argument("crawl", metavar="CRAWL")
@click.argument("url", metavar="URL")
@terminal_options
def why_not(crawl: str, url: str) -> None:
    """Say which step lost URL: never linked, skipped by a rule, failed, queued still, a link page, or a copy."""
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.cli.known import known
    from portal_crawler.records.fate import fate

    folder = crawl_folder(crawl)
    facts = known(folder, url)
    step, answer = fate(facts)
    if terminal().json:
        terminal().record({"crawl": str(folder), "url": url, "step": step, "answer": answer})
    else:
        terminal().data(f"{step}: {answer}")
