"""Budgets: how much of one host a crawl takes, and what is over it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class HostBudget:
    """What a profile allows for each host: pages, bytes of bodies, seconds since its first page; ``None``: no limit."""

    pages: int | None = None
    bytes: int | None = None
    seconds: float | None = None

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return any(limit is not None for limit in (self.pages, self.bytes, self.seconds))


@dataclass(frozen=True, slots=True)
class Spent:
    """What a host has taken so far. ``began`` is its first page, in seconds since the epoch."""

    pages: int = 0
    bytes: int = 0
    began: float = 0.0

    def and_page(self, size: int, now: float) -> Spent:
        """With one page more. A first page that is still to come was fetched before the clock was put back: the host's
        time begins anew, since what it has had of it is not known.
        """
        return replace(self, pages=self.pages + 1, bytes=self.bytes + size, began=min(self.began or now, now))


def over(budget: HostBudget, spent: Spent, now: float) -> str:
    """The rule by which a host gets no more requests, or "".

    >>> over(HostBudget(pages=10), Spent(pages=10), 0)
    '[scope] max_host_pages = 10'
    """
    if budget.pages is not None and spent.pages >= budget.pages:
        return f"[scope] max_host_pages = {budget.pages}"
    if budget.bytes is not None and spent.bytes >= budget.bytes:
        return f"[scope] max_host_bytes = {budget.bytes}"
    if budget.seconds is not None and spent.began and now - spent.began >= budget.seconds:
        return f"[scope] max_host_seconds = {budget.seconds:g}"
    return ""
