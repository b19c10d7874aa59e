#!/usr/bin/env python3
"""The two commands of the README, complete from nothing on Python 3.11 or newer.

    python3 run.py demo     install into .venv, crawl the demo portal over loopback, say where the dataset lies
    python3 run.py test     the same environment with the test tools, then lint, types and the whole test suite

Standard library alone. Further arguments are passed on: ``run.py demo --size medium``, ``run.py test -k ledger``
(with arguments, ``test`` runs pytest alone). What is installed is pinned with its hashes in requirements.lock and
requirements-test.lock; a second run installs nothing and needs no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCKS = {"demo": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}
CHECKS = (
    ["-m", "ruff", "check", "."],
    ["-m", "ruff", "format", "--check", "."],
    ["-m", "mypy"],
    # a file at a time on every core: tests of one file share what is costly to make
    ["-m", "pytest", "-n", "auto", "--dist", "loadfile"],
)


def main(arguments: list[str]) -> int:
    """Run one of the two commands; the result is the exit code of what was run."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may meet first
        return _fail(f"Python {sys.version.split()[0]} is too old; run this with Python 3.11 or newer")
    if not arguments or arguments[0] not in LOCKS:
        print(__doc__)
        return 0 if arguments and arguments[0] in {"-h", "--help"} else 2
    command, rest = arguments[0], arguments[1:]
    try:
        install(command)
    except subprocess.CalledProcessError as error:
        return _fail(f"'{_shown(error.cmd)}' ended with {error.returncode}; see its message above, then run this again")
    if command == "demo":
        return _run([str(PYTHON), "-m", "portal_crawler", "demo", *rest])
    if rest:
        return _run([str(PYTHON), "-m", "pytest", *rest])
    return next((code for check in CHECKS if (code := _run([str(PYTHON), *check]))), 0)


def install(command: str) -> None:
    """Bring .venv to the pinned state of ``command``, unless its stamp says that it is there already."""
    wanted = _state(command)
    stamps = {name: VENV / f".{name}-installed" for name in LOCKS}
    # The test environment holds everything that the demo needs, so installing for "demo" must not shrink it.
    for name in {command, "test"}:
        if PYTHON.exists() and stamps[name].exists() and stamps[name].read_text() == _state(name):
            return
    if not _works(PYTHON):
        _make_venv()
    installer = _installer()
    hashes = ["--require-hashes", "-r", str(LOCKS[command])]
    _say(f"installing what {LOCKS[command].name} pins")
    _check([*installer, *hashes])
    _check([*installer, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    stamps[command].write_text(wanted)


def _make_venv() -> None:
    _say(f"making {VENV}")
    uv = shutil.which("uv")
    if uv:
        _check([uv, "venv", "--quiet", "--clear", "--no-config", "--python", sys.executable, str(VENV)])
        return
    try:
        import ensurepip  # noqa: F401 - Debian's python3 may come without it, and venv then fails half way
        import venv
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SystemExit(
            _fail(
                f"this Python cannot make an environment; install python{version}-venv (apt) or uv, then run this again"
            )
        ) from None
    venv.create(VENV, with_pip=True, clear=True)


def _installer() -> list[str]:
    """The command that installs into .venv: uv from the PATH or from .venv, else pip."""
    local = BIN / ("uv.exe" if os.name == "nt" else "uv")
    uv = shutil.which("uv") or (str(local) if local.exists() else None)
    if uv is None:
        tried = subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"], check=False, cwd=ROOT)
        uv = str(local) if tried.returncode == 0 and local.exists() else None
    if uv is None:
        return [str(PYTHON), "-m", "pip", "install", "--quiet"]
    return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]


def _state(command: str) -> str:
    """A digest of all that decides what is installed for ``command``: lock, project file and Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCKS[command], ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _works(python: Path) -> bool:
    """Whether .venv's Python runs and is of this version (a copied or half-made environment is made anew)."""
    if not python.exists():
        return False
    wanted = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return subprocess.run([str(python), "-c", wanted], check=False, capture_output=True).returncode == 0


def _check(command: list[str]) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


def _run(command: list[str]) -> int:
    _say(_shown(command))
    try:
        return subprocess.run(command, check=False, cwd=ROOT if command[2] != "portal_crawler" else None).returncode
    except KeyboardInterrupt:
        # The child got the same Ctrl-C and has said what it did with it.
        return 11


def _shown(command: list[str]) -> str:
    names = {str(PYTHON): "python", str(BIN / "uv"): "uv"}
    return " ".join(names.get(part, part) for part in command)


def _say(text: str) -> None:
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def _fail(text: str) -> int:
    _say(text)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
