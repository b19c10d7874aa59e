"""Inert: a page's tree made safe to look at. Nothing of it runs, frames, sends or leads to what is no web address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from portal_crawler.urls import resolve

if TYPE_CHECKING:
    from lxml.etree import _Element as DomElement

# What a browser may do with the page: show pictures and set type; run nothing, frame nothing, send nothing
# (https://www.w3.org/TR/CSP3/). It stands before anything of the page.
POLICY = (
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline' http: https:; font-src http: https:;"
    " form-action 'none'; base-uri 'none'"
)
_DROPPED = (
    "script", "meta", "base", "frameset", "frame", "iframe", "object", "embed", "applet", "portal", "animate", "set",
    "foreignobject",
)  # fmt: skip
# What makes a browser look up or fetch something before anybody asks for it.
_FETCHING = ("link",)
# Elements whose address a person follows.
_FOLLOWED = frozenset(("a", "area"))
# Attributes that hold an address, and those that hold what no address can be made of.
_ADDRESSES = frozenset(("src", "href", "background", "action", "formaction", "xlink:href", "data", "poster", "cite"))
_UNSAFE = frozenset(("srcdoc", "srcset", "ping", "imagesrcset", "manifest", "codebase", "archive", "dynsrc", "lowsrc"))


# What a style sheet fetches. A policy refuses it anyway; without it a browser has nothing to complain of.
_FETCHED_BY_STYLE = re.compile(r"@import[^;]*;?|url\((?!\s*['\"]?data:)[^)]*\)", re.IGNORECASE)


_DOCTYPE = re.compile(rb"\A[\s\xef\xbb\xbf]*(<!doctype[ -;=?-~\s]{0,300}>)", re.IGNORECASE)


def doctype_of(body: bytes) -> str:
    """The document type that a page begins with, or "": without one browsers set it as they did in its day."""
    found = _DOCTYPE.match(body)
    return found[1].decode("ascii") + "\n" if found else ""


def address_of(root: DomElement, url: str) -> str:
    """What the references of a page are relative to: its ``<base>``, or its own address."""
    base = root.find(".//base[@href]")
    found = resolve(url, str(base.get("href"))) if base is not None else None
    return found or url


def make_inert(root: DomElement, address: str, lead: str = "") -> None:
    """Take out of a tree what would run, frame or send, and let its references lead where they led.

    :param address: what they are relative to; a ``<base>`` would catch links that are added to the page, too.
    :param lead: what links lead to instead, with the address they had, quoted, behind it; every other reference is
        taken out then, so that the page fetches nothing.
    """
    for element in root.iter():
        for name, value in list(element.items()):
            if name in _ADDRESSES:
                _set_address(element, str(name), resolve(address, str(value)) or "", lead)
            elif name in _UNSAFE or str(name).startswith("on") or (lead and name == "target"):
                del element.attrib[name]
            elif lead and name == "style":
                element.set(name, _FETCHED_BY_STYLE.sub("none", str(value)))
        if lead and element.tag == "style":
            element.text = _FETCHED_BY_STYLE.sub("none", element.text or "")
    for element in list(root.iter(*_DROPPED, *(_FETCHING if lead else ()))):
        _drop(element)


def _set_address(element: DomElement, name: str, url: str, lead: str) -> None:
    if not lead:
        element.set(name, url)
    elif name == "href" and element.tag in _FOLLOWED and url:
        element.set(name, lead + quote(url, safe=""))
    else:
        del element.attrib[name]


def _drop(element: DomElement) -> None:
    """Take an element out of the page, and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
