"""Editorial: whether somebody set a link by hand, into a text. One decision, in one place."""

from __future__ import annotations

# What leads to another address without anybody having written a link for readers.
_NO_LINKS = frozenset(["canonical", "redirect", "meta_refresh", "feed", "sitemap"])


def is_editorial(role: str, element: str) -> bool:
    """Whether a link is an editor's: it stands in the body of a story, and it is a link for readers.

    :param role: role of the block that the link stands in.
    :param element: what on the page made the link; both as ``links.jsonl`` has them.

    >>> is_editorial("body", "a"), is_editorial("related", "a"), is_editorial("body", "canonical")
    (True, False, False)
    """
    return role == "body" and element not in _NO_LINKS
