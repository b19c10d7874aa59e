"""A saved page as it is, made inert: its text, its tables and its own styles, in UTF-8, without anything that runs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from portal_crawler.explain.inert import address_of, doctype_of, make_inert
from portal_crawler.urls import resolve

if TYPE_CHECKING:
    from lxml.etree import _Element as DomElement

    from portal_crawler.reading import PageReading

_HEAD = '<meta charset="utf-8"><title>archived page</title>\n'


def plain_page(body: bytes, reading: PageReading, lead: str) -> str:
    """The page as one HTML text. What is no HTML is shown as the text that it is.

    :param lead: what its links lead to, with their address, quoted, behind it.
    """
    from lxml import html

    from portal_crawler.page.charset import decode
    from portal_crawler.page.markup import parse

    used = reading.charset.used if reading.charset else None
    media = reading.capture.header(b"Content-Type")
    text = decode(body, media, used)[0]
    is_text = not reading.blocks or (media or b"").strip().lower().startswith(b"text/plain")
    if is_text and not text.lstrip().startswith("<"):
        return f"<!DOCTYPE html>\n{_HEAD}<pre>{escape(text)}</pre>\n"
    root = parse(text)[0]
    address = address_of(root, reading.capture.address)
    frames = _frames(root, address, lead)
    make_inert(root, address, lead)
    return f"{doctype_of(body)}{_HEAD}{frames}{html.tostring(root, encoding='unicode')}\n"


def _frames(root: DomElement, address: str, lead: str) -> str:
    """Links to what the page shows in frames: a portal of 1999 may consist of them."""
    found = (resolve(address, str(frame.get("src"))) for frame in root.iter("frame", "iframe") if frame.get("src"))
    links = [f'<a href="{escape(lead + quote(url, safe=""))}">{escape(url)}</a>' for url in dict.fromkeys(found) if url]
    return f"<p>Frames: {' · '.join(links)}</p>\n" if links else ""
