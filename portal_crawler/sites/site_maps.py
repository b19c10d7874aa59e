"""Site maps: whether an answer is a list of addresses, by what it is or by how the crawl came to it."""

from __future__ import annotations

from collections.abc import Iterable

from portal_crawler.capture import Capture
from portal_crawler.page.feeds import FeedReading, is_feed, read_feed
from portal_crawler.page.url_list import read_url_list
from portal_crawler.urls import UrlRules, url_key

# Heritrix's letters for the way to an address: of a redirect, and of what a site map or feed named.
_REDIRECT, _MANIFEST = "R", "M"
_TEXT = frozenset({b"", b"text/plain", b"application/octet-stream", b"application/gzip", b"application/x-gzip"})


class SiteMaps:
    """The site maps that a profile names.

    :param rules: those of the keys of addresses.
    """

    def __init__(self, addresses: Iterable[str], rules: UrlRules) -> None:
        self._rules = rules
        self._keys = frozenset(url_key(address, rules) for address in addresses)

    def feed_of(self, capture: Capture, key: str) -> FeedReading | None:
        """What a feed or a site map lists; ``None`` of any other answer.

        :param key: that of the capture's address.
        """
        if is_feed(capture.body):
            return read_feed(capture.body)
        media = (capture.header(b"content-type") or b"").partition(b";")[0].strip().lower()
        if media not in _TEXT:
            return None
        if self._named(capture, key):
            return read_url_list(capture.body)
        # What a site map named may be another one, by an index, or a page of the portal: then not each of its lines
        # is an address.
        if capture.hops.rstrip(_REDIRECT).endswith(_MANIFEST):
            return read_url_list(capture.body, strict=True)
        return None

    def _named(self, capture: Capture, key: str) -> bool:
        """Whether the profile names the address, or the one that redirects to it."""
        if key in self._keys:
            return True
        return capture.hops == _REDIRECT and capture.via is not None and url_key(capture.via, self._rules) in self._keys
