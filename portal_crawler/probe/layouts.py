"""Layouts: where the stories of a portal stand, and what recurs around them."""

from __future__ import annotations

from collections import Counter

from portal_crawler.page.roles import Role
from portal_crawler.probe.entry import Entry, counted, quoted, share
from portal_crawler.probe.evidence import Evidence
from portal_crawler.template.site_template import LEAST_PAGES

# Recurring texts that are told, at most, and the shortest that is worth it, in characters.
_MOST, _SHORTEST = 5, 12
# Of the article pages, the share on which a text recurs.
_SHARE = 0.3


def layout_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """A remark on layouts and template blocks; nothing is set, since the general reading needs no selectors."""
    notes = []
    if evidence.template is not None:
        layouts = sorted(evidence.template.tally.layouts.values(), key=len, reverse=True)
        for pages in layouts:
            path = next(iter(pages.values())).path
            known = "its template is known" if len(pages) >= LEAST_PAGES else "too few to know its template"
            notes.append(f"layout: stories in {quoted(path)}, {counted(len(pages), 'page')}; {known}")
    else:
        notes.append("too few article pages to tell layouts apart; a crawl learns them by itself")
    notes += _recurring(evidence)
    return (Entry("layout", notes=tuple(notes)),)


def _recurring(evidence: Evidence) -> list[str]:
    """The texts that stand on many article pages, and whether they were taken for part of a story."""
    articles = evidence.articles
    texts: Counter[str] = Counter()
    bodies: Counter[str] = Counter()
    for one in articles:
        texts.update({block.text for block in one.blocks if len(block.text) >= _SHORTEST})
        bodies.update({one.blocks[role.block].text for role in one.roles if role.role is Role.BODY})
    least = max(LEAST_PAGES, round(_SHARE * len(articles)))
    common = [(text, count) for text, count in texts.most_common() if count >= least]
    notes = []
    for text, count in common[:_MOST]:
        taken = f", in {bodies[text]} taken for part of the story" if bodies[text] else ""
        notes.append(f"template text: {quoted(text)} on {share(count, len(articles), 'article pages')}{taken}")
    if len(common) > _MOST:
        notes.append(f"and {len(common) - _MOST} more texts that recur")
    wrong = [text for text, _ in common[_MOST:] if bodies[text] >= least]
    notes += [f"taken for part of stories, though it recurs: {quoted(text)}" for text in wrong[:_MOST]]
    return notes
