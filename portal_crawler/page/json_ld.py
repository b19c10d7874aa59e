"""JSON-LD: the objects that a page's scripts describe it with, also where the scripts are not quite JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import orjson

# JSON-LD beyond this is no description of a page; nodes beyond this are not looked at.
_MAX_SCRIPT = 2_000_000
_MAX_NODES = 5_000
_CONTROL = re.compile(r"[\x00-\x1f\ufeff]")
# A string, or a comma behind which a list or an object ends; a backslash that escapes nothing; where one object ends
# and the next begins.
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]++|\\.)*+"|,(?=\s*+[}\]])')
_NO_ESCAPE = re.compile(r'\\(?:(["\\/bfnrtu])|)')
_NEXT_OBJECT = re.compile(r"\}\s*+\{")
# What can be had of a description of which no parser makes sense: one quotation mark within a string is enough.
_TYPE = re.compile(r'"@type"\s*+:\s*+\[?\s*+"(\w*(?:Article|Posting|Report))"')
_FIELDS = re.compile(r'"(datePublished|dateModified|articleSection)"\s*+:\s*+"([^"]{1,100}+)"')
_AUTHOR = re.compile(r'"author"\s*+:\s*+\[?\s*+\{[^{}]{0,500}?"name"\s*+:\s*+"([^"]{1,100}+)"')
# Entries of a list on the page: other stories, mostly.
_LIST = "itemListElement"


def read_objects(scripts: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """Every object in the scripts, outer before inner; those that are entries of a list come last."""
    own: list[dict[str, Any]] = []
    listed: list[dict[str, Any]] = []
    for text in scripts:
        for node, within in _nodes(_loads(text)):
            (listed if within else own).append(node)
    return (*own, *listed)


def _loads(text: str) -> Any:
    if len(text) > _MAX_SCRIPT:
        return None
    found = _json(text)
    if found is not None:
        return found
    # Line ends inside strings are the commonest error in JSON-LD, comment marks around it the next.
    bare = _bare(_CONTROL.sub(" ", text))
    found = _json(bare)
    if found is None and ("{" in bare or "&quot;" in bare):
        found = _mended(bare)
    return found


def _mended(text: str) -> Any:
    """The value of a script that is JSON but for what its template got wrong, or what of it can be had."""
    if '"' not in text:
        text = unescape(text)
        if (found := _json(text)) is not None:
            return found
    text = _NO_ESCAPE.sub(lambda match: match[0] if match[1] else "", text)
    text = _STRING_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text)
    found = _json(text)
    if found is None:
        found = _json(f"[{_NEXT_OBJECT.sub('},{', text)}]")
    return found if found is not None else _pieces(text)


def _pieces(text: str) -> dict[str, Any] | None:
    kind = _TYPE.search(text)
    if kind is None:
        return None
    node: dict[str, Any] = {"@type": kind[1]}
    for name, value in _FIELDS.findall(text):
        node.setdefault(name, value)
    if author := _AUTHOR.search(text):
        node["author"] = {"@type": "Person", "name": author[1]}
    return node


def _bare(text: str) -> str:
    """A script without the marks of a comment around it."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    return text.removeprefix("//").strip().removeprefix("<![CDATA[").removesuffix("]]>").rstrip("/ ;")


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):  # orjson also refuses what is nested beyond its limit
        return None


def _nodes(value: Any) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every object of a JSON value, outer before inner, without recursion, and whether it is an entry of a list."""
    queue = [(value, False)]
    for one, listed in queue:
        if len(queue) > _MAX_NODES:
            return
        if isinstance(one, dict):
            yield one, listed
            parts = one.items()
            queue.extend((part, listed or key == _LIST) for key, part in parts if isinstance(part, dict | list))
        elif isinstance(one, list):
            queue.extend((part, listed) for part in one if isinstance(part, dict | list))
