"""The command ``serve`` in a process of its own, and plain HTTP requests to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answered:
    """One answer; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class DeskProcess:
    """A running dashboard: its origin, the replay's, and the token ("" without --write)."""

    origin: str
    replay: str
    token: str

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: str = "", at: str = ""
    ) -> Answered:
        """A request as it stands: the path is sent raw. ``at`` is the origin, the dashboard's without it."""
        link = http.client.HTTPConnection(urlsplit(at or self.origin).netloc, timeout=30)
        try:
            given = dict(headers or {})
            link.putrequest(method, path, skip_host="Host" in given, skip_accept_encoding=True)
            if body:
                given.setdefault("Content-Length", str(len(body.encode())))
            for name, value in given.items():
                link.putheader(name, value)
            link.endheaders(body.encode() or None)
            got = link.getresponse()
            return Answered(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        finally:
            link.close()

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answered:
        """A form as this server's own page would send it; ``headers`` change what it says of itself."""
        usual = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        given = {name: value for name, value in (usual | dict(headers or {})).items() if value}
        return self.ask(path, "POST", given, urlencode(fields))

    def log_in(self) -> str:
        """The cookie of a new session."""
        return self.post("/login", {"token": self.token}).headers["set-cookie"].partition(";")[0]


@contextmanager
def desk_process(place: Path, *options: str, cwd: Path | None = None) -> Iterator[DeskProcess]:
    """``portal-crawler serve`` over the crawls below a folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "portal_crawler", "serve", str(place), "--port", "0", "--json", *options],
        cwd=cwd or place,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the dashboard did not start"
        told = json.loads(line)
        token = (told["login"] or "").partition("#")[2]
        yield DeskProcess(told["url"].rstrip("/"), told["replay"] or "", token)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
    assert process.returncode == 0, "Ctrl-C is how a server ends"
