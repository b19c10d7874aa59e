"""Sections: under which heading of its portal a page stands: breadcrumb, declaration, or path of its address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.declared import Declared
from portal_crawler.page.month_names import MONTHS
from portal_crawler.page.roles import Role, RoleDecision

_CRUMB = re.compile(r"\s*(?:/|>>?|\u00bb|\u203a|\u2192|::|\|(?=\s))\s*")
_HOME = re.compile(
    r"\A(?:home(?:\s?page)?|\u9996\u9875|\u9996\u9801|accueil|startseite|inicio|\u0433\u043b\u0430\u0432\u043d\u0430\u044f|\u30db\u30fc\u30e0)\Z",
    re.IGNORECASE,
)
_MAX_CRUMBS = 120
# A word: not a date, an id, a host or a session.
_PLAIN = re.compile(r"(?!\d[\d-]*\Z)[\w-]+\Z")
# Parts of a path that name an edition or a kind of page, not a section.
_NO_SECTION = frozenset(MONTHS) | frozenset(
    [
        "english",
        "en",
        "chinese",
        "cn",
        "archive",
        "print",
        "news",
        "html",
        "article",
        "articles",
        "story",
        "stories",
        "content",
        "www",
        "gate",
        "big5",
        "index",
        "blog",
        "blogs",
        "post",
        "posts",
    ]
)


def settle_section(
    declared: Declared, tree: BlockTree, roles: Sequence[RoleDecision], address: str, title: str
) -> tuple[str | None, str]:
    """The section's name as the portal writes it, and where it comes from; the path's own word as a last resort."""
    if found := declared.first("article:section", "section", "dc.subject.section", "channel"):
        return found[0], f"meta {found[1]}"
    for node in declared.articles:
        value = node.get("articleSection")
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.strip():
            return value.strip(), "json-ld articleSection"
    if section := _of_crumbs(declared.breadcrumb, title):
        return section, "json-ld breadcrumb"
    for decision in roles:
        block = tree.blocks[decision.block]
        if decision.role is Role.TITLE:
            break
        if len(block.text) <= _MAX_CRUMBS and (section := _of_crumbs(_CRUMB.split(block.text), title)):
            return section, f"breadcrumb, block {block.index}"
    section = section_of_path(address)
    return (section, "address") if section else (None, "")


def section_of_path(address: str) -> str | None:
    """The part of an address's path that names its section.

    >>> section_of_path("http://h.test/english/international/50454.htm")
    'international'
    >>> section_of_path("http://h.test/english/2004-10/26/content_1.htm") is None
    True
    """
    parts = address.partition("://")[2].partition("?")[0].split("/")[1:-1]
    return next((part for part in parts if _PLAIN.match(part) and part.lower() not in _NO_SECTION), None)


def _of_crumbs(crumbs: Sequence[str], title: str) -> str | None:
    """The first step below the home page of a breadcrumb that begins with it."""
    steps = [crumb.strip() for crumb in crumbs if crumb.strip()]
    if len(steps) < 2 or not _HOME.match(steps[0]) or steps[1] == title:
        return None
    return steps[1]
