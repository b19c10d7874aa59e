"""Story groups: which pages are one story, which of them stands for it, and how the others relate to it.

Order of arrival plays no part: every decision is a function of the pages alone. Two pages come into question as copies
when their texts are equal, or when their addresses or a declared canonical address relate them; in the latter case the
texts must agree as well. Copies under unrelated addresses are found by ``near_pages``. Contains no networking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal_crawler.dedup.addresses import (
    PortalHosts,
    detours,
    gateway_target,
    is_print,
    path_key,
    same_host_rank,
    story_number,
)
from portal_crawler.dedup.text_hash import NO_TEXT, TextShape, normal_text
from portal_crawler.urls import host_of
from portal_crawler.verdict import CopyKind

# Below so many words two equal texts may well be two photo pages: they must share their headline too.
_TELLING_WORDS = 12
# A text set in another script keeps its length but for a few characters that one script writes with two.
_SAME_LENGTH = 0.85
# Sorts behind every day.
_NO_DAY = "9999"
_TIE_WORDS = {"earliest": "its story is dated earlier", "longest": "its text is longer"}
# A re-import into a newer publishing system puts a 1 in front of the old number (110345 -> 1110345).
_REIMPORTED_DIGITS = 6


@dataclass(frozen=True, slots=True)
class StoryPage:
    """One page with a story or a part of one, without its text.

    ``number`` is its place in the list of story pages, ``canonical_key`` the key of the address that it declares,
    ``pager`` the keys of the other parts, ``part`` its own 1-based number, ``published`` ISO 8601 or "". ``shape`` is
    what its text keeps when it is set in another script. ``truncated`` says that its text is but the beginning of
    another page's.
    """

    number: int
    url: str
    url_key: str
    digest: str
    title: str
    words: int
    published: str = ""
    canonical_key: str | None = None
    pager: tuple[str, ...] = ()
    part: int | None = None
    shape: TextShape = NO_TEXT
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Preference:
    """What a profile says on which copy is kept: its hosts, and what decides between equally good addresses."""

    hosts: PortalHosts
    ties: tuple[str, ...] = ("earliest", "longest")


# The key of all pages of a path begins with it.
PATH_KEY = "p:"


@dataclass(frozen=True, slots=True)
class JoinKey:
    """What pages of one story have in common. ``certain`` ones need no look at the texts."""

    value: str
    certain: bool


def exact_key(digest: str, words: int, title: str) -> str | None:
    """The key that pages with an equal text share; ``None`` for a page without text."""
    if not words:
        return None
    return f"t:{digest}" if words >= _TELLING_WORDS else f"t:{digest}:{normal_text(title)}"


def join_keys(page: StoryPage) -> Iterator[JoinKey]:
    """Every key under which a page may meet its copies."""
    exact = exact_key(page.digest, page.words, page.title)
    if exact:
        yield JoinKey(exact, certain=True)
    yield JoinKey(f"c:{page.url_key}", certain=False)
    if page.canonical_key and page.canonical_key != page.url_key:
        yield JoinKey(f"c:{page.canonical_key}", certain=False)
    yield JoinKey(f"{PATH_KEY}{path_key(page.url)}", certain=False)
    story = story_number(page.url)
    if story:
        yield JoinKey(f"n:{story}", certain=False)
        if len(story) >= _REIMPORTED_DIGITS and story.startswith("1"):
            yield JoinKey(f"n:{story[1:]}", certain=False)


def related(one: StoryPage, other: StoryPage, key: str) -> bool:
    """Whether an uncertain key is a reason to compare texts: a number relates only print versions and re-imports."""
    if not key.startswith("n:") or is_print(one.url) or is_print(other.url):
        return True
    return story_number(one.url) != story_number(other.url)


def one_story(one: StoryPage, other: StoryPage) -> bool:
    """Whether ``one``, whose pager names ``other``, is another part of the same story."""
    numbered = one.part is not None and other.part is not None and one.part != other.part
    mutual = one.url_key in other.pager or bool(one.title and other.title)
    return numbered and mutual and same_title(one.title, other.title)


def same_shape(one: TextShape, other: TextShape) -> bool:
    """Whether two texts may be one in two scripts: words cannot be compared, but the number of paragraphs, the numbers
    in them and the length.
    """
    longer = max(one.characters, other.characters)
    same = (one.paragraphs, one.numbers) == (other.paragraphs, other.numbers)
    return same and min(one.characters, other.characters) >= _SAME_LENGTH * longer > 0


def crosses_scripts(one: StoryPage, other: StoryPage) -> bool:
    """Whether exactly one of two pages comes through a gateway."""
    return (gateway_target(one.url) is None) != (gateway_target(other.url) is None)


def preference(page: StoryPage, rules: Preference) -> tuple[object, ...]:
    """The sort key by which the page that stands for a story comes first; ``reason_kept`` puts it into words."""
    ties = {"earliest": page.published or _NO_DAY, "longest": -page.words}
    return (
        is_print(page.url),
        page.part or 1,
        page.truncated,
        same_host_rank(page.url, rules.hosts),
        page.canonical_key not in (None, page.url_key),
        detours(page.url),
        *(ties[name] for name in rules.ties),
        page.url_key,
    )


def reason_kept(kept: StoryPage, copy: StoryPage, rules: Preference) -> str:
    """Why one of two pages of a story was kept: the first thing in which they differ."""
    words = (
        "it is no print version",
        "it is an earlier part",
        "its text is whole",
        "its host comes first",
        "it names no other address as its own",
        "its address is the plainer one",
        *(_TIE_WORDS[name] for name in rules.ties),
        "its address comes first in order",
    )
    pairs = zip(preference(kept, rules), preference(copy, rules), words, strict=True)
    return next((word for here, there, word in pairs if here != there), "they are the same page")


def ordered_parts(pages: list[StoryPage], rules: Preference) -> list[StoryPage]:
    """Of the pages of one story, the one to take for each part, in reading order; of a story on one page, that page."""
    if len(pages) == 1:
        return pages
    best = sorted(pages, key=lambda page: preference(page, rules))
    if not any(page.pager for page in best):
        return best[:1]
    parts: dict[int, StoryPage] = {}
    for page in best:
        if page.pager and page.part is not None:
            parts.setdefault(page.part, page)
    return [parts[number] for number in sorted(parts)] if len(parts) > 1 else best[:1]


def copy_kind(page: StoryPage, kept: StoryPage, hosts: PortalHosts) -> CopyKind:
    """How a copy relates to the page that stands for the story."""
    of_texts = CopyKind.EXACT if page.digest == kept.digest else CopyKind.NEAR
    return address_kind(page.url, kept.url, hosts) or of_texts


def address_kind(url: str, kept: str, hosts: PortalHosts) -> CopyKind | None:
    """How a copy relates to the page that stands for the story, as far as their addresses tell."""
    if is_print(url) and not is_print(kept):
        return CopyKind.PRINT
    if path_key(url) == path_key(kept):
        elsewhere = host_of(url) != host_of(kept) or gateway_target(url) is not None
        return CopyKind.MIRROR if elsewhere else CopyKind.URL_VARIANT
    if _is_elsewhere(url, kept) and (gateway_target(url) is not None or host_of(url) in hosts.aliases):
        return CopyKind.MIRROR
    return CopyKind.URL_VARIANT if url.partition("?")[0] == kept.partition("?")[0] else None


def _is_elsewhere(url: str, kept: str) -> bool:
    """Whether two addresses are of different hosts, or one is a gateway's. A host is no mirror of itself."""
    return host_of(url) != host_of(kept) or (gateway_target(url) is None) != (gateway_target(kept) is None)


def same_title(one: str, other: str) -> bool:
    """Whether two parts can be one story's: headlines equal, one the beginning of the other ("... (2)"), or unknown."""
    first, second = normal_text(one), normal_text(other)
    return first.startswith(second) or second.startswith(first)
