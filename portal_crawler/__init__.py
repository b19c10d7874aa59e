"""portal-crawler: fetch a portal once, keep the exact bytes, read them as often as the reading gets better.

The library: ``from portal_crawler import Capture, Extraction, SiteTemplate, extract, read_page``. No Scrapy or Twisted
comes with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal_crawler.capture import Capture
    from portal_crawler.extraction import Extraction, extract
    from portal_crawler.reading import PageReading, read_page
    from portal_crawler.template.site_template import SiteTemplate

__version__ = "0.1.0"
__all__ = ["Capture", "Extraction", "PageReading", "SiteTemplate", "__version__", "extract", "read_page"]

# Name -> module that has it, loaded when it is asked for: a command's help needs none of them.
_HOMES = {
    "Capture": "capture",
    "Extraction": "extraction",
    "PageReading": "reading",
    "SiteTemplate": "template.site_template",
    "extract": "extraction",
    "read_page": "reading",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"portal_crawler.{_HOMES[name]}"), name)
