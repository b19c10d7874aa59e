"""Directives: what a page asks of robots by ``<meta name=robots>`` and X-Robots-Tag.

https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag names the words and the header's form.
"""

from __future__ import annotations

from collections.abc import Iterable

# Names under which a page speaks to every robot, or to this one.
_ALL, _OURS = "robots", "portal-crawler"
_NONE = ("noindex", "nofollow")
# Words that a value may begin with although they are no robot's name: "unavailable_after: 25 Jun 2010".
_VALUED = frozenset(("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"))


def read_directives(metas: Iterable[tuple[str, str]], headers: Iterable[bytes]) -> tuple[str, ...]:
    """The directives that are meant for this crawler, in lower case, each once, in their order.

    :param metas: name in lower case and content of the page's ``meta`` elements.
    :param headers: the values of its X-Robots-Tag headers.

    >>> read_directives([("robots", "NOINDEX, follow")], [b"otherbot: noarchive", b"nofollow"])
    ('noindex', 'follow', 'nofollow')
    >>> read_directives([("robots", "none")], [])
    ('noindex', 'nofollow')
    """
    said = [content for name, content in metas if name in (_ALL, _OURS)]
    said += [value for header in headers if (value := _for_us(header.decode("latin-1"))) is not None]
    words = [word.strip().lower() for text in said for word in text.split(",")]
    return tuple(dict.fromkeys(word for found in words if found for word in (_NONE if found == "none" else (found,))))


def _for_us(value: str) -> str | None:
    """The directives of a header's value, which may begin with the name of the robot that it is for."""
    name, colon, rest = value.partition(":")
    name = name.strip().lower()
    if not colon or "," in name or name in _VALUED:
        return value
    return rest if name == _OURS else None
