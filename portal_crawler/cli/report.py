"""``portal-crawler report``: the closing summary of a crawl, again."""

from __future__ import annotations

import click

from portal_crawler.cli.terminal import terminal, terminal_options


@click.command(short_help="Show a crawl's summary again.")
@click.argument("crawl", metavar="CRAWL")
@terminal_options
def report(crawl: str) -> None:
    """Show what a crawl came to: the loss funnel, what failed and what was skipped, and its end."""
    from portal_crawler.cli.crawl_summary import show_summary
    from portal_crawler.cli.folders import crawl_folder

    show_summary(crawl_folder(crawl), terminal())
