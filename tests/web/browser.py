"""Debian's Chromium, whose every connection beyond this machine would be heard."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
# What the browser asks for by itself is off: the rest is what the pages ask for.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    # Chromium 156 asks for updates of its parts though it is told not to.
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--apps-gallery-update-url=http://127.0.0.1:9/",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--autofill-server-url=http://127.0.0.1:9/",
    "--gaia-url=http://127.0.0.1:9/",
    "--google-apis-url=http://127.0.0.1:9/",
    "--gcm-checkin-url=http://127.0.0.1:9/",
    "--gcm-registration-url=http://127.0.0.1:9/",
    # WebRTC goes past a proxy: whatever else does, leads nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass
class Watched:
    """A browser; ``outside`` are the first bytes of everything that it wanted of other machines, ``requests`` all
    addresses that pages and workers asked for, ``console`` what was written as an error there.
    """

    browser: Browser
    outside: list[bytes] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    @contextmanager
    def page(self, width: int = 1200, height: int = 900) -> Iterator[Page]:
        """A page in a context of its own."""
        context: BrowserContext = self.browser.new_context(viewport={"width": width, "height": height})
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", lambda said: self.console.append(said.text) if said.type == "error" else None)
        try:
            yield context.new_page()
        finally:
            context.close()


@contextmanager
def watched_browser() -> Iterator[Watched]:
    """Chromium, with a proxy for all but this machine's own addresses that hears and answers nothing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (Debian: apt-get install chromium)")
    outside: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_hear, args=(listener, outside), daemon=True).start()
    proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(_QUIET), proxy={"server": proxy, "bypass": "127.0.0.1,localhost"}
        )
        try:
            yield Watched(browser, outside)
        finally:
            browser.close()
            listener.close()


def _hear(listener: socket.socket, heard: list[bytes]) -> None:
    while True:
        try:
            link, _ = listener.accept()
        except OSError:
            return
        with link:
            link.settimeout(2.0)
            try:
                heard.append(link.recv(300))
            except OSError:
                heard.append(b"a connection")
