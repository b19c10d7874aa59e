"""URL list: a site map as plain text, an address a line (https://www.sitemaps.org/protocol.html#otherformats).

Any text may begin with an address, so it takes another's word that a text is such a list.
"""

from __future__ import annotations

import re

from portal_crawler.page.feeds import MAX_BYTES, MAX_ENTRIES, FeedEntry, FeedKind, FeedReading, unzipped
from portal_crawler.urls import location_text

_ADDRESS = re.compile(rb"https?://\S++\Z", re.IGNORECASE)
# How much of a body is looked at to tell whether there is an address in it.
_HEAD = 16_384


def read_url_list(
    body: bytes, *, strict: bool = False, max_bytes: int = MAX_BYTES, max_entries: int = MAX_ENTRIES
) -> FeedReading | None:
    r"""The addresses of a (perhaps gzipped) list; ``None`` where the body is none.

    :param strict: whether each line must be an address; else one near its start must be, and others are a problem.

    >>> [one.reference for one in read_url_list(b"http://h.test/a\r\nhttp://h.test/b").entries]
    ['http://h.test/a', 'http://h.test/b']
    """
    head, _ = unzipped(body, _HEAD)
    if not any(map(_ADDRESS.match, _lines(head))):
        return None
    data, whole = unzipped(body, max_bytes)
    lines, problems = _lines(data), list[str]()
    if not whole:
        lines = lines[:-1]  # it may be half an address
        problems.append(f"the site map goes on behind {max_bytes} bytes or is cut off: the rest was not read")
    found = [line for line in lines if _ADDRESS.match(line)]
    if others := len(lines) - len(found):
        if strict:
            return None
        problems.append(f"{others} lines of the site map are no addresses")
    if len(found) > max_entries:
        problems.append(f"the site map has more than {max_entries} entries: the rest was not read")
    entries = tuple(FeedEntry(location_text(line)) for line in found[:max_entries])
    return FeedReading(FeedKind.SITEMAP, entries, problems=tuple(problems))


def _lines(data: bytes) -> list[bytes]:
    return [stripped for line in data.removeprefix(b"\xef\xbb\xbf").splitlines() if (stripped := line.strip())]
