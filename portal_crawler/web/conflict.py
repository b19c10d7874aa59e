"""Conflict: what a request asks for, and what it is asked of is no longer in a state for it."""

from __future__ import annotations

from portal_crawler.errors import StateError


class ConflictError(StateError):
    """A request that came too late, or beside another one; the answer is 409 (RFC 9110 section 15.5.10)."""
