"""Connect to: where a profile sends the connections of a host, as ``curl --connect-to`` does. Pure."""

from __future__ import annotations

from collections.abc import Mapping


class ConnectTo:
    """``[network] connect_to``: host, ``host:port``, ``*.domain`` or ``*`` -> (host, port) to connect to."""

    def __init__(self, connect_to: Mapping[str, str]) -> None:
        self._map = {name.lower(): _address(target) for name, target in connect_to.items()}

    def of(self, host: str, port: int) -> tuple[str, int] | None:
        """Where to connect for a host; ``None`` for where its name leads.

        >>> ConnectTo({"[::1]": "[::1]:8900"}).of("::1", 80)
        ('::1', 8900)
        """
        if not self._map:
            return None
        shown = f"[{host}]" if ":" in host else host
        names = [f"{shown}:{port}", shown]
        labels = host.split(".")
        names += ["*." + ".".join(labels[start:]) for start in range(1, len(labels))]
        return next((self._map[name] for name in (*names, "*") if name in self._map), None)


def _address(target: str) -> tuple[str, int]:
    host, _, port = target.rpartition(":")
    return host.strip("[]"), int(port)
