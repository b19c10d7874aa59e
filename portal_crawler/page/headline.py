"""Headline: the story's title among the page's title element, ``og:title`` and the blocks, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from portal_crawler.page.blocks import MOST_TITLE, Block, BlockTree
from portal_crawler.page.declared import Declared
from portal_crawler.page.folding import readable
from portal_crawler.page.roles import Role, RoleDecision, blocks_of
from portal_crawler.page.site_name import without_host_name

# What parts a headline from the site's name in <title>: a bar, dash, colon or arrow with space around it, or CJK marks.
_PARTED = re.compile(
    r"\s+[|\u2502\u00b7\u2022\u00bb\u00ab\u203a\u2039>:/~]+\s+|\s+[-\u2013\u2014]{1,3}\s+|\s*(?:--+|\uff5c|\u2014\u2014|_{1,2}|::|\|)\s*"
)
_SIGN = r"[\s|\-\u2013\u2014:\u00b7\u00bb_>]"
_SIGNS, _LAST_SIGNS = re.compile(f"{_SIGN}+"), re.compile(rf"(?<!{_SIGN}){_SIGN}+\Z")
_WORD = re.compile(r"\w+")
# A line is like enough to what is declared: a story's by the words that the shorter of the two shares (its headline may
# be much longer), a heading's by Dice's coefficient.
_LIKE_HEADLINE, _LIKE_HEADING = 0.3, 0.8
# From here a story's headline stands against what is declared.
_SURE_ROLE = 0.8
_MARKS = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u00a0", "''\"\"-- ")
# References that were escaped twice; marks of direction, which count at a title's ends.
_REFERENCE = re.compile(r"&(?:#\d{1,6}|#[xX][\da-fA-F]{1,5}|[a-zA-Z]{2,8}\d?);")
_AT_ENDS = " \u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# In Chinese a mere hyphen parts a headline from a portal's name, which is known by how it ends.
_CJK_SITE = re.compile(
    r"(?<=[\u3001-\u30ff\u3400-\u9fff\uff00-\uffef\u201d])\s*[-\u2013\u2014\uff0d_]+\s*[^-\u2013\u2014\uff0d_]{1,14}"
    r"(?:\u7f51|\u7db2|\u62a5|\u5831|\u793e|\u53f0|\u9891\u9053|\u983b\u9053|\u5728\u7ebf|\u7dda\u4e0a|\u65b0\u95fb|\u65b0\u805e|\u95e8\u6237|\u4e2d\u5fc3)(?:[-_]+(?:19|20)\d\d)?\Z"
)
# A section between the name of a site and a headline: so short, and of so few words.
_SECTION, _WORDS_OF_SECTION = 20, 2
# A title that short is found in many lines.
_SHORT = 12


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
    bare, size = title.rstrip(), len(name)
    if not (_same(bare[-size:], name) and (edge := _LAST_SIGNS.search(bare[:-size]))):
        bare = title
    else:
        bare = bare[: edge.start()]
    if _same(bare[:size], name) and (edge := _SIGNS.match(bare, size)):
        bare = bare[edge.end() :]
    return bare.strip() or title


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same but for their case. To make a pattern of a name takes longer than to use it."""
    if one.isascii() and other.isascii():
        return one.lower() == other.lower()
    return re.fullmatch(re.escape(other), one, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class _Title:
    """A candidate: what it says and where it stands; of a shown line also how sure its role is."""

    text: str
    origin: str
    confidence: float = 1.0


def settle_title(
    declared: Declared, tree: BlockTree, roles: Sequence[RoleDecision], address: str, *, story: bool
) -> tuple[str, str]:
    """The title and where it comes from; ("", "") where the page has none.

    A line of the page that says what the page declares is its title. Else a story's headline as shown wins, since
    editors shorten the others; but a shown line that shares no word with what the page declares (a section bar taken
    for a headline) gives way to it. Any other page is called what it declares, unless a heading says nearly that.

    :param address: the page's own URL, whose host may bear the site's name.
    :param story: whether the page reads like one story.
    """
    site = [content for content in declared.meta.get("og:site_name", ()) if content]
    said = _declared(declared, site, address)
    headlines, first_level = _lines(tree, roles, said)
    lines = [*headlines, *first_level] if story else [*first_level, *headlines]
    if not said or not lines:
        found = (said or lines or [_Title("", "")])[0]
    else:
        found = _in_so_many_words(lines, said, declared, site, story=story) or _likest(lines, said, story=story)
    return found.text, found.origin


def _declared(declared: Declared, site: Sequence[str], address: str) -> list[_Title]:
    """What the page declares for others, then its title element, without the site's name."""
    social = declared.first("og:title", "twitter:title", "dc.title", "headline")
    found = [(unescape(social[0][:MOST_TITLE]), f"meta {social[1]}")] if social else []
    found += [(unescape(declared.title), "title element")] if declared.title else []
    return [_Title(_bare(_clean(text), site, address), origin) for text, origin in found]


def _clean(text: str) -> str:
    """A title as a reader sees it."""
    if text.isascii() and "&" not in text:
        return text
    text = _REFERENCE.sub(lambda match: unescape(match[0]), text)
    return " ".join(readable(text).strip(_AT_ENDS).split())


def _bare(title: str, site: Sequence[str], address: str) -> str:
    """A declared title without the name of the site, and without the sections between the two."""
    text = _SIGNS.sub("", title, count=1) if _SIGNS.match(title) else title
    while len(shorter := _CJK_SITE.sub("", text)) < len(text) and len(shorter) >= 4:
        text = shorter
    found = without_host_name(without_site(text, site), address)
    if not found or found == text or not text.endswith(found):
        return found or title
    # "Site | Section | Headline": the same sign parts them.
    before = _PARTED.search(text)
    while before and (sign := _PARTED.search(found)) and sign[0].strip() == before[0].strip():
        section, rest = found[: sign.start()], found[sign.end() :]
        if len(section) >= min(_SECTION, len(rest)) or len(_WORD.findall(section)) > _WORDS_OF_SECTION:
            break
        found = rest
    return found


def _lines(tree: BlockTree, roles: Sequence[RoleDecision], said: Sequence[_Title]) -> tuple[list[_Title], list[_Title]]:
    """The line that was judged the headline, if any, and the headings of the first level."""
    shown = _shown(tree.blocks, roles, [one.text for one in said])
    first = [block for block, at in zip(tree.blocks, tree.block_slots, strict=True) if tree.slots[at].heading == 1]
    headlines = [] if shown is None else [shown]
    made = [
        [
            _Title(_clean(block.text), f"headline, block {block.index}", roles[block.index].confidence)
            for block in blocks
        ]
        for blocks in (headlines, [block for block in first if block.text and not block.hidden])
    ]
    return made[0], made[1]


def _in_so_many_words(
    lines: Sequence[_Title], said: Sequence[_Title], declared: Declared, site: Sequence[str], *, story: bool
) -> _Title | None:
    """The line that is what the page declares, or a part of it; of other pages also one that begins or holds it."""
    whole = [one.text for one in said]
    if not story:
        whole += [declared.title, *(content[:MOST_TITLE] for content in declared.meta.get("og:title", ()))]
    parts = {_plain(part) for text in whole for part in (text, *_PARTED.split(text))} - {_plain(name) for name in site}
    equal = next((line for line in lines if _plain(line.text[:MOST_TITLE]) in parts), None)
    if equal or story:
        return equal
    for one in said:
        longer = next((line for line in lines if _holds(line.text, one.text)), None)
        if longer:
            return one
    return next((line for line in lines if any(_plain(one.text).startswith(_plain(line.text)) for one in said)), None)


def _holds(line: str, title: str) -> bool:
    """Whether a line is a title with something added: "Thread: …"."""
    return len(line) > len(title) > max(_SHORT, len(line) // 2) and _plain(title) in _plain(line)


def _likest(lines: Sequence[_Title], said: Sequence[_Title], *, story: bool) -> _Title:
    """The line that is most like what is declared, if it is like enough; else what is declared."""
    alike = [
        max(_likeness(line.text, one.text) if story else _dice(line.text, one.text) for one in said) for line in lines
    ]
    best = max(range(len(lines)), key=lambda number: (alike[number], -number))
    if alike[best] >= (_LIKE_HEADLINE if story else _LIKE_HEADING):
        return lines[best]
    if story and lines[0].confidence >= _SURE_ROLE:
        return lines[0]
    if len(said) == 2 and _dice(said[0].text, said[1].text) < 0.5:
        # The page goes by two names: the one that its lines are more like.
        return max(said, key=lambda one: max(_dice(line.text, one.text) for line in lines))
    return said[0]


def _shown(blocks: Sequence[Block], roles: Sequence[RoleDecision], declared: Sequence[str]) -> Block | None:
    titles = [blocks[index] for index in blocks_of(roles, Role.TITLE)]
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


def _dice(one: str, other: str) -> float:
    mine, others = _tokens(one), _tokens(other)
    return 2 * len(mine & others) / (len(mine) + len(others)) if mine and others else 0.0


def _plain(text: str) -> str:
    """A title without case, odd spaces and the form of its quotes and dashes."""
    return " ".join(text.translate(_MARKS).casefold().split())
