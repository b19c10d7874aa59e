"""Fate: at which step an address was lost, or where it went. Pure."""

from __future__ import annotations

from typing import Any

from portal_crawler.records.skip_record import Bin, bin_of


def fate(facts: dict[str, Any]) -> tuple[str, str]:
    """The step at which an address was lost, in a word, and what is known of it there, in a clause.

    :param facts: the records of the address, each ``None`` where there is none: ``page``, ``article``, ``duplicate``,
        ``skipped``, ``ledger`` (the frontier's row); ``linked_from``, the links that lead to it; ``linked``, their
        number where ``linked_from`` holds the first of them only; and ``withdrawn``, by which rule it was taken down,
        of records without a frontier, such as a build's.
    """
    page, article, copy, skipped, row = (facts[key] for key in ("page", "article", "duplicate", "skipped", "ledger"))
    if copy:
        return "copy", f"{copy['kind']} copy of article {copy['of']}: {copy['reason']}"
    if article:
        return "article", f"it is in articles.jsonl as {article['id']}, {article['url']}"
    counted = bin_of(skipped) if skipped else ""
    if skipped and skipped["reason"] == "takedown":
        return "taken down", skipped["rule"]
    if skipped and counted == Bin.SKIPPED:
        return (
            "skipped",
            f"{skipped['reason']}, rule {skipped['rule'] or 'not said'}, linked from {skipped['via'] or 'a seed'}",
        )
    if row and row["state"] == "failed":
        word = f"{skipped['reason']}, " if skipped else ""
        trouble = row["reason"] or (page and page["status"]) or "no answer"
        return "failed", f"{word}after {row['tries']} tries: {trouble}"
    if page:
        return "judged", _judged(page) + _lost(skipped)
    if row:
        return row["state"], f"not fetched yet; linked from {row['via'] or 'a seed'}, depth {row['depth']}"
    if facts.get("withdrawn"):
        return "taken down", facts["withdrawn"]
    if links := facts.get("linked", len(facts["linked_from"])):
        return "linked", f"{links:,} links lead there, but it was never queued"
    return "unknown", "no page of this crawl links to it, and it is no seed"


def _lost(skipped: dict[str, Any] | None) -> str:
    """What skipped.jsonl says of a page whose answer is no document."""
    if not skipped or bin_of(skipped) != Bin.FETCHED:
        return ""
    return f"; {skipped['reason']}: {skipped['rule'] or 'not said'}"


def _judged(page: dict[str, Any]) -> str:
    if page["final_url"] != page["url"]:
        return f"a redirect to {page['final_url']}"
    if page["status"] >= 400:
        return f"the portal answered {page['status']}"
    problems = f"; {'; '.join(page['problems'])}" if page["problems"] else ""
    return f"{page['kind']} ({page['kind_confidence']:.2f}), no article{problems}"
