"""What the wire handler keeps is what passed on the wire, byte for byte, both ways."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.archive.exchange import Truncation
from tests.engine.forms_fetched import Found, fetched
from tests.wire_forms import FORMS
from tests.wire_server import Form, WireServer, self_signed, serving_forms


@pytest.fixture(scope="module", params=["http", "https"])
def exchanged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp(request.param)
    context = self_signed(folder) if request.param == "https" else None
    with serving_forms(FORMS, context) as server:
        yield request.param, server, fetched(FORMS, f"{request.param}://127.0.0.1:{server.port}", folder)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_bytes_of_an_exchange_are_kept_as_they_passed(form: Form, exchanged: tuple[str, WireServer, Found]) -> None:
    scheme, server, found = exchanged
    exchange, _ = found[form.name]
    assert exchange is not None
    sent = server.passed.of(form.name)
    assert exchange.request == sent[-1][0]
    assert exchange.response == form.answer
    assert exchange.ip == "127.0.0.1"
    assert exchange.started.tzinfo is not None
    assert exchange.protocols[0] == "http/1.1"
    secured = scheme == "https" and form.answer != b""
    assert [name for name in exchange.protocols if name.startswith("tls/1.")] == list(exchange.protocols[1:])
    assert (len(exchange.protocols) == 2) == secured
    assert (exchange.cipher is not None) == secured


def test_an_exchange_that_is_not_whole_says_so(exchanged: tuple[str, WireServer, Found]) -> None:
    _, _, found = exchanged
    for form in FORMS:
        exchange, error = found[form.name]
        assert exchange is not None
        assert (exchange.truncated is None) == form.whole, (form.name, exchange.truncated, error)
        assert bool(exchange.problem) != form.whole, form.name


_CUT = {"length-too-long", "chunks-without-end", "reset-in-body", "no-answer"}
_UNPARSED = {
    "bad-chunk-size": "the body's framing is broken (Chunk-size must be an integer.)",
    "bad-status-line": "DownloadFailedError: the answer begins as none of HTTP: 'HTTP'",
    "garbage": "DownloadFailedError: ",
}


@pytest.mark.parametrize("name", sorted({form.name for form in FORMS if not form.whole}))
def test_what_came_and_has_no_meaning_was_not_cut_off(name: str, exchanged: tuple[str, WireServer, Found]) -> None:
    exchange, _ = exchanged[2][name]
    assert exchange is not None
    assert exchange.truncated is (Truncation.DISCONNECT if name in _CUT else Truncation.UNSPECIFIED)
    assert exchange.problem.startswith(_UNPARSED.get(name, ""))
    assert "<twisted" not in exchange.problem


_PROXIED = {"plain", "chunked", "header-gbk-bytes", "post", "until-close"}
_BY_PROXY = tuple(form for form in FORMS if form.name in _PROXIED)


def test_by_a_proxy_the_whole_address_stands_in_the_request(tmp_path: Path) -> None:
    with serving_forms(_BY_PROXY) as server:
        proxy = f"127.0.0.1:{server.port}"
        found = fetched(_BY_PROXY, "http://www.portal.test", tmp_path, f"http://{proxy}")
        for form in _BY_PROXY:
            exchange, error = found[form.name]
            assert exchange is not None, error
            line = f"{form.method} http://www.portal.test/{form.name} HTTP/1.1\r\n"
            assert exchange.request.startswith(line.encode())
            assert (exchange.request, exchange.response) == (server.passed.of(form.name)[-1][0], form.answer)
            assert exchange.proxy == proxy


def test_through_a_tunnel_the_exchange_is_that_with_the_origin(tmp_path: Path) -> None:
    with serving_forms(_BY_PROXY, self_signed(tmp_path)) as server:
        proxy = f"127.0.0.1:{server.port}"
        found = fetched(_BY_PROXY, "https://www.portal.test", tmp_path, f"http://{proxy}")
        assert server.passed.connects
        for form in _BY_PROXY:
            exchange, error = found[form.name]
            assert exchange is not None, error
            assert exchange.request.startswith(f"{form.method} /{form.name} HTTP/1.1\r\n".encode())
            assert b"\r\nHost: www.portal.test\r\n" in exchange.request
            assert (exchange.request, exchange.response) == (server.passed.of(form.name)[-1][0], form.answer)
            assert (exchange.proxy, exchange.protocols[1][:6]) == (proxy, "tls/1.")


def test_bytes_behind_an_answer_never_answer_the_next_request(tmp_path: Path) -> None:
    surplus = next(form for form in FORMS if form.name == "surplus-behind-length")
    kept_open = replace(surplus, end="keep")
    others = tuple(form for form in FORMS if form.name in {"plain", "chunked", "status-404"})
    with serving_forms((kept_open, *others)) as server:
        found = fetched((kept_open, *others), f"http://127.0.0.1:{server.port}", tmp_path)
    for form in others:
        exchange, _ = found[form.name]
        assert exchange is not None
        assert exchange.response == form.answer
