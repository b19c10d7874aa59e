"""Explained: what is known of a read page's blocks beyond the reading: their elements, and what the network went by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal_crawler.page.blocks import BlockTree
    from portal_crawler.page.roles import Reason
    from portal_crawler.reading import PageReading

# Roles that the network decides between; of the others rules say what they are.
TEXTS = ("body", "other")


def walked_again(body: bytes, reading: PageReading) -> BlockTree:
    """The tree of a page that was read: the same bytes in the same charset have the same blocks."""
    from portal_crawler.page.charset import decode
    from portal_crawler.page.markup import parse
    from portal_crawler.page.walk import walk

    used = reading.charset.used if reading.charset else None
    return walk(parse(decode(body, reading.capture.header(b"Content-Type"), used)[0])[0])


def spoken_for(reading: PageReading) -> dict[int, tuple[Reason, ...]]:
    """Of each block what of it and its page spoke for and against its being the page's own text, in log odds."""
    from portal_crawler.page.attribution import attributions
    from portal_crawler.page.block_features import block_features
    from portal_crawler.page.network_npz import block_network

    tree = walked_again(reading.capture.body, reading)
    found = block_features(tree, reading.capture.address) if reading.blocks else None
    if found is None:
        return {}
    said = zip(found.slots, attributions(block_network(), found), strict=True)
    return {block: reasons for slot, reasons in said if (block := tree.slots[slot].block) is not None}


def in_words(reasons: tuple[Reason, ...]) -> str:
    """Reasons with their weights, the weightiest first."""
    ordered = sorted(reasons, key=lambda reason: -abs(reason.weight))
    return "; ".join(f"{reason.text} ({reason.weight:+.2g})" for reason in ordered)
