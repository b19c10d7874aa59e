"""No connection goes where the address policy does not let it, whatever a name server answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.engine.forms_fetched import fetched
from tests.wire_server import Form

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
_RESOLVER = {"TWISTED_DNS_RESOLVER": "tests.engine.rebinding_resolver.RebindingResolver"}


@dataclass
class Listener:
    """A service that counts who connects, on a port that is its own on each of two loopback addresses."""

    host: str
    port: int = 0
    contacts: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._socket = socket.create_server((self.host, self.port))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.contacts.append(connection.recv(4096))
                connection.sendall(_ANSWER)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def internal() -> Iterator[Listener]:
    listener = Listener("127.0.0.1")
    yield listener
    listener.close()


@pytest.fixture
def portal(internal: Listener) -> Iterator[Listener]:
    listener = Listener("127.0.0.9", internal.port)
    yield listener
    listener.close()


@pytest.mark.parametrize("name", ["loopback.test", "mapped.test", "six.test", "metadata.test", "127.1", "localhost"])
def test_a_name_that_leads_to_a_private_address_is_not_connected_to(
    name: str, internal: Listener, tmp_path: Path
) -> None:
    settings = {} if name in {"127.1", "localhost"} else _RESOLVER
    found = fetched([Form("a", ())], f"http://{name}:{internal.port}", tmp_path, profile={}, settings=settings)
    exchange, error = found["a"]
    assert exchange is None
    assert "RefusedAddressError" in error
    assert "not in [scope] allow_private" in error
    assert internal.contacts == []


def test_a_name_without_addresses_is_no_refusal(internal: Listener, tmp_path: Path) -> None:
    found = fetched([Form("a", ())], "http://nothing.test", tmp_path, profile={}, settings=_RESOLVER)
    assert "CannotResolveHostError" in found["a"][1]


def test_a_name_that_is_bound_anew_between_two_look_ups_leads_nowhere_else(
    internal: Listener, portal: Listener, tmp_path: Path
) -> None:
    profile = {"scope": {"allow_private": [f"127.0.0.9:{portal.port}"]}, "politeness": {"concurrency": 1}}
    address = f"http://first-public.test:{portal.port}"
    forms = [Form("a", ()), Form("b", ()), Form("c", ())]
    settings = {**_RESOLVER, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    found = fetched(forms, address, tmp_path, profile=profile, settings=settings)
    answered = [name for name, (exchange, _) in found.items() if exchange is not None]
    assert len(answered) == len(portal.contacts) == 1
    assert all("RefusedAddressError" in error for name, (_, error) in found.items() if name not in answered)
    assert internal.contacts == []


def test_of_several_addresses_only_the_allowed_one_is_connected_to(
    internal: Listener, portal: Listener, tmp_path: Path
) -> None:
    profile = {"scope": {"allow_private": [f"127.0.0.9:{portal.port}"]}}
    address = f"http://both.test:{portal.port}"
    exchange, _ = fetched([Form("a", ())], address, tmp_path, profile=profile, settings=_RESOLVER)["a"]
    assert exchange is not None
    assert exchange.ip == "127.0.0.9"
    assert internal.contacts == []


def test_where_connect_to_sends_a_host_is_held_against_the_policy_too(internal: Listener, tmp_path: Path) -> None:
    profile = {"network": {"connect_to": {"*": f"127.0.0.1:{internal.port}"}}}
    assert "RefusedAddressError" in fetched([Form("a", ())], "http://any.test", tmp_path, profile=profile)["a"][1]
    assert internal.contacts == []
