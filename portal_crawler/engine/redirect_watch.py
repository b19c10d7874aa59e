"""Redirect watch: what became of an address that only leads to another one: a circle, or a target that is refused."""

from __future__ import annotations

from portal_crawler.frontier.follow import FORWARDS
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.frontier.scope import Refusal
from portal_crawler.page.kind import PageKind
from portal_crawler.page.links import Link
from portal_crawler.reading import PageReading
from portal_crawler.urls import resolve

LOOP = "redirect_loop"
# RFC 9110 section 15.4: these say where to go; 300 and 304 need not.
_NEEDS_LOCATION = frozenset({301, 302, 303, 307, 308})


class RedirectWatch:
    """The redirects of one running crawl. What it knows stands in the ledger.

    :param most: redirects in a row, at most.
    """

    def __init__(self, ledger: Ledger, most: int) -> None:
        self._ledger, self._most = ledger, most

    def lost(self, reading: PageReading) -> Refusal | None:
        """Why nothing comes of a page that sends its reader on, once its links have their rows; else ``None``."""
        if reading.kind.kind is not PageKind.OTHER:
            return None
        if 300 <= reading.capture.status < 400 and _to_itself(reading):
            return Refusal(LOOP, "it redirects to itself")
        link = next((one for one in reading.links if one.element in FORWARDS), None)
        if link is not None:
            return self._lost(reading.url_key, link)
        bad = next((one for one in reading.bad_links if 300 <= reading.capture.status < 400), None)
        bad = bad or next((one for one in reading.bad_links if one.reason == "redirect_scheme"), None)
        if bad is not None:
            return Refusal(bad.reason, f"{bad.rule}: {bad.reference}")
        nowhere = reading.capture.status in _NEEDS_LOCATION
        return Refusal("bad_url", "a redirect without an address to go to") if nowhere else None

    def _lost(self, key: str, link: Link) -> Refusal | None:
        if link.url_key == key:
            return Refusal(LOOP, f"it redirects to another spelling of itself: {link.url}")
        self._ledger.redirects.note(key, link.url_key)
        if self._ledger.redirects.circle(key, self._most):
            return Refusal(LOOP, f"its redirects lead back to it, by {link.url}")
        refused = self._ledger.refusal(link.url_key)
        return Refusal(refused[0], f"it redirects to {link.url}: {refused[1]}") if refused else None


def _to_itself(reading: PageReading) -> bool:
    location = (reading.capture.header(b"location") or b"").decode("utf-8", "replace")
    return bool(location) and resolve(reading.capture.url, location) == reading.capture.url
