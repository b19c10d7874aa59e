"""Embedded data: the texts that a page keeps as JSON for a script to show, where it shows nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson
from lxml import etree
from lxml.etree import _Element as DomElement

# What an application is handed: scripts of JSON, and attributes that hold a JSON object.
_SCRIPTS = re.compile(r"application/(?:[\w.+-]+\+)?json|text/json", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"data-\w*(?:preload|state|props|page|initial)\w*\Z")
# A string that is written as HTML: running text in elements of text.
_MARKUP = re.compile(r"<(?:p|br|li|h[1-6]|blockquote)\b[^<>]*>", re.IGNORECASE)
_LEAST = 40
# Bounds on hostile data: nesting, strings, characters in all.
_DEEPEST, _MOST, _LONGEST = 64, 2_000, 4_000_000


def embedded_text(root: DomElement) -> DomElement | None:
    """A ``div`` of what the page's data hold as HTML, in its order; ``None`` where they hold none."""
    box = etree.Element("div")
    seen: set[str] = set()
    room = _LONGEST
    for text in _strings(root):
        if text in seen or len(text) > room or len(seen) >= _MOST:
            continue
        seen.add(text)
        room -= len(text)
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        part = etree.fromstring(f"<div>{text}</div>".encode("utf-8", "ignore"), parser)
        found = part.find(".//div") if part is not None else None
        if found is not None:
            box.append(found)
    return box if len(box) else None


def _strings(root: DomElement) -> Iterator[str]:
    for element in root.iter():
        if element.tag == "script" and _SCRIPTS.match(element.get("type") or ""):
            if "ld+json" not in (element.get("type") or ""):
                yield from _of_json(element.text or "")
        elif isinstance(element.tag, str):
            for name, value in element.items():
                if str(name).startswith("data-") and _ATTRIBUTE.match(str(name)):
                    yield from _of_json(str(value))


def _of_json(text: str) -> Iterator[str]:
    """The strings of HTML in a JSON text, those in JSON texts within it included."""
    stack: list[tuple[Any, int]] = [(text, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(value, dict):
            stack += ((one, depth + 1) for one in reversed(value.values()))
        elif isinstance(value, list):
            stack += ((one, depth + 1) for one in reversed(value))
        elif isinstance(value, str) and len(value) >= _LEAST:
            if value.lstrip()[:1] in ("{", "["):
                try:
                    stack.append((orjson.loads(value), depth + 1))
                except orjson.JSONDecodeError:  # a text that only begins as one
                    continue
            elif _MARKUP.search(value):
                yield value
