"""A server that sends scripted bytes and keeps what passed, both ways: it can swear to what an exchange was."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Form:
    """One form of answer: the bytes to send, piece by piece, and how the connection ends.

    ``end`` is "keep" (the connection may serve the next request), "close", "reset" (RST), or "hang".
    ``pause`` is the seconds between two pieces. ``whole`` is whether an HTTP client can call the answer complete.
    """

    name: str
    pieces: tuple[bytes, ...]
    end: str = "keep"
    pause: float = 0.0
    whole: bool = True
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def answer(self) -> bytes:
        return b"".join(self.pieces)


@dataclass
class Passed:
    """What the server saw: (path of the form, request bytes, bytes that it sent), in order of the requests."""

    exchanges: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    connects: list[bytes] = field(default_factory=list)

    def of(self, name: str) -> list[tuple[bytes, bytes]]:
        return [(sent, got) for path, sent, got in self.exchanges if path == name]


class WireServer:
    """Serves forms at ``/<name>`` on a port of an address; as a proxy too, plain and by CONNECT, when asked so."""

    def __init__(
        self, forms: Sequence[Form], context: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._forms = {form.name: form for form in forms}
        self._context = context
        self.passed = Passed()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(30)
            if self._context and connection.recv(7, socket.MSG_PEEK).startswith(b"CONNECT"):
                self.passed.connects.append(_request(connection))
                connection.sendall(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            with self._context.wrap_socket(connection, server_side=True) if self._context else connection as stream:
                while request := _request(stream):
                    if not self._answer(stream, request):
                        return

    def _answer(self, stream: socket.socket, request: bytes) -> bool:
        target = request.split(b" ", 2)[1].decode("ascii").partition("?")[0]
        name = target.rpartition("/")[2]
        form = self._forms.get(name, _ABSENT)
        with self._lock:
            self.passed.exchanges.append((name, request, form.answer))
        for number, piece in enumerate(form.pieces):
            if number and form.pause:
                time.sleep(form.pause)
            stream.sendall(piece)
        if form.end == "reset":
            time.sleep(0.2)  # what was sent must arrive before the RST discards it
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        elif form.end == "hang":
            time.sleep(5)
        return form.end == "keep"


_ABSENT = Form("", (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",))


def _request(stream: socket.socket) -> bytes:
    """One request as it came, with its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        piece = stream.recv(65536)
        body += piece
        data += piece
    return data


@contextlib.contextmanager
def serving_forms(
    forms: Sequence[Form], context: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
) -> Iterator[WireServer]:
    server = WireServer(forms, context, host, port)
    try:
        yield server
    finally:
        server.close()


def self_signed(folder: Path) -> ssl.SSLContext:
    """The context of a server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "certificate.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context
