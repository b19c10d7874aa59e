"""What ``build.json`` says of archive files that have changed: their bytes and digests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

from portal_crawler.records.manifest_json import sha256_of

BUILD = "build.json"


def changed_build(folder: Path, archives: Mapping[str, Path]) -> bytes | None:
    """The new content of a build's ``build.json``; ``None`` where it has none.

    :param archives: the new form of each archive file that changes, by the name that the build has for it.
    """
    path = folder / BUILD
    if not path.exists():
        return None
    told = orjson.loads(path.read_bytes())
    for one in told.get("files", ()):
        new = archives.get(one.get("name", ""))
        if new is not None:
            one["bytes"], one["sha256"] = new.stat().st_size, sha256_of(new)
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
