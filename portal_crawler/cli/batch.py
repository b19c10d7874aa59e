"""Batches: many saved pages read in one go, each with what the others of its site taught if that is wished."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from portal_crawler.cli.pages import LINE, STDIN, SavedPage, batch_pages, opened_batch, read_saved
from portal_crawler.urls import host_of

if TYPE_CHECKING:
    from portal_crawler.reading import PageReading
    from portal_crawler.sites.profile import SiteProfile
    from portal_crawler.template.site_template import SiteTemplate

_Read = Iterator[tuple[SavedPage, "PageReading"]]


def batch_readings(source: str, site: SiteProfile | None, template: SiteTemplate | None) -> _Read:
    """Each page of a batch with its reading."""
    for page in batch_pages(source):
        yield page, read_saved(page, site, template)


def learned_readings(source: str, site: SiteProfile | None) -> _Read:
    """Each page of a batch with its reading, by the template that the batch's own pages of its host teach.

    Every page is read twice: to learn from, and by what all have taught.
    """
    from portal_crawler.template.tally import TallyKeeper
    from portal_crawler.template.template_json import site_template

    keepers: dict[str, TallyKeeper] = {}
    with _kept(source) as kept:
        for page in batch_pages(kept):
            reading = read_saved(page, site, learn=True)
            if reading.sketch is not None:
                keepers.setdefault(_portal(page.url), TallyKeeper()).add(reading.sketch)
        templates = {portal: site_template(keeper.tally()) for portal, keeper in keepers.items()}
        for page in batch_pages(kept):
            yield page, read_saved(page, site, templates.get(_portal(page.url)))


def _portal(url: str) -> str:
    """The pages of one host are taken for one portal's."""
    return host_of(url).removeprefix("www.")


@contextmanager
def _kept(source: str) -> Iterator[str]:
    """The batch in a file that can be read twice."""
    import shutil

    if source != STDIN and Path(source).is_file():
        yield source
        return
    with opened_batch(source, LINE) as given, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.jsonl"
        with path.open("wb") as file:
            shutil.copyfileobj(given, file)
        yield str(path)
