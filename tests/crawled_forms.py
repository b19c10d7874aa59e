"""A crawl of scripted answers by the real command, over loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import save_profile


def answer(body: bytes | str, *lines: str, status: str = "200 OK", media: str = "text/html") -> bytes:
    """An answer with its length."""
    body = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", f"Content-Type: {media}", *lines, f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Crawled:
    """The folder of a crawl, what the command said, and how it ended."""

    folder: Path
    said: str
    code: int

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The lines of a file of the folder."""
        return [json.loads(line) for line in (self.folder / name).read_bytes().splitlines()]

    def page(self, path: str) -> dict[str, Any]:
        """The one line of pages.jsonl for a path."""
        (line,) = [one for one in self.lines("pages.jsonl") if one["url"].endswith(path)]
        return line

    def run(self, command: str, *more: str) -> str:
        """Another command with this folder, which must succeed; what it said."""
        arguments = [sys.executable, "-m", "portal_crawler", command, str(self.folder), *more]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


def crawled(
    place: str, folder: Path, profile: Mapping[str, Any] | None = None, *more: str, seeds: tuple[str, ...] = ("/",)
) -> Crawled:
    """Crawl what is served at a place (host:port) into ``folder/crawl``; again, and the crawl goes on.

    :param profile: tables and keys beside the usual ones.
    :param more: further arguments of the command.
    """
    told: dict[str, Any] = {
        "name": "forms",
        "seeds": [f"http://{place}{path}" for path in seeds],
        "scope": {"hosts": [place], "allow_private": [place]},
        "politeness": {"delay": 0, "retries": 0},
    }
    for key, value in (profile or {}).items():
        told[key] = {**told[key], **value} if isinstance(told.get(key), dict) else value
    save_profile(SiteProfile.model_validate(told), folder / "site.toml")
    out = folder / "crawl"
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(folder / "site.toml"), "--out", str(out), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return Crawled(out, done.stderr, done.returncode)
