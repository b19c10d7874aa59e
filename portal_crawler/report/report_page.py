"""Report page: the sections of a crawl's report, in the order in which they are read. Contains no output."""

from __future__ import annotations

from portal_crawler.report.crawl_report import CrawlReport
from portal_crawler.report.page_links import Ranks
from portal_crawler.report.pen import Pen, number
from portal_crawler.report.sections.about import about, reproduce
from portal_crawler.report.sections.answers import answers, charsets, pauses
from portal_crawler.report.sections.articles import articles, fields, lengths
from portal_crawler.report.sections.links import coverage, links
from portal_crawler.report.sections.loss import loss, skipped
from portal_crawler.report.sections.pages import ReadAgain, duplicates, sample, template
from portal_crawler.report.view import Page


def report_page(report: CrawlReport, pen: Pen, read_again: ReadAgain | None = None, ranks: Ranks | None = None) -> Page:
    """The report of a crawl.

    :param read_again: reads an archived page, for the sample; ``None`` where no archive is kept.
    :param ranks: computes PageRank; ``None`` where it cannot be computed here.
    """
    say = pen.words
    sections = (
        about(report, pen),
        loss(report, pen),
        articles(report, pen),
        answers(report, pen),
        charsets(report, pen),
        template(report, pen),
        duplicates(report, pen),
        links(report, pen, ranks),
        coverage(report, pen),
        fields(report, pen),
        lengths(report, pen),
        skipped(report, pen),
        pauses(report, pen),
        sample(report, pen, read_again),
        reproduce(report, pen),
    )
    title = report.profile.title or report.profile.name
    started = (report.facts.get("started") or "")[:10]
    lead = say("page.lead", articles=number(report.summary.unique), pages=number(report.summary.fetched), day=started)
    return Page(title, say("page.kicker", day=started), lead, sections, say("page.foot"))
