"""Comparison: what became of each story between two crawls, and how the portal's frame changed. Pure.

Only stories that stand for themselves are listed (the lines of ``articles.jsonl``), each once, with all its addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

# A link of the frame came or went where its share of the pages differs by this much: a menu's entry, not one page's.
_DRIFT = 0.1
# Redirects that are followed from an old address.
_HOPS = 5


class ChangeKind(StrEnum):
    """NEW: no page of the first crawl has the story. CHANGED: another text at its address. MOVED: at another address.
    GONE: no longer there. UNVISITED: the second crawl did not ask.
    """

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"
    UNVISITED = "unvisited"


@dataclass(frozen=True, slots=True)
class Told:
    """A story as one crawl tells it: ``urls`` are all its addresses, the kept one first, ``digest`` its text's."""

    id: str
    url_key: str
    urls: tuple[str, ...]
    title: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What an address answered: ``kind`` as pages.jsonl has it, ``target`` the key of a redirect's target."""

    url: str
    status: int
    kind: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one story; ``before`` is ``None`` of a new one, ``after`` of one that is gone or unvisited."""

    kind: ChangeKind
    before: Told | None
    after: Told | None
    reason: str


@dataclass(frozen=True, slots=True)
class FrameLink:
    """A link outside of the stories, and on which share of the story pages of both crawls it stands, 0-1."""

    target_key: str
    text: str
    role: str
    before: float
    after: float


class Side(Protocol):
    """One crawl of a comparison."""

    def articles(self) -> Iterator[Told]:
        """Every article, in the order of its file."""
        ...

    def article(self, url_key: str) -> Told | None:
        """The article that stands at an address."""
        ...

    def story(self, url_key: str) -> Told | None:
        """The story page at an address, copies and parts included; its ``urls`` are the address alone."""
        ...

    def same_text(self, digest: str) -> Told | None:
        """A story page with that text."""
        ...

    def answer(self, url_key: str) -> Answered | None:
        """What an address answered; ``None`` where it was not fetched."""
        ...

    def skipped(self, url_key: str) -> str:
        """Why an address was not fetched, or ""."""
        ...


def changes(first: Side, second: Side) -> Iterator[Change]:
    """What became of the stories of the first crawl, in its order; then the new ones, in the order of the second."""
    accounted: set[str] = set()
    for before in first.articles():
        change, after = _became(before, first, second)
        if after is not None:
            accounted.add(after)
        if change is not None:
            yield change
    for after_one in second.articles():
        if after_one.url_key not in accounted and (change := _came(after_one, first)) is not None:
            yield change


def _became(before: Told, first: Side, second: Side) -> tuple[Change | None, str | None]:
    """The change of a story of the first crawl (``None``: none), and the key under which the second one has it."""
    key = before.url_key
    after = second.article(key)
    old = before
    if after is None and (page := second.story(key)) is not None:
        after, old = page, first.story(key) or before  # another address stands for it now: page against page
    if after is not None:
        changed = after.digest != old.digest or after.title != old.title
        what = "another text" if after.digest != old.digest else "another headline"
        reason = f"{what} at the same address"
        return (Change(ChangeKind.CHANGED, before, after, reason) if changed else None), after.url_key
    return _left(before, first, second)


def _left(before: Told, first: Side, second: Side) -> tuple[Change, str | None]:
    """A story that its address no longer shows."""
    key = before.url_key
    answer = second.answer(key)
    if answer is None:
        why = second.skipped(key)
        reason = f"not fetched: {why}" if why else "not fetched"
        return Change(ChangeKind.UNVISITED, before, None, reason), None
    target = _landed(key, second)
    if target is not None and (found := second.article(target) or second.story(target)) is not None:
        return Change(ChangeKind.MOVED, before, found, f"answers {answer.status}"), found.url_key
    reason = _why_gone(answer)
    elsewhere = second.same_text(before.digest)
    if elsewhere is None:
        return Change(ChangeKind.GONE, before, None, reason), None
    if first.story(elsewhere.url_key) is None:
        moved = second.article(elsewhere.url_key) or elsewhere
        return Change(ChangeKind.MOVED, before, moved, f"{reason}; its text is found at a new address"), moved.url_key
    return Change(ChangeKind.GONE, before, None, f"{reason}; a copy stays at {elsewhere.urls[0]}"), elsewhere.url_key


def _landed(key: str, side: Side) -> str | None:
    """Where the redirects of an address end; ``None`` where it does not redirect."""
    here = key
    for _ in range(_HOPS):
        answer = side.answer(here)
        if answer is None or answer.target is None or not 300 <= answer.status < 400:
            break
        here = answer.target
    return here if here != key else None


def _why_gone(answer: Answered) -> str:
    if answer.status >= 400:
        return f"answers {answer.status}"
    if answer.target is not None:
        return f"answers {answer.status}, and leads to no story"
    return f"is judged {answer.kind} now"


def _came(after: Told, first: Side) -> Change | None:
    """A story of the second crawl that no story of the first became."""
    page = first.story(after.url_key)
    if page is not None:
        if page.digest == after.digest:
            return None
        return Change(ChangeKind.CHANGED, page, after, "another text at the same address")
    if first.same_text(after.digest) is not None:
        return None
    return Change(ChangeKind.NEW, None, after, "no page of the first crawl has it")


FrameCounts = Mapping[tuple[str, str, str], int]


def frame_drift(before: FrameCounts, after: FrameCounts, pages: int) -> list[FrameLink]:
    """The links of the frame that came or went, the most widespread first.

    :param before: (target key, anchor text, role) -> on how many of the pages it stands in the first crawl.
    :param after: the same of the second crawl.
    :param pages: the story pages that both crawls read.
    """
    found = []
    for link in before.keys() | after.keys():
        old, new = before.get(link, 0) / max(1, pages), after.get(link, 0) / max(1, pages)
        if abs(new - old) >= _DRIFT:
            found.append(FrameLink(*link, before=round(old, 4), after=round(new, 4)))
    return sorted(found, key=lambda link: (-abs(link.after - link.before), link.target_key, link.text, link.role))
