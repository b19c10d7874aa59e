"""Archive handler: the download handler that answers from an archive. Nothing is sent, and nothing waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import read_response
from portal_crawler.archive.response_capture import response_capture, revisit_capture
from portal_crawler.archive.warc_members import Damage
from portal_crawler.engine.attached import CAPTURE, EXCHANGE, NotArchivedError, crawl_of
from portal_crawler.urls import UrlRules, url_key

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Request
    from scrapy.crawler import Crawler

    from portal_crawler.archive.warc_collection import Found, WarcCollection
    from portal_crawler.capture import Capture

_HANDLER = "portal_crawler.engine.archive_handler.ArchiveHandler"
ARCHIVE_SETTINGS: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "data": None, "file": None, "ftp": None, "s3": None}
}


class ArchiveHandler(BaseDownloadHandler):
    """Gives the newest capture of each address, as an exchange that was received and as a capture with its place."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        crawl = crawl_of(crawler)
        source = crawl.source
        assert source is not None  # noqa: S101 - the settings name this handler only for such a crawl
        self._source: WarcCollection = source
        self._most = crawl.profile.limits.unpacked_bytes
        self._rules = UrlRules(frozenset(crawl.profile.urls.drop_params))

    async def download_request(self, request: Request) -> Response:
        """Look up.

        :raises NotArchivedError: where the archive holds no capture of the address, or it cannot be read.
        """
        request.meta.pop(EXCHANGE, None)
        capture, block, date = self._newest(request.url)
        request.meta[CAPTURE] = capture
        request.meta[EXCHANGE] = Exchange(request.url, date, b"", block)
        return Response(request.url, status=read_response(block).status or 200, body=b"")

    def _other_spellings(self, url: str) -> list[Found]:
        """Captures of the same page: in another order of answers another spelling was fetched."""
        key = url_key(url, self._rules)
        return [one for one in self._source.alike(url) if url_key(one.entry.url, self._rules) == key]

    def _newest(self, url: str) -> tuple[Capture, bytes, datetime]:
        problem = "the archive holds no capture of it"
        for found in reversed(self._source.captures(url) or self._other_spellings(url)):
            record = found.read()
            if isinstance(record, Damage):
                problem = f"its capture cannot be read: {record.file}, byte {record.offset}: {record.problem}"
                continue
            if record.date is None:
                continue
            if record.kind != "revisit":
                return response_capture(record, self._most), record.block, record.date
            original = self._source.original(record)
            if isinstance(original, Damage):
                problem = original.problem
                continue
            return revisit_capture(record, original, self._most), record.block, record.date
        raise NotArchivedError(problem)
