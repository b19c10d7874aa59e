"""Profile values: the kinds of text that a profile holds (addresses, hosts, patterns, hours), each with its check."""

from __future__ import annotations

import codecs
import ipaddress
import re
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from portal_crawler.sites.hours import read_span
from portal_crawler.sites.selectors import compiles
from portal_crawler.urls import host_of


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:  # of these, the last two for numbers and nesting
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _selector(selector: str) -> str:
    if problem := compiles(selector):
        raise ValueError(f"neither CSS nor XPath: {problem}")
    return selector


def _address(url: str) -> str:
    if not re.match(r"https?://[^\s/?#]+", url):
        raise ValueError("not an absolute address; begin it with http:// or https://")
    if not host_of(url):
        raise ValueError("not an address; what stands between :// and the path is no host and port")
    return url


def _proxy(url: str) -> str:
    if not re.fullmatch(r"http://[^\s/?#@]+:[0-9]+/?", url):
        raise ValueError("not of the form http://host:port; a name and password would end up in the archive")
    return url


def _codec(label: str) -> str:
    try:
        codecs.lookup(label)
    except LookupError as error:
        raise ValueError("not a charset that Python knows") from error
    return label


def _host(host: str) -> str:
    if not re.match(r"(\[[0-9a-f:.]+\]|[^\s:/?#@\[\]]+)(:\d+)?\Z", host):
        raise ValueError("not a host; write www.example.org or www.example.org:8080, without http:// and path")
    return host.lower()


def _hours(span: str) -> str:
    read_span(span)
    return span


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ValueError("not a time zone; write a name of the IANA list, such as Europe/Berlin") from error
    return name


def _target(host: str) -> str:
    if not re.search(r":\d+\Z", host) or host.endswith("]"):
        raise ValueError("without a port; write address:port, such as 127.0.0.1:8900")
    return host


def _private(host: str) -> str:
    name = re.sub(r":\d+\Z", "", host) if host.startswith("[") or host.count(":") == 1 else host
    if name == "localhost" or name.endswith(".localhost"):
        return host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError as error:
        problem = "not an address; write 10.0.0.7:80, [::1]:8000 or localhost:8000: names may lead anywhere"
        raise ValueError(problem) from error
    return host


Pattern = Annotated[str, AfterValidator(_regular_expression)]
Selector = Annotated[str, AfterValidator(_selector)]
Address = Annotated[str, AfterValidator(_address)]
Codec = Annotated[str, AfterValidator(_codec)]
Proxy = Annotated[str, AfterValidator(_proxy)]
Host = Annotated[str, AfterValidator(_host)]
Hours = Annotated[str, AfterValidator(_hours)]
Zone = Annotated[str, AfterValidator(_zone)]
Target = Annotated[Host, AfterValidator(_target)]
PrivateAddress = Annotated[Host, AfterValidator(_private)]
