"""``portal-crawler doctor``: is this machine ready for a crawl."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import click

from portal_crawler import __version__
from portal_crawler.cli.terminal import terminal, terminal_options
from portal_crawler.errors import ExitCode

_PACKAGES = (
    "scrapy",
    "twisted",
    "parsel",
    "w3lib",
    "itemadapter",
    "jsonlines",
    "lxml",
    "orjson",
    "pydantic",
    "ada-url",
)
# A caution, not a need: it is better to hear of a small disk before a crawl than in the middle of one.
_DISK_NEEDED = 1 << 30
# Sockets of total_concurrency 16, ledger, outputs and a margin; common defaults are 256 (macOS) and 1024 (Linux).
_FILES_NEEDED = 256


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``cure`` is what to do where it is not ``ok``."""

    name: str
    ok: bool
    found: str
    cure: str = ""


@click.command(short_help="Check this machine: Python, packages, disk, files, loopback.")
@terminal_options
def doctor() -> None:
    """Check Python, packages, optional parts, disk, file limits and loopback, and say the cure of what is not right."""
    out = terminal()
    checks = [check() for check in CHECKS]
    if out.json:
        out.record(
            {"version": __version__, "ok": all(one.ok for one in checks), "checks": [asdict(one) for one in checks]}
        )
    else:
        for one in checks:
            out.data(f"{'ok  ' if one.ok else 'FAIL'}  {one.name:<10}  {one.found}{'' if one.ok else f'; {one.cure}'}")
    if not all(one.ok for one in checks):
        raise SystemExit(int(ExitCode.UNEXPECTED))


def _python() -> Check:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    found = f"{python} ({sys.executable}), portal-crawler {__version__}"
    return Check("python", sys.version_info >= (3, 11), found, "use Python 3.11 or newer")


def _packages() -> Check:
    versions, missing = [], []
    for name in _PACKAGES:
        if _is_installed(name):
            versions.append(f"{name} {metadata.version(name)}")
        else:
            missing.append(name)
    found = ", ".join(versions) + (f"; missing: {', '.join(missing)}" if missing else "")
    return Check("packages", not missing, found, "run python3 run.py demo, or pip install portal-crawler")


# Extras for those who work on the program itself.
_OF_DEVELOPERS = frozenset({"test", "train", "rivals"})
_REQUIRED = re.compile(r"([\w.-]+).*extra\s*==\s*[\"']([\w-]+)[\"']")


def _extras() -> Check:
    """Optional parts: what is missing is told, and is no fault."""
    wanted: dict[str, list[str]] = {}
    try:
        required = metadata.requires("portal-crawler") or ()
    except metadata.PackageNotFoundError:
        return Check("extras", True, "not known: this folder's program is run without being installed")
    for line in required:
        if (found := _REQUIRED.match(line)) and found[2] not in _OF_DEVELOPERS and found[1] != "portal-crawler":
            wanted.setdefault(found[2], []).append(found[1])
    told = []
    for extra, names in sorted(wanted.items()):
        missing = [name for name in names if not _is_installed(name)]
        cure = f"lacks {', '.join(missing)} (pip install 'portal-crawler[{extra}]')"
        told.append(f"{extra} {cure if missing else 'installed'}")
    return Check("extras", True, "; ".join(told) or "none")


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _own_packages() -> Check:
    """Other projects may have packages of these names, and one of theirs would take the place of ours."""
    here, places = Path(__file__).resolve().parents[2], []
    for name in ("spiders", "pipelines"):
        spec = find_spec(name)
        places.append(Path(spec.origin).resolve() if spec and spec.origin else None)
    ok = all(place is not None and place.is_relative_to(here) for place in places)
    found = f"spiders and pipelines from {here}" if ok else f"spiders and pipelines from {', '.join(map(str, places))}"
    return Check("project", ok, found, "run from another folder, or uninstall the package of that name")


def _folder() -> Check:
    probe = Path.cwd() / f".portal-crawler-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check("folder", False, f"{Path.cwd()}: {error.strerror}", "change to a folder that you may write to")
    return Check("folder", True, f"{Path.cwd()} can be written")


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    return Check("disk", free >= _DISK_NEEDED, f"{free / (1 << 30):.1f} GiB free", "free at least 1 GiB")


def _files() -> Check:
    try:
        import resource
    except ImportError:
        return Check("files", True, "this system has no limit to ask for")
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = soft == resource.RLIM_INFINITY or soft >= _FILES_NEEDED
    return Check("files", enough, f"{soft} open files at most", f"raise it: ulimit -n {_FILES_NEEDED}")


def _sqlite() -> Check:
    import sqlite3

    ok = sqlite3.sqlite_version_info >= (3, 35)
    return Check("sqlite", ok, f"SQLite {sqlite3.sqlite_version}", "use a Python with SQLite 3.35 or newer")


def _loopback() -> Check:
    """A byte through a socket of this machine: the demo portal is served there."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = server.getsockname()
            thread = threading.Thread(target=lambda: server.accept()[0].sendall(b"k"), daemon=True)
            thread.start()
            with socket.create_connection(address, timeout=5) as client:
                ok = client.recv(1) == b"k"
    except OSError as error:
        return Check("loopback", False, str(error), "allow connections to 127.0.0.1")
    return Check("loopback", ok, "127.0.0.1 answers", "allow connections to 127.0.0.1")


CHECKS: tuple[Callable[[], Check], ...] = (
    _python,
    _packages,
    _extras,
    _own_packages,
    _folder,
    _disk,
    _files,
    _sqlite,
    _loopback,
)
