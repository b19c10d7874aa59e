"""Sampling: a crawl that is to learn much of a portal from few requests. Which address tells most, and when it is over.

Pure. Addresses are put into forms (`/words/index.htm`, `/words/#.htm`); the first of each form comes first, the second
of each later, so that one endless list does not use up what may be asked.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.hops import in_a_row
from portal_crawler.frontier.url_pattern import SLUG, TOKEN, pattern_of

# The priority of the first address of a form, and how much later each further one comes: stories are what a sample
# needs most of, a few pages of any other kind tell what there is.
_STORY, _FRAME, _LIST, _PLAIN, _ASKING = (2, 1), (0, 1), (1, 6), (0, 4), (-2, 5)
_FRAME_PRIORITY = 2
# Of another host one page is asked for, and its robots.txt; of so many requests, those of one such host.
_REQUESTS_A_HOST = 10
_RULE = "a probe asks another host for no more than one page"
_WORD = re.compile(r"[^\W\d_]{2,}")
_INDEX = re.compile(r"index|default|home|main", re.IGNORECASE)


class Sampling:
    """What a sample has spent, and the order of what it has found. A sample asks for one page at a time.

    :param most: requests, at most: of pages, of robots.txt files, and of both once more; ``None`` where the crawl is no
        sample, and everything stays as it was found.
    """

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self.spent = 0
        self._hosts: dict[str, None] = {}
        self._home: set[str] = set()
        self._seen: Counter[str] = Counter()

    @property
    def is_spent(self) -> bool:
        """Whether no further page may be asked for: it, and the robots.txt of its host, must both fit."""
        return self.most is not None and self.spent + 2 > self.most

    def ordered(self, found: list[Discovery]) -> list[Discovery]:
        """Addresses with the priority that their form gives them; those of too many hosts are refused."""
        if self.most is None:
            return found
        most = self.most // _REQUESTS_A_HOST
        return [one if one.reason else self._placed(one, most) for one in found]

    def _placed(self, one: Discovery, most: int) -> Discovery:
        if one.via is None:
            self._home = self._home or {one.host}
            self._hosts.setdefault(one.host)
            return one
        if one.hops and in_a_row(one.hops) == len(one.hops):
            # Where a seed leads by redirects alone (example.org to www.example.org) the portal is at home.
            self._home.add(one.host)
            self._hosts.setdefault(one.host)
        elif self._home and one.host not in self._home:
            return self._elsewhere(one, most)
        form, (first, step) = _form(one)
        place = self._seen[form]
        self._seen[form] += 1
        return replace(one, priority=first - step * place)

    def _elsewhere(self, one: Discovery, most: int) -> Discovery:
        """An address of another host than the seed's."""
        if one.host in self._hosts:
            return replace(one, reason="sample", rule=_RULE)
        if len(self._hosts) >= most + len(self._home):
            return replace(one, reason="sample", rule=f"a probe looks at no more than {most} other hosts")
        self._hosts[one.host] = None
        return one


def _form(one: Discovery) -> tuple[str, tuple[int, int]]:
    """The form of an address, with the priority of its first one and the step to each further one."""
    if one.priority > 0:
        return f"listing {one.priority}", _FRAME if one.priority == _FRAME_PRIORITY else _LIST
    pattern = pattern_of(one.host, one.url)
    form = form_of(pattern.path.removeprefix(one.host))
    if pattern.names:
        return f"{form}?{'&'.join(pattern.names)}", _ASKING
    return form, _STORY if looks_like_a_story(form) else _PLAIN


def form_of(path: str) -> str:
    """A folded path with its words taken out, so that all sections are one.

    >>> form_of("/english/culture/#.htm"), form_of("/BAT/index.htm"), form_of("/about.htm")
    ('/w/w/#.htm', '/w/index.htm', '/w.htm')
    """
    *above, page = path.split("/")
    stem, dot, ending = page.rpartition(".")
    if not dot:
        stem, ending = page, ""
    name = stem if _INDEX.match(stem) else _WORD.sub("w", stem)
    return "/".join([*(_WORD.sub("w", one) for one in above), name + dot + ending])


def looks_like_a_story(form: str) -> bool:
    """Whether a form has what the addresses of stories have: a number, a token or a title.

    >>> looks_like_a_story("/w/w/#.htm"), looks_like_a_story("/w/index.htm")
    (True, False)
    """
    page = form.rpartition("/")[2]
    return not _INDEX.match(page) and any(mark in form for mark in ("#", SLUG, TOKEN))
