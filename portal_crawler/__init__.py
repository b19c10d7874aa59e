"""portal-crawler: fetch a portal once, keep the exact bytes, read them as often as the reading gets better."""

__version__ = "0.1.0"
