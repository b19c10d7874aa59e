"""Desk servers: the dashboard and, on a second port, the replay, from their options to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any

from portal_crawler.catalog.address_key import read_key
from portal_crawler.errors import UsageError
from portal_crawler.web.app import make_app
from portal_crawler.web.beside import served_beside
from portal_crawler.web.catalog_keeper import CatalogKeeper, NotReadyError
from portal_crawler.web.crawl_shelf import CrawlShelf
from portal_crawler.web.desk import Desk
from portal_crawler.web.hosts import AllowedHosts, allowed_hosts
from portal_crawler.web.login import login_address, new_token
from portal_crawler.web.player_files import check_player_files
from portal_crawler.web.replay_origin import ReplayOptions, replay_origin
from portal_crawler.web.server import listening, serve
from portal_crawler.web.trial_process import end_trial


@dataclass(frozen=True, slots=True)
class ServedDesk:
    """What is served and where. ``replay`` says whether crawled pages are shown as they were, on ``replay_port``
    (``None`` for the next one, or any that is free); ``page_scripts`` lets their scripts run there.
    """

    places: tuple[Path, ...]
    host: str
    port: int
    replay: bool
    replay_port: int | None
    page_scripts: bool
    allow_host: tuple[str, ...]
    write: bool
    language: str
    workspace: Path


def serve_desk(wish: ServedDesk, started: Callable[[str, str, str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    :param started: is called with the dashboard's address, that of the log-in ("" where nothing is changed), and the
        replay's origin ("" where there is none).
    :raises UsageError: where an address cannot be listened on, or an allowed host is none.
    :raises DamagedFileError: where the player's files are not those that are known.
    """
    shelf, keeper, token = CrawlShelf(wish.places), CatalogKeeper(), new_token() if wish.write else ""
    with listening(wish.host, wish.port) as sock, _replay(wish, sock, shelf, keeper) as replayed:
        own = _origin(wish.host, sock)
        desk = Desk(
            shelf,
            keeper,
            language=wish.language,
            writable=wish.write,
            token=token,
            replay_origin=replayed,
            workspace=wish.workspace,
            hosts=_names(wish, sock),
        )
        login = login_address(own, token) if token else ""
        serve(make_app(desk), sock, lambda: started(f"{own}/", login, replayed), end_trial)


@contextmanager
def _replay(wish: ServedDesk, desk: socket, shelf: CrawlShelf, keeper: CatalogKeeper) -> Iterator[str]:
    """The second server, and its origin; "" where there is none."""
    if not wish.replay:
        yield ""
        return
    check_player_files()

    def folder_of(name: str) -> Path | None:
        try:
            return shelf.crawl(name).folder
        except UsageError:
            return None

    def page_of(name: str, key: str) -> dict[str, Any] | None:
        folder, number = folder_of(name), read_key(key)
        if folder is None or number is None:
            return None
        try:
            with keeper.open(folder) as catalog:
                return catalog.page(number)
        except NotReadyError:
            return None

    # A policy's grammar has no IPv6 addresses (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
    framed_by = tuple(sorted(f"http://{name}" for name in _names(wish, desk).names if not name.startswith("[")))
    with _second(wish, desk) as sock:
        options = ReplayOptions(folder_of, page_of, _names(wish, sock), framed_by, wish.page_scripts)
        with served_beside(replay_origin(options), sock):
            yield _origin(wish.host, sock)


def _second(wish: ServedDesk, first: socket) -> socket:
    """The second server's socket.

    :raises UsageError: where the port that was named cannot be had.
    """
    port = first.getsockname()[1] + 1 if wish.replay_port is None else wish.replay_port
    try:
        return listening(wish.host, port)
    except UsageError as error:
        if wish.replay_port is None:
            return listening(wish.host, 0)
        raise UsageError(error.subject, error.problem, "name another with --replay-port (0 takes any free)") from error
    except OverflowError:  # behind the last port there is none
        return listening(wish.host, 0)


def _names(wish: ServedDesk, sock: socket) -> AllowedHosts:
    """The names that a server may be asked for by, on the port that it listens on."""
    port = sock.getsockname()[1]
    own = () if wish.host in ("0.0.0.0", "::") else (f"{_bracketed(wish.host)}:{port}",)  # noqa: S104 - not bound here
    return allowed_hosts(port, (*wish.allow_host, *own))


def _origin(host: str, sock: socket) -> str:
    return f"http://{_bracketed(host)}:{sock.getsockname()[1]}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
