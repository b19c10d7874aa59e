"""Not found: what an address of the dashboard names and the crawl has not."""

from __future__ import annotations

from portal_crawler.errors import UsageError


class NotHereError(UsageError):
    """An address of the dashboard names something that is not there; the answer is 404."""
