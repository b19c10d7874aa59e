"""Redirect watch: what became of an address that only leads to another one: a circle, or a target that is refused."""

from __future__ import annotations

from portal_crawler.frontier.follow import FORWARDS
from portal_crawler.frontier.ledger_sqlite import FrontierRow, Ledger
from portal_crawler.frontier.scope import Refusal
from portal_crawler.page.kind import PageKind
from portal_crawler.page.links import Link
from portal_crawler.reading import PageReading
from portal_crawler.urls import location_text, resolve

LOOP = "redirect_loop"
# RFC 9110 section 15.4: these say where to go; 300 and 304 need not.
_NEEDS_LOCATION = frozenset({301, 302, 303, 307, 308})


class RedirectWatch:
    """The redirects of one running crawl. What it knows stands in the ledger.

    :param most: redirects in a row, at most.
    """

    def __init__(self, ledger: Ledger, most: int) -> None:
        self._ledger, self._most = ledger, most

    def lost(self, row: FrontierRow, reading: PageReading) -> list[tuple[FrontierRow, Refusal]]:
        """The addresses of which it is now sure that they lead nowhere, and why, once the page's links have their rows.

        The page itself; with it all others of a circle that it closes, so that whichever was asked for last is told
        alike.
        """
        if reading.kind.kind is not PageKind.OTHER:
            return []
        redirects = 300 <= reading.capture.status < 400
        if redirects and _to_itself(reading):
            return [(row, Refusal(LOOP, "it redirects to itself"))]
        link = next((one for one in reading.links if one.element in FORWARDS), None)
        if link is not None:
            return self._followed(row, link)
        bad = next((one for one in reading.bad_links if redirects), None)
        bad = bad or next((one for one in reading.bad_links if one.reason == "redirect_scheme"), None)
        if bad is not None:
            return [(row, Refusal(bad.reason, f"{bad.rule}: {bad.reference}"))]
        if reading.capture.status in _NEEDS_LOCATION:
            return [(row, Refusal("bad_url", "a redirect without an address to go to"))]
        return []

    def _followed(self, row: FrontierRow, link: Link) -> list[tuple[FrontierRow, Refusal]]:
        if link.url_key == row.url_key:
            return [(row, Refusal(LOOP, f"it redirects to another spelling of itself: {link.url}"))]
        self._ledger.redirects.note(row.url_key, link.url_key)
        if circle := self._ledger.redirects.circle(row.url_key, self._most):
            why = in_circle(len(circle))
            return [(one, why) for one in self._ledger.rows_of(circle)]
        refused = self._ledger.refusal(link.url_key)
        return [(row, Refusal(refused[0], f"it redirects to {link.url}: {refused[1]}"))] if refused else []


def in_circle(addresses: int) -> Refusal:
    """Why each of so many addresses that redirect to each other leads nowhere."""
    return Refusal(LOOP, f"its redirects lead back to it, over {addresses - 1} more")


def _to_itself(reading: PageReading) -> bool:
    location = location_text(reading.capture.header(b"location") or b"")
    return bool(location) and resolve(reading.capture.url, location) == reading.capture.url
