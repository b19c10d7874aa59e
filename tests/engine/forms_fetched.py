"""Forms of answers, each fetched once by the wire handler in a process of its own."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal_crawler.archive.exchange import Exchange
from tests.wire_server import Form

_SCRIPT = Path(__file__).with_name("fetch_forms.py")
Found = dict[str, tuple[Exchange | None, str]]


def fetched(
    forms: Iterable[Form],
    address: str,
    folder: Path,
    proxy: str = "",
    profile: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Found:
    """What came of ``address/<name>`` for each form; the address itself may be contacted unless ``profile`` says."""
    requests = [
        {
            "name": form.name,
            "url": f"{address}/{form.name}",
            "method": form.method,
            "headers": dict(form.headers),
            "body": form.body.decode("latin-1"),
            "proxy": proxy,
        }
        for form in forms
    ]
    if profile is None:
        profile = {} if proxy else {"scope": {"allow_private": [urlsplit(address).netloc]}}
    wanted, out, crawl = folder / "wanted.json", folder / "out.pickle", folder / "crawl"
    wanted.write_text(json.dumps({"requests": requests, "profile": dict(profile), "settings": dict(settings or {})}))
    crawl.mkdir()
    root = _SCRIPT.parents[2]
    command = [sys.executable, str(_SCRIPT), str(wanted), str(out), str(crawl)]
    subprocess.run(command, check=True, timeout=120, cwd=root, env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"})
    found: Found = pickle.loads(out.read_bytes())
    return found
