"""Charsets: which one a profile should prefer, from what pages declared and what they were read with."""

from __future__ import annotations

from collections import Counter

from portal_crawler.probe.entry import Entry, share
from portal_crawler.probe.evidence import Evidence

# Pages without a right label, at least, that must agree before their charset is preferred.
_LEAST = 3
# Of pages with a right label, the share that must agree for a guess.
_NEARLY_ALL = 0.8
# What any bytes can be read as: to prefer it would be to stop looking at what the bytes are like.
_TAKES_ALL = frozenset({"utf-8", "utf-8-sig", "cp1252"})


def charset_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``charset.prefer``, where pages that declare none, or a wrong one, agree on another than UTF-8."""
    decisions = [one.charset for one in evidence.documents if one.charset is not None]
    if not decisions:
        return ()
    pairs = Counter((one.declared or "nothing", one.used) for one in decisions)
    notes = [
        f"declared {declared}, read as {used}: {share(count, len(decisions), 'pages')}"
        for (declared, used), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    unlabelled = Counter(one.used for one in decisions if one.source not in ("header", "meta", "bom"))
    plain = unlabelled.pop("utf-8", 0)
    if plain:
        notes.append(f"of those without a right label {plain} hold nothing but UTF-8 or ASCII")
    if not unlabelled:
        return (_by_the_others(Counter(one.used for one in decisions), notes),)
    if len(unlabelled) != 1:
        return (Entry("charset.prefer", notes=(*notes, "no one charset to prefer: each page is read by its bytes")),)
    codec, count = next(iter(unlabelled.items()))
    told = f"of those without a right label all others are {codec}: {count}"
    return (Entry("charset.prefer", codec, (*notes, told), sure=count >= _LEAST and codec not in _TAKES_ALL),)


def _by_the_others(used: Counter[str], notes: list[str]) -> Entry:
    """A guess where every page had a right label: one without would be in the charset of nearly all others."""
    codec, count = used.most_common(1)[0]
    if codec in _TAKES_ALL or count < _NEARLY_ALL * used.total():
        return Entry("charset.prefer", notes=(*notes, "no page lacks a label that it needs: nothing to prefer"))
    return Entry(
        "charset.prefer",
        codec,
        (*notes, "no page lacks a label that it needs; one that did would be as nearly all are"),
        sure=False,
    )
