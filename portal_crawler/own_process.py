"""Own process: a module of this program in a process of its own: how it is started, and how its end is told.

It speaks with the process that started it over one descriptor, whose number is its first argument, and has one thread
for sums of NumPy: several processes would wait for each other's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# What a process needs of the environment; passwords and tokens that stand there are none of the business of one that
# takes hostile pages in.
_NEEDED = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SQLITE_TMPDIR",
    "HOME",
)  # fmt: skip


def needed_environment(*names: str) -> dict[str, str]:
    """What there is of the environment under the names that every process needs, and under these."""
    found = {name: os.environ[name] for name in (*_NEEDED, *names) if name in os.environ}
    return found | {"PYTHONDONTWRITEBYTECODE": "1"}


def module_path() -> str:
    """``PYTHONPATH`` of a process of this program, which may run in another folder: where the program is, and what is
    there of it for this process (packages that were installed with ``pip --target``, or by a cluster's modules).
    """
    root = str(Path(__file__).resolve().parents[1])
    inherited = (path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path)
    return os.pathsep.join(dict.fromkeys((root, *map(os.path.abspath, inherited))))


def _of_own(environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, **_ONE_THREAD, "PYTHONPATH": module_path()}


def import_problem(module: str, environment: Mapping[str, str]) -> str:
    """Why a module cannot be loaded in a process that ``begun`` starts, as Python says it last; "" where it can."""
    told = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-P", "-c", f"import {module}"],
        env=_of_own(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    lines = told.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if told.returncode and lines else ""


def begun(
    module: str, link: int, environment: Mapping[str, str], errors: IO[bytes] | int | None = None
) -> subprocess.Popen[bytes]:
    """The process of a module, begun.

    :param link: the descriptor that it shares with this one.
    :param errors: where its stderr goes; to that of this process, where none is given.
    :raises OSError: where the system starts none.
    """
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", "-m", module, str(link)],
        env=_of_own(environment),
        pass_fds=[link],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
    )


def ending_of(code: int) -> str:
    """How a process ended, by its exit code as ``subprocess`` has it, in words.

    >>> ending_of(3), ending_of(-15)
    ('it ended with exit code 3', 'it was ended by SIGTERM')
    """
    if code >= 0:
        return f"it ended with exit code {code}"
    more = " (the system may have run out of memory)" if -code == signal.SIGKILL else ""
    return f"it was ended by {signal.Signals(-code).name}{more}"
