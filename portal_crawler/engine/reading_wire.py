"""Reading wire: how captures go to a worker process and readings come back, over a socket that both hold.

A message is two lengths, a pickle, and the bytes of a body beside it, which are not copied into the pickle. What comes
back was made in a process that took a hostile page in, so it is unpickled into the types of a reading and no others.
"""

from __future__ import annotations

import importlib
import io
import pickle
import socket
import struct
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import numpy as np

from portal_crawler.capture import Capture
from portal_crawler.page.blocks import Block
from portal_crawler.page.links import Link
from portal_crawler.page.roles import Reason, RoleDecision
from portal_crawler.reading import PageReading
from portal_crawler.template.page_sketch import ROW, PageSketch

_LENGTHS = struct.Struct("<QQ")
# An answer is a page's text, roles and links: far below this. A length beyond it is no answer.
_MOST = 1 << 30
# Stands in a reading for its capture, which does not travel back.
NO_CAPTURE = Capture("", b"")
# The packages of whose types a reading consists.
_OWN = frozenset({"capture", "page", "reading", "template", "verdict"})
# Of what is not this program's own, a reading holds these.
_FOREIGN = frozenset({
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"),
    ("datetime", "timezone"), ("zoneinfo", "ZoneInfo"),
})  # fmt: skip


class Task(Enum):
    """What a worker is asked to do with a capture: read the page, or look for its links alone; or show it to a person,
    as it is or with its reading drawn over it.
    """

    READ = "read"
    SCAN = "scan"
    SHOW = "show"
    DRAW = "draw"


class Answer(Enum):
    """What a message of a worker is: it is ready, it has read, the page raised an error, or took too much memory."""

    READY = "ready"
    READING = "reading"
    FAILED = "failed"
    MEMORY = "memory"


def send(stream: socket.socket, value: Any, body: bytes = b"") -> None:
    """Send one message whole.

    :raises OSError: where the other side is gone, or takes nothing for longer than the socket's time.
    """
    packed = io.BytesIO()
    _Pickler(packed).dump(value)
    head = packed.getbuffer()
    stream.sendall(_LENGTHS.pack(len(head), len(body)))
    stream.sendall(head)
    if body:
        stream.sendall(body)


def receive(stream: BinaryIO) -> tuple[Any, bytes]:
    """The next message of this program's own main process: its value and its body.

    :raises EOFError: where the other side is gone.
    """
    head, size = _head(stream)
    return pickle.loads(head), _exactly(stream, size)  # noqa: S301 - the parent process speaks here


def receive_reading(stream: BinaryIO) -> Any:
    """The next message of a worker: a reading, or plain values.

    :raises EOFError: where the other side is gone.
    :raises pickle.UnpicklingError: where the message names anything that is no part of a reading.
    """
    head, _ = _head(stream)
    return _ReadingUnpickler(io.BytesIO(head)).load()


def _head(stream: BinaryIO) -> tuple[bytes, int]:
    length, size = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if length > _MOST:
        raise pickle.UnpicklingError(f"a message of {length} bytes")
    return _exactly(stream, length), size


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size) if size else b""
    if len(data) < size:
        raise EOFError
    return data


class _Pickler(pickle.Pickler):
    """Named tuples, of which a page has hundreds, travel as their fields: in half the time. Members of an ``Enum``
    travel as their values: Python up to 3.11.3 would name ``getattr``, which is no part of a reading.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.dispatch_table = _FORMS


def _flat(kind: type[tuple[Any, ...]]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda one: (kind, tuple(one))


_of_reading = attrgetter(*(field.name for field in fields(PageReading)))


def sketch_of_bytes(rows: bytes, path: str) -> PageSketch:
    """A page's sketch from the bytes of its rows."""
    return PageSketch(np.frombuffer(rows, ROW), path)


class _Forms(dict[type, "Callable[[Any], tuple[Any, ...]]"]):
    def __missing__(self, kind: type) -> Callable[[Any], tuple[Any, ...]]:
        if not issubclass(kind, Enum):
            raise KeyError(kind)
        self[kind] = lambda member: (kind, (member.value,))
        return self[kind]


_FORMS = _Forms({kind: _flat(kind) for kind in (Link, Block, Reason, RoleDecision)})
_FORMS |= {
    PageReading: lambda one: (PageReading, _of_reading(one)),
    PageSketch: lambda one: (sketch_of_bytes, (one.rows.tobytes(), one.path)),
    ZoneInfo: lambda zone: (ZoneInfo, (zone.key,)),
}


class _ReadingUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return _type_of(module, name)


@lru_cache(256)
def _type_of(module: str, name: str) -> Any:
    if (module, name) == (sketch_of_bytes.__module__, sketch_of_bytes.__name__):
        return sketch_of_bytes
    found: Any = None
    if (module, name) in _FOREIGN:
        return getattr(importlib.import_module(module), name)
    package, _, rest = module.partition(".")
    if package == "portal_crawler" and rest.partition(".")[0] in _OWN:
        found = getattr(importlib.import_module(module), name, None)
    if not isinstance(found, type) or found.__module__ != module:
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")
    return found
