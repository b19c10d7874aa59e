"""Citation: ``CITATION.cff`` (https://citation-file-format.github.io), and the same in one line. No input or output."""

from __future__ import annotations

from portal_crawler.dataset.description import NO_CREATOR, Description
from portal_crawler.dataset.markup import yaml_text

CITATION = "CITATION.cff"


def citation_cff(told: Description) -> str:
    """The file."""
    lines = [
        ("cff-version", "1.2.0"),
        ("message", "If you use this dataset, please cite it as below."),
        ("type", "dataset"),
        ("title", told.title),
        ("version", told.version),
        ("date-released", told.date),
        ("abstract", told.summary),
    ]
    if told.spdx:
        lines.append(("license", told.spdx))
    elif told.licence_address:
        lines.append(("license-url", told.licence_address))
    named = [f"{name}: {yaml_text(value)}\n" for name, value in lines]
    return "".join([*named, "authors:\n", f"  - name: {yaml_text(told.creator or NO_CREATOR)}\n"])


def cite_as(told: Description) -> str:
    """One line, for an article's references."""
    creator = f"{told.creator}: " if told.creator else ""
    crawls = ", ".join(str(crawl["id"]) for crawl in told.crawls)
    return f"{creator}{told.title}, version {told.version}, {told.date}. Dataset, made with portal-crawler of {crawls}."
