"""Address policy: which IP addresses may be contacted. Judges addresses as they are, whatever name led to them. Pure.

The tables are those of the IANA registries of special-purpose addresses (RFC 6890 and its successors,
https://www.iana.org/assignments/iana-ipv4-special-registry, ...-ipv6-special-registry), and not ``ipaddress``'s
``is_global``, which changes with the version of Python and holds multicast for global.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address

# What is not the public network, and what it is, for people.
_SPECIAL_4 = tuple(
    (IPv4Network(network), name)
    for network, name in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers (RFC 6598)"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),  # 169.254.169.254 serves the metadata of cloud machines
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "for protocols (RFC 6890)"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a relay of 6to4"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
# Of IPv6 only 2000::/3 is given out for the public network (RFC 4291 section 2.4, IANA's IPv6 address space).
_GLOBAL_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("fc00::/7", "private"),  # fd00:ec2::254 serves the metadata of cloud machines
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
        ("2001::/32", "a Teredo tunnel"),  # RFC 4380: it ends behind somebody's router
        ("2001::/23", "for protocols (RFC 2928)"),
        ("2001:db8::/32", "for documentation"),
        ("3fff::/20", "for documentation"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_COMPATIBLE = IPv6Network("::/96")
_LOCALHOST = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
_USUAL_PORTS = (80, 443)


def embedded(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 one stands for (mapped, compatible, NAT64, 6to4); else the address itself.

    >>> embedded(ip_address("64:ff9b::7f00:1"))
    IPv4Address('127.0.0.1')
    """
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _6TO4:
        return IPv4Address(address.packed[2:6])
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(address.packed[12:])
    return address


def why_not_public(address: IPAddress) -> str:
    """What an address is that does not belong to the public network, in a word or two; "" for one that does."""
    meant = embedded(address)
    if isinstance(meant, IPv4Address):
        return next((name for network, name in _SPECIAL_4 if meant in network), "")
    special = next((name for network, name in _SPECIAL_6 if meant in network), "")
    return special or ("" if meant in _GLOBAL_6 else "outside of what is given out for the public network")


class AddressPolicy:
    """The addresses that a profile's ``[scope] allow_private`` opens, beside all public ones.

    :param allow_private: ``address:port``, ``[address]:port`` or ``localhost:port`` (both its addresses); without a
        port, 80 and 443.
    """

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        self._open = frozenset(pair for text in allow_private for pair in opened(text))

    def refusal(self, address: str, port: int) -> str:
        """Why a connection to an address is refused, in words; "" where it is allowed.

        :param address: as a resolver gives it; an IPv6 zone (``%eth0``) is dropped.
        """
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return f"{address} is no IP address"
        kind = why_not_public(found)
        if not kind or {(found, port), (embedded(found), port)} & self._open:
            return ""
        shown = f"[{found}]:{port}" if isinstance(found, IPv6Address) else f"{found}:{port}"
        return f"{shown} is {kind}, and not in [scope] allow_private"

    def refusal_of_host(self, host: str, port: int) -> str:
        """The same by the form of a host alone: an address, or ``localhost``. Of any other name nothing is known yet.

        >>> AddressPolicy(["127.0.0.1:8000"]).refusal_of_host("127.0.0.1", 8001)
        '127.0.0.1:8001 is loopback, and not in [scope] allow_private'
        """
        name = host.strip("[]").rstrip(".").lower()
        if is_localhost(name):
            refused = [self.refusal(str(address), port) for address in _LOCALHOST]
            return refused[0] if all(refused) else ""
        try:
            ip_address(name)
        except ValueError:
            return ""
        return self.refusal(name, port)


def is_localhost(name: str) -> bool:
    """Whether a name is one of this machine by its form (RFC 6761 section 6.3)."""
    return name == "localhost" or name.endswith(".localhost")


def opened(text: str) -> tuple[tuple[IPAddress, int], ...]:
    """The addresses and ports that an entry of ``allow_private`` names.

    :raises ValueError: where it is neither an address nor ``localhost``.

    >>> opened("[::1]:8000")
    ((IPv6Address('::1'), 8000),)
    """
    host, port = split_port(text)
    addresses = _LOCALHOST if is_localhost(host) else (ip_address(host.strip("[]")),)
    return tuple((address, number) for address in addresses for number in ((port,) if port else _USUAL_PORTS))


def split_port(host: str) -> tuple[str, int | None]:
    """Host and port of ``host:port``; the port is ``None`` where there is none.

    >>> split_port("[::1]:80"), split_port("[::1]"), split_port("h")
    (('[::1]', 80), ('[::1]', None), ('h', None))
    """
    name, colon, port = host.rpartition(":")
    return (name, int(port)) if colon and port.isdigit() and not name.endswith(":") else (host, None)
