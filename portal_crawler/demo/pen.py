"""Pen: writes every link of a demo page and notes it down, so that the page and its gold cannot disagree.

Templates call a pen's methods where a link is to stand. The order of the calls is document order, because
Jinja renders from top to bottom. Contains no file and no network.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from markupsafe import Markup, escape

from portal_crawler import urls
from portal_crawler.page.links import Element
from portal_crawler.page.roles import Role

_SPACE = re.compile(r"\s+")
_BARE_VALUE = re.compile(r"[A-Za-z0-9._/:%-]+\Z")


@dataclass(frozen=True, slots=True)
class GoldLink:
    """One link occurrence as drawn: absolute URL without fragment, anchor text (``alt`` of an image), role, element."""

    url: str
    text: str
    role: Role
    element: Element


@dataclass(slots=True)
class Pen:
    """Draws links for the page ``base`` and keeps them in ``links``.

    ``upper`` writes tags in capitals, ``bare`` leaves attribute values unquoted where HTML allows it, ``xhtml``
    closes empty elements, ``amps`` says whether ``&`` in an address is escaped (pages before XHTML did not).
    ``base`` is what references are resolved against, ``own`` the page's address where that is another one, ``charset``
    the codec in which a query's characters are sent. ``rewrite`` turns an address into the one to draw.
    """

    base: str
    own: str = ""
    charset: str = "utf-8"
    rewrite: Callable[[str], str] | None = None
    upper: bool = False
    bare: bool = False
    xhtml: bool = False
    amps: bool = False
    links: list[GoldLink] = field(default_factory=list)

    def a(self, url: str, text: str, role: str = "navigation", attrs: str = "", inner: str = "") -> Markup:
        """A text link. ``inner`` names elements that wrap the text, as in ``"font size=2"``."""
        url = self._rewritten(url)
        self._note(url, text, role, Element.A)
        body = escape(text)
        if inner:
            body = self._open(inner) + body + self._close(inner.split()[0])
        return self._open("a", ("href", url), attrs) + body + self._close("a")

    def image(
        self, url: str, src: str, alt: str | None = "", role: str = "navigation", attrs: str = "", img: str = ""
    ) -> Markup:
        """A link around one image; its text is the image's ``alt``."""
        url = self._rewritten(url)
        self._note(url, alt or "", role, Element.A)
        return self._open("a", ("href", url), attrs) + self.img(src, alt, img) + self._close("a")

    def img(self, src: str, alt: str | None = None, attrs: str = "") -> Markup:
        """An image; no ``alt`` attribute at all where ``alt`` is None."""
        named = [("src", src)] + ([] if alt is None else [("alt", alt)])
        if self.upper and "BORDER" not in attrs.upper():
            attrs = f"{attrs} BORDER=0".strip()
        elif "border" not in attrs.lower() and not self.xhtml:
            attrs = f'{attrs} border="0"'.strip()
        return self._tag("img", named, attrs, empty=True)

    def area(self, url: str, alt: str, coords: str, role: str = "navigation") -> Markup:
        """A rectangle of an image map."""
        url = self._rewritten(url)
        self._note(url, alt, role, Element.AREA)
        return self._tag("area", [("shape", "rect"), ("coords", coords), ("href", url), ("alt", alt)], empty=True)

    def option(self, url: str, text: str, role: str = "navigation") -> Markup:
        """An entry of a jump menu."""
        url = self._rewritten(url)
        self._note(url, text, role, Element.OPTION)
        return self._tag("option", [("value", url)]) + escape(text) + self._close("option")

    def frame(self, url: str, attrs: str = "") -> Markup:
        """A frame of a frameset."""
        url = self._rewritten(url)
        self._note(url, "", "other", Element.FRAME)
        return self._tag("frame", [("src", url)], attrs, empty=True)

    def iframe(self, url: str, attrs: str = "") -> Markup:
        """An inline frame, empty inside."""
        url = self._rewritten(url)
        self._note(url, "", "other", Element.IFRAME)
        return self._tag("iframe", [("src", url)], attrs) + self._close("iframe")

    def canonical(self, url: str) -> Markup:
        """The page's declared address, in its head."""
        url = self._rewritten(url)
        self._note(url, "", "other", Element.CANONICAL)
        return self._tag("link", [("rel", "canonical"), ("href", url)], empty=True)

    def refresh(self, seconds: int, url: str = "") -> Markup:
        """A meta refresh; one without address, or to the page itself, is no link."""
        if url and urls.resolve(self.base, url) != self._self():
            self._note(url, "", "other", Element.META_REFRESH)
        content = f"{seconds};url={url}" if url else str(seconds)
        return self._tag("meta", [("http-equiv", "Refresh"), ("content", content)], empty=True)

    def nested(self, outer: str, before: str, inner: str, text: str) -> Markup:
        """A link opened within a link that was never closed; a parser ends the first where the second begins."""
        outer, inner = self._rewritten(outer), self._rewritten(inner)
        self._note(outer, before, "body", Element.A)
        self._note(inner, text, "body", Element.A)
        opened = self._open("a", ("href", outer)) + escape(before) + self._open("a", ("href", inner)) + escape(text)
        return opened + self._close("a") + self._close("a")

    def script_link(self, script: str, text: str, attrs: str = "") -> Markup:
        """A link that runs a script: drawn, but no link of the graph."""
        return self._open("a", ("href", f"javascript:{script}"), attrs) + escape(text) + self._close("a")

    def mail(self, address: str, text: str, attrs: str = "") -> Markup:
        """A ``mailto:`` link: drawn, but no link of the graph."""
        return self._open("a", ("href", f"mailto:{address}"), attrs) + escape(text) + self._close("a")

    def _rewritten(self, url: str) -> str:
        return self.rewrite(url) if self.rewrite else url

    def _note(self, url: str, text: str, role: str, element: Element) -> None:
        if not url.strip() or url.startswith("#"):
            return
        target = urls.resolve(self.base, self._sent(url))
        if target is None or ("#" in url and target == self._self()):
            return
        self.links.append(GoldLink(target, _SPACE.sub(" ", text).strip(), Role(role), element))

    def _sent(self, url: str) -> str:
        """The address with its query in bytes of the page's charset, as a browser of the time sent it."""
        if url.isascii() or "?" not in url or self.charset == "utf-8":
            return url
        path, _, query = url.partition("?")
        return path + "?" + "".join(c if c.isascii() else quote_from_bytes(c.encode(self.charset)) for c in query)

    def _self(self) -> str | None:
        return urls.resolve(self.own or self.base, "")

    def _open(self, tag: str, named: tuple[str, str] | None = None, attrs: str = "") -> Markup:
        return self._tag(tag, [named] if named else [], attrs)

    def _tag(self, tag: str, named: list[tuple[str, str]], attrs: str = "", empty: bool = False) -> Markup:
        parts = [tag.upper() if self.upper else tag]
        parts += [self._attribute(name, value) for name, value in named]
        if attrs:
            parts.append(attrs)
        return Markup(f"<{' '.join(parts)}{' /' if empty and self.xhtml else ''}>")  # noqa: S704 - values are escaped

    def _attribute(self, name: str, value: str) -> str:
        address = name in ("href", "src", "value", "content")
        text = value.replace('"', "%22") if address and not self.amps else str(escape(value))
        name = name.upper() if self.upper else name
        if self.bare and _BARE_VALUE.match(value):
            return f"{name}={text}"
        return f'{name}="{text}"'

    def _close(self, tag: str) -> Markup:
        return Markup(f"</{tag.upper() if self.upper else tag}>")  # noqa: S704 - a tag's name
