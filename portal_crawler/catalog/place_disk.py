"""Place: where a crawl's catalog lies, and the lock that lets one process at a time make it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from portal_crawler.disk import make_folder, writing
from portal_crawler.errors import OutputError

CATALOG = "work/catalog.sqlite"
_LOCK, NEW = ".lock", ".new"
_ELSEWHERE = "name a folder for what is made of crawls that you cannot write to: XDG_CACHE_HOME=DIR portal-crawler …"


def catalog_path(folder: Path) -> Path:
    """``work/catalog.sqlite`` of the crawl; where it has no ``work/``, or that cannot be written, a file of the user's
    cache. Whoever looks makes no folder in a crawl's: it may be one that is just being removed.

    The cache is ``$XDG_CACHE_HOME/portal-crawler`` or ``~/.cache/portal-crawler``
    (https://specifications.freedesktop.org/basedir-spec/latest/).

    :raises OutputError: where there is no cache, for want of a home.
    """
    own = folder / CATALOG
    if os.access(own.parent, os.W_OK | os.X_OK) and (not own.exists() or os.access(own, os.W_OK)):
        return own
    if (cached := _in_cache(folder)) is None:
        raise OutputError(str(own), "cannot be written, and this user has no home folder", _ELSEWHERE)
    return cached


def _in_cache(folder: Path) -> Path | None:
    """``None`` for a user without a home, as that of a container may be."""
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    name = blake2b(os.fsencode(folder.resolve()), digest_size=16).hexdigest()
    return cache / "portal-crawler" / "catalogs" / f"{name}.sqlite"


def remove_catalog(folder: Path) -> None:
    """Remove a crawl's catalog, in its folder and in the cache: it is made again when it is next needed.

    For whoever takes text out of a crawl: the full-text index holds its words. One that another process is making is
    waited for: it would take its name afterwards.
    """
    for one in filter(None, (folder / CATALOG, _in_cache(folder))):  # both: the folder may have become writable since
        files = [one.with_name(one.name + tail) for tail in ("", "-journal", NEW, NEW + "-journal")]
        if any(path.exists() for path in files):
            with locked(one):
                for path in files:
                    path.unlink(missing_ok=True)


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a catalog; says whether it was got, which without ``wait`` it may not be."""
    if not path.match(CATALOG):
        try:
            make_folder(path.parent)
        except OutputError as error:
            raise OutputError(error.subject, error.problem, _ELSEWHERE) from error
    lock = path.with_name(path.name + _LOCK)
    with writing(lock):  # what is done under the lock has errors of its own
        opened = lock.open("a")
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
