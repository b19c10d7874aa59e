"""Sections: under which heading of its portal a page stands: breadcrumb, declaration, or path of its address."""

# ruff: noqa: RUF001 - words in other scripts are meant as such

from __future__ import annotations

import re
from collections.abc import Sequence

from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.declared import Declared
from portal_crawler.page.month_names import MONTHS
from portal_crawler.page.roles import Role, RoleDecision

_CRUMB = re.compile(r"\s*(?:/|>>?|\u00bb|\u203a|\u2192|::|\|(?=\s))\s*")
_HOME = re.compile(
    r"\A(?:home(?:\s?page)?|首页|首頁|主页|accueil|startseite|inicio|início|strona główna|ana\s?sayfa|trang chủ|"
    r"beranda|главная|головна|начало|αρχική(?: σελίδα)?|ホーム|トップ(?:ページ)?|홈|ראשי|דף הבית|الرئيسية|"
    r"الصفحة الرئيسية|صفحه (?:اصلی|نخست|اول)|خانه|होम|หน้าแรก|หน้าหลัก)\Z",
    re.IGNORECASE,
)
# What stands before a breadcrumb; a Chinese portal's own name at its beginning; the page itself at its end.
_LABEL = re.compile(
    r"\A\W*(?:(?:您?的?当前的?|您(?:现在)?的|您所在的|現在|目前)?位置|您在|you are here|sie sind hier|"
    r"vous êtes ici|вы здесь)(?:是|为)?\s*[:：]\s*",
    re.IGNORECASE,
)
_SITE = re.compile(r".{2,10}[网網]\Z")
_ITSELF = frozenset(("正文", "内容", "內文", "本文"))
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
    if len(steps) < 2 or steps[1] == title or steps[1] in _ITSELF:
        return None
    first = _LABEL.sub("", steps[0])
    if not _HOME.match(first) and not (len(steps) > 2 and _SITE.match(first)):
        return None
    return steps[1]
