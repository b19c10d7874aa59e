"""Extra: the packages of the extra ``schedule``, imported where they are needed: all else works without them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from portal_crawler.errors import UsageError

_INSTALL = "install the extra: pip install 'portal-crawler[schedule]'"


def has_extra() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in ("cronsim", "apprise"))


def needed(module: str, cure: str = _INSTALL) -> Any:
    """A module of a package that only schedules need.

    :raises UsageError: where it is not installed, with what to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError("schedule", f"needs {module.partition('.')[0]}, which is not installed", cure) from error
