"""A folder that really cannot be written: mounted without writing, in a namespace that ends with the process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def _no_mount() -> str:
    unshare = shutil.which("unshare")
    if unshare is None:
        return "needs unshare of util-linux"
    told = subprocess.run([unshare, "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True)
    return "" if told.returncode == 0 else f"nobody may mount here: {told.stderr.decode(errors='replace').strip()}"


# Why this system cannot mount a folder so; "" where it can.
NO_MOUNT = _no_mount()


def on_read_only_disk(disk: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python with the arguments, in the folder above ``disk``, which cannot be written."""
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", _MOUNT, str(disk), sys.executable, *arguments],
        cwd=disk.parent,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "COLUMNS": "200"},
        text=True,
        timeout=120,
    )
