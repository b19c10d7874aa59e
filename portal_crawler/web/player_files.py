"""Player files: ReplayWeb.page's own, which are served as they are and never changed (AGPL-3.0-or-later).

They lie in ``replaywebpage/`` with their licence. What they are is pinned: a file with other bytes is not served.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from portal_crawler.errors import DamagedFileError

VERSION = "2.5.3"
FOLDER = Path(__file__).parent / "replaywebpage"


@dataclass(frozen=True, slots=True)
class PlayerFile:
    """One file: SHA-256 over it in hex, and its media type."""

    sha256: str
    media_type: str


FILES = {
    "ui.js": PlayerFile(
        "ad95b260fa467a6c4799e669ad76ac8e7d5abefa71d1a2970ae6b63dc454a3c3", "text/javascript; charset=utf-8"
    ),
    "sw.js": PlayerFile(
        "29a833e871e2f9b7f135f5b86bba0476b69ad975c129c2473ff5055f73f5a2d0", "text/javascript; charset=utf-8"
    ),
    "LICENSE": PlayerFile(
        "8486a10c4393cee1c25392769ddd3b2d6c242d6ec7928e1414efff7dfb2f07ef", "text/plain; charset=utf-8"
    ),
}


def check_player_files(folder: Path = FOLDER) -> None:
    """See that every file is there with the bytes that it was released with.

    :raises DamagedFileError: where one is not.
    """
    for name, known in FILES.items():
        path = folder / name
        cure = "install portal-crawler again, or start the dashboard with --no-replay"
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise DamagedFileError(str(path), f"cannot be read ({error.strerror})", cure) from error
        if found != known.sha256:
            raise DamagedFileError(str(path), f"is not the file of ReplayWeb.page {VERSION}", cure)
