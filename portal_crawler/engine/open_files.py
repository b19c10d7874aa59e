"""Open files: how many a crawl needs, and what it means when the system gives no more."""

from __future__ import annotations

import errno
import resource

from portal_crawler.errors import OpenFilesError

# What a crawl has open besides its connections: outputs, ledger, log, pipes of its workers, and what settling opens.
_BASE = 48
_OUT = frozenset({errno.EMFILE, errno.ENFILE})


def allow_open_files(connections: int) -> None:
    """Raise the process's own limit as far as the system lets it, where it is too low for a crawl.

    :param connections: those that are open at a time, at most.
    :raises OpenFilesError: where that is not enough.
    """
    needed = _BASE + connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise out_of_files(f"only {hard} files may be open at a time, and a crawl needs {needed}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def is_out_of_files(error: BaseException) -> bool:
    """Whether an error, or what caused it, is that no more files may be opened."""
    seen: BaseException | None = error
    while seen is not None:
        # Twisted's errors of a connection keep the number as their osError.
        number = seen.errno if isinstance(seen, OSError) else getattr(seen, "osError", None)
        if number in _OUT:
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def out_of_files(problem: str = "no more files may be opened") -> OpenFilesError:
    """The error to end with."""
    cure = "raise the limit (ulimit -n 1024) and run the same command again: it goes on from here"
    return OpenFilesError("the process", problem, cure)
