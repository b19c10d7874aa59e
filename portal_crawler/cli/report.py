"""``portal-crawler report``: what a crawl came to, as a page in a browser and as lines on the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import terminal, terminal_options
from portal_crawler.errors import UsageError


@click.command(short_help="Show a crawl's summary again, and make its report.")
@click.argument("crawl", metavar="CRAWL")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The report's file. [default: CRAWL/report/index.html]",
)
@click.option("--lang", type=click.Choice(("en", "zh")), help="Language of the report. [default: that of the locale]")
@click.option("--no-html", is_flag=True, help="Show the summary alone; make no report.")
@terminal_options
def report(crawl: str, output: Path | None, lang: str | None, no_html: bool) -> None:
    """Show what a crawl came to (the loss funnel, what failed and what was skipped, and its end), and make its report.

    The report is one HTML file that opens from a disk: articles by section and month, answers and failures, charsets,
    templates, duplicates side by side, the link graph, coverage, completeness, what was skipped and why, the delays
    that were kept, and a random sample with reasons. With --json the summary is an object on stdout, and the report is
    made only where -o names its file.
    """
    from portal_crawler.cli.crawl_summary import show_summary
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.cli.report_made import make_report
    from portal_crawler.records.archive_sources import is_read_again
    from portal_crawler.report.chart_svg import CURE, can_draw

    out, folder = terminal(), crawl_folder(crawl)
    if is_read_again(folder):
        raise UsageError(crawl, "holds what was read from archives; a report is of a crawl", "name the crawl's folder")
    show_summary(folder, out)
    if no_html or (out.json and output is None):
        return
    path = make_report(folder, output, lang)
    if not can_draw():
        out.say(f"charts are left out, tables say the same; to have charts: {CURE}")
    out.result(path, "open it in a browser")
