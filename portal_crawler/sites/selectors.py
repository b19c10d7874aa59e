"""Selectors as profiles write them: CSS, or XPath where they start with ``/`` or ``(``. Contains no page."""

from __future__ import annotations


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
        etree.XPath(to_xpath(selector))(etree.Element("html"))  # a function that is not there shows when it is called
    except (ValueError, etree.XPathError) as error:
        return str(error)
    return None
