"""Headline: the story's title among the page's title element, ``og:title`` and the blocks, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portal_crawler.page.blocks import Block
from portal_crawler.page.declared import Declared
from portal_crawler.page.roles import Role, RoleDecision

# What parts a headline from the site's name in <title>: a bar, dash, colon or arrow with space around it, or CJK marks.
_PARTED = re.compile(
    r"\s+[|\u2502\u00b7\u2022\u00bb\u00ab\u203a\u2039>:/~]+\s+|\s+[-\u2013\u2014]{1,3}\s+|\s*(?:--+|\uff5c|\u2014\u2014|_{1,2}|::|\|)\s*"
)
_WORD = re.compile(r"\w+")


def without_site(title: str, site_names: Sequence[str] = ()) -> str:
    """A title element's text without the site's name, which is the shorter part at its end or start.

    >>> without_site("Talks Open in Capital -- portal.test")
    'Talks Open in Capital'
    """
    for name in site_names:
        if name and len(name) < len(title):
            bare = _stripped_of(title, name)
            if bare != title:
                return bare
    parts = [(match.start(), match.end()) for match in _PARTED.finditer(title)]
    if not parts:
        return title
    first, last = title[: parts[-1][0]].strip(), title[parts[0][1] :].strip()
    tail, head = title[parts[-1][1] :], title[: parts[0][0]]
    if len(tail) <= len(first):
        # Sections stand between the two: "Headline | World | Site".
        while len(parts) > 1 and len(title[parts[-2][1] : parts[-1][0]]) < 20 and parts[-2][0] >= 15:
            parts.pop()
            first = title[: parts[-1][0]].strip()
        return first or title
    return last if len(head) < len(last) and len(_WORD.findall(head)) <= 4 else title


def _stripped_of(title: str, name: str) -> str:
    edge = r"[\s|\-\u2013\u2014:\u00b7\u00bb_>]+"
    bare = re.sub(rf"{edge}{re.escape(name)}\s*\Z", "", title, flags=re.IGNORECASE)
    return re.sub(rf"\A{re.escape(name)}{edge}", "", bare, flags=re.IGNORECASE).strip() or title


def settle_title(declared: Declared, blocks: Sequence[Block], roles: Sequence[RoleDecision]) -> tuple[str, str]:
    """The title and where it comes from; ("", "") where the page has none.

    The headline as shown wins, since editors shorten the others; but a shown line that shares no word with
    what the page declares (a section bar taken for a headline) gives way to it.
    """
    site = [content for content in declared.meta.get("og:site_name", ()) if content]
    social = declared.first("og:title", "twitter:title", "dc.title", "headline")
    candidates: list[tuple[str, str]] = []
    if social:
        candidates.append((without_site(social[0], site), f"meta {social[1]}"))
    if declared.title:
        candidates.append((without_site(declared.title, site), "title element"))
    shown = _shown(blocks, roles, [title for title, _ in candidates])
    if shown is not None:
        likeness = max((_likeness(shown.text, title) for title, _ in candidates), default=1.0)
        if likeness >= 0.3 or not candidates:
            return shown.text, f"headline, block {shown.index}"
        candidates.append((shown.text, f"headline, block {shown.index}"))
        if roles[shown.index].confidence >= 0.8:
            return candidates[-1]
    return candidates[0] if candidates else ("", "")


def _shown(blocks: Sequence[Block], roles: Sequence[RoleDecision], declared: Sequence[str]) -> Block | None:
    titles = [blocks[decision.block] for decision in roles if decision.role is Role.TITLE]
    if len(titles) < 2:
        return titles[0] if titles else None
    return max(
        titles, key=lambda block: (max((_likeness(block.text, title) for title in declared), default=0), -block.index)
    )


def _likeness(one: str, other: str) -> float:
    """Shared words over the words of the shorter text; CJK by characters."""
    mine, others = _tokens(one), _tokens(other)
    least = min(len(mine), len(others))
    return len(mine & others) / least if least else 0.0


def _tokens(text: str) -> set[str]:
    text = text.casefold()
    return set(_WORD.findall(text)) if text.isascii() or " " in text.strip() else set(text)
