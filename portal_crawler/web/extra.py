"""Extra: the packages of the extra ``web``, imported where they are needed, so that all else works without them."""

from __future__ import annotations

from importlib.util import find_spec

from portal_crawler.errors import UsageError

_NEEDED = ("starlette", "uvicorn")


def check_extra() -> None:
    """See that the dashboard's packages are installed.

    :raises UsageError: where one is not, with what to install.
    """
    for name in _NEEDED:
        if find_spec(name) is None:
            cure = "install the extra: pip install 'portal-crawler[web]'"
            raise UsageError("serve", f"needs {name}, which is not installed", cure)
