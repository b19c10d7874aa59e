"""Refresh: where a page sends its reader on by itself, in a meta element or in the header of that name."""

from __future__ import annotations

import re

from portal_crawler.page.blocks import Occurrence
from portal_crawler.urls import location_text, resolve

# https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh: a time, then the address, before
# which "url=" may be missing. Where it is there, the time or the mark behind it may be missing too.
_REFRESH = re.compile(r"\s*+(?>[\d.]*+\s*+[;,]?\s*+url\s*+=|[\d.]++(?:\s*+[;,]|\s))\s*+(.*)", re.IGNORECASE | re.DOTALL)


def refresh_target(content: str) -> str:
    """The reference to which a refresh leads, as written; "" where the page is only to be loaded again.

    >>> refresh_target("0; url='/there.htm'"), refresh_target("5;/there.htm"), refresh_target("300")
    ('/there.htm', '/there.htm', '')
    """
    match = _REFRESH.match(content)
    if match is None:
        return ""
    reference = match[1]
    if reference[:1] in {'"', "'"}:
        reference = reference[1:].partition(reference[0])[0]
    return reference.strip()


def header_refresh(value: bytes, address: str) -> tuple[Occurrence, ...]:
    """What a Refresh header refers to: the same as a meta element, but whatever ``<base>`` the page has.

    :param address: the page's own.
    """
    reference = refresh_target(location_text(value))
    target = (resolve(address, reference) or reference) if reference else ""
    return (Occurrence("meta_refresh", target, "", (), None, None),) if target else ()
