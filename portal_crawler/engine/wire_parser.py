"""Wire parser: reads an answer's framing off the connection as leniently as the archive reads it from its records.

What a browser shows must not fail here for a space: ``archive.http_message`` and this agree on where a body ends. The
private names of Scrapy 2.19 and Twisted that this needs stand here; ``tests/engine`` holds them.
"""

from __future__ import annotations

from contextlib import suppress

from scrapy.core.downloader.handlers.http11 import _LenientHTTPClientParser
from twisted.web.http import _ChunkedTransferDecoder
from twisted.web.http_headers import InvalidHeaderName


class LenientChunks(_ChunkedTransferDecoder):
    """Chunks whose sizes have white space around them (Apache 1.3 fills each up to a width, RFC 9112 section 7.1.1), or
    whose lines end in LF alone, as scripts write them that make chunks themselves and browsers read them.
    """

    def _dataReceived_CHUNK_LENGTH(self) -> bool:  # noqa: N802 - Twisted's name
        end = self._buffer.find(b"\n", self._start)
        if end > 0:
            size, semicolon, extension = self._buffer[:end].removesuffix(b"\r").partition(b";")
            self._buffer[: end + 1] = size.strip(b" \t") + semicolon + extension + b"\r\n"
            self._start = 0
        return super()._dataReceived_CHUNK_LENGTH()

    def _dataReceived_CRLF(self) -> bool:  # noqa: N802 - Twisted's name
        if self._buffer.startswith(b"\n"):
            self._buffer[:1] = b"\r\n"
        return super()._dataReceived_CRLF()

    def _dataReceived_TRAILER(self) -> bool:  # noqa: N802 - Twisted's name
        end = self._buffer.find(b"\n")
        if end == 0 or (end > 0 and self._buffer[end - 1 : end] != b"\r"):
            self._buffer[end : end + 1] = b"\r\n"
        return super()._dataReceived_TRAILER()


class WireParser(_LenientHTTPClientParser):
    """Scrapy's parser, which passes over header lines without a colon; this one also over names that are no token, and
    over what says nothing of the body's length. The archive keeps them as they came.
    """

    _transferDecoders = {b"chunked": LenientChunks}  # noqa: N815, RUF012 - Twisted's name

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take one header line."""
        name = name.strip()
        told = name.lower()
        if told == b"content-length" and not all(part.strip().isdigit() for part in value.split(b",")):
            return  # no number: the body runs to the connection's end
        if told == b"transfer-encoding":
            codings = [one for part in value.split(b",") if (one := part.strip().lower()) not in (b"", b"identity")]
            if not codings:
                return
            # The chunks bound the body; other codings within them are the archive's to undo.
            value = codings[-1] if codings[-1] == b"chunked" else value
        with suppress(InvalidHeaderName):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]
