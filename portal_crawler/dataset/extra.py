"""Extra: the package of the extra ``dataset``, imported where it is needed, so that all else works without it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from portal_crawler.errors import UsageError


def needed(module: str) -> Any:
    """A module of pyarrow.

    :raises UsageError: where it is not installed, with what to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        cure = "install the extra: pip install 'portal-crawler[dataset]', or choose --to jsonl"
        raise UsageError("dataset", "Parquet needs pyarrow, which is not installed", cure) from error
