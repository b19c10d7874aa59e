"""Stories: articles whose every word is known, and the pages that carry them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from random import Random

from portal_crawler.demo.prose import Prose, author

_ONSETS, _VOWELS = ("b", "d", "f", "k", "l", "m", "n", "p", "r", "s", "t", "v"), ("a", "e", "i", "o", "u")
PAPER = "The Hostile Gazette"


@dataclass(frozen=True, slots=True)
class Story:
    """One article. ``mark`` is a name that its first and last paragraph alone contain, of all the portal's texts."""

    mark: str
    title: str
    byline: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraphs, joined by a blank line."""
        return "\n\n".join(self.paragraphs)


def mark_of(name: str) -> str:
    """A name that stands for nothing else, such as ``Kovelasu``."""
    rng = Random(hashlib.sha256(name.encode()).digest())
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(6)).capitalize()


@lru_cache(maxsize=2_000)
def story(name: str, count: int = 5) -> Story:
    """The story of a name, always the same one."""
    rng, prose, mark = Random(name), Prose(name), mark_of(name)
    texts = list(prose.paragraphs(rng, count, (3, 5)))
    texts[0] += f" The people of {mark} have waited for it since spring."
    texts[-1] += f" The first to hear of it will be the schools of {mark}."
    day = f"{rng.randint(1, 28)} October {rng.randint(2001, 2009)}"
    return Story(mark, prose.headline(rng), f"By {author(rng)}, {day}", tuple(texts))


def told(name: str, paragraphs: Iterable[str], title: str, byline: str = "14 October 2004") -> Story:
    """A story of given paragraphs (in another script); the mark is added to the first and the last."""
    texts, mark = list(paragraphs), mark_of(name)
    texts[0] += f" ({mark})"
    texts[-1] += f" ({mark})"
    return Story(mark, title, byline, tuple(texts))


def body_of(one: Story) -> str:
    """Headline, byline and paragraphs, as they stand in every page."""
    texts = "".join(f"<p>{escape(text, quote=False)}</p>\n" for text in one.paragraphs)
    title, byline = escape(one.title, quote=False), escape(one.byline, quote=False)
    return f'<h1>{title}</h1>\n<p class="byline">{byline}</p>\n<div class="story">\n{texts}</div>\n'


def page(
    body: str, *, title: str = PAPER, extra_head: str = "", menu: bool = True, charset: str | None = "utf-8"
) -> str:
    """An HTML page with the portal's frame around a body."""
    declared = f'<meta charset="{charset}">' if charset else ""
    top = '<div class="menu"><a href="/">Home</a> | <a href="/about.html">About us</a></div>\n' if menu else ""
    return (
        f"<!DOCTYPE html>\n<html><head>{declared}<title>{escape(title, quote=False)}</title>{extra_head}</head>\n"
        f"<body>\n{top}"
        f'{body}<div class="footer">Copyright {PAPER}</div>\n</body></html>\n'
    )


def article(one: Story, *, extra_head: str = "", tail: str = "", charset: str | None = "utf-8") -> str:
    """The page of a story; ``tail`` stands behind it."""
    return page(body_of(one) + tail, title=f"{one.title} - {PAPER}", extra_head=extra_head, charset=charset)


def listing(title: str, links: Iterable[tuple[str, str]], tail: str = "", extra_head: str = "") -> str:
    """A page of links: (address as written into the page, text)."""
    items = "".join(f'<li><a href="{escape(href)}">{escape(text, quote=False)}</a></li>\n' for href, text in links)
    return page(f"<h2>{title}</h2>\n<ul>\n{items}</ul>\n{tail}", title=title, extra_head=extra_head)
