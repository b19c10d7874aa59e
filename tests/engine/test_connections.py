"""The wire handler's contract with Scrapy and Twisted, the pauses after busy answers, and the settings."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest
from scrapy.core.downloader.handlers import http11
from scrapy.utils.misc import load_object
from twisted.web.client import Agent

from portal_crawler import settings
from portal_crawler.engine.answers import retry_after
from portal_crawler.engine.limits import backoff
from portal_crawler.engine.site_settings import site_settings
from portal_crawler.frontier.connect_to import ConnectTo
from portal_crawler.sites.profile import Politeness, SiteProfile


def test_the_private_names_that_the_wire_handler_needs_are_there() -> None:
    arguments = inspect.signature(http11._ScrapyAgent.__init__).parameters
    needed = {"contextFactory", "bindAddress", "pool", "maxsize", "warnsize", "fail_on_dataloss", "crawler"}
    assert needed <= set(arguments)
    assert list(inspect.signature(http11._ScrapyAgent._get_agent).parameters) == ["self", "request", "timeout"]
    assert list(inspect.signature(Agent._getEndpoint).parameters) == ["self", "uri"]
    assert issubclass(http11._BindAddressAgent, Agent)


@pytest.mark.parametrize(
    ("connect_to", "host", "target"),
    [
        ({}, "www.portal.test", None),
        ({"*": "127.0.0.1:8000"}, "www.portal.test", ("127.0.0.1", 8000)),
        ({"*.portal.test": "127.0.0.1:1", "www.portal.test": "127.0.0.1:2"}, "www.portal.test", ("127.0.0.1", 2)),
        ({"*.portal.test": "127.0.0.1:1"}, "big5.portal.test", ("127.0.0.1", 1)),
        ({"*.portal.test": "127.0.0.1:1"}, "other.test", None),
        ({"portal.test:80": "127.0.0.1:3"}, "portal.test", ("127.0.0.1", 3)),
    ],
)
def test_the_nearest_name_decides_where_to_connect(
    connect_to: dict[str, str], host: str, target: tuple[str, int] | None
) -> None:
    assert ConnectTo(connect_to).of(host, 80) == target


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        (b"120", 120.0),
        (b"soon", None),
        (b"Tue, 24 Nov 2026 10:00:30 GMT", 30.0),
        (b"Tue, 24 Nov 2020 10:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: bytes | None, seconds: float | None) -> None:
    assert retry_after(header, datetime(2026, 11, 24, 10, tzinfo=UTC)) == seconds


def test_pauses_double_up_to_a_minute() -> None:
    assert [backoff(tries, 0.0) for tries in (0, 1, 2, 20)] == [0.5, 1.0, 2.0, 60.0]
    assert backoff(2, 1.0) == 2.5


def test_the_profiles_politeness_becomes_scrapys() -> None:
    profile = SiteProfile(
        name="p", seeds=("http://h/",), politeness=Politeness(delay=2.5, concurrency=3, contact="a@b.test")
    )
    found = site_settings(profile)
    assert (found["DOWNLOAD_DELAY"], found["CONCURRENT_REQUESTS_PER_DOMAIN"]) == (2.5, 3)
    assert "a@b.test" in found["USER_AGENT"]


_TABLES = ("ITEM_PIPELINES", "DOWNLOADER_MIDDLEWARES_BASE", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS_BASE", "EXTENSIONS")


@pytest.mark.parametrize("table", _TABLES)
def test_every_component_that_the_settings_name_exists(table: str) -> None:
    names = list(getattr(settings, table))
    assert names
    assert all(callable(load_object(name)) for name in names)


def test_doors_that_scrapy_opens_are_shut() -> None:
    assert settings.TELNETCONSOLE_ENABLED is False
    assert settings.REMOTECONTROL_ENABLED is False
    assert settings.COOKIES_ENABLED is False
