"""Selectors as profiles write them: CSS, or XPath where they start with ``/`` or ``(``. Contains no page."""

from __future__ import annotations

_TAGS = ("div", "p", "span", "table", "tr", "td", "font", "a", "b", "h1", "h2", "ul", "li", "img")
_ELEMENTS = "".join(f"<{tag} id='a' class='a'>x</{tag}>" for tag in _TAGS)
_SAMPLE = f"<html><body>{_ELEMENTS}</body></html>"


def is_xpath(selector: str) -> bool:
    """Whether a selector is XPath; every other one is CSS."""
    return selector.lstrip().startswith(("/", "("))


def to_xpath(selector: str) -> str:
    """A selector as XPath.

    :raises ValueError: where it is no CSS.
    """
    if is_xpath(selector):
        return selector
    # Imported where it is used: most profiles have no selector, and every command loads this module.
    from cssselect import HTMLTranslator, SelectorError

    try:
        return HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise ValueError(str(error)) from error


def compiles(selector: str) -> str | None:
    """What is wrong with a selector, ``None`` where nothing is."""
    from lxml import etree

    try:
        # A function that is not there shows when it is called, on an element that the selector comes to.
        etree.XPath(to_xpath(selector))(etree.fromstring(_SAMPLE))
    except (ValueError, etree.XPathError) as error:
        return str(error)
    return None
