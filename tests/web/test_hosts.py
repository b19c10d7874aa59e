from __future__ import annotations

import pytest

from portal_crawler.errors import UsageError
from portal_crawler.web.hosts import ANY_PORT, allowed_hosts


@pytest.mark.parametrize(
    "name", [b"127.0.0.1:8100", b"LOCALHOST:8100", b"[::1]:8100", b"desk.test:8100", b"proxy.test:443"]
)
def test_the_server_answers_to_its_own_names_and_those_that_were_allowed(name: bytes) -> None:
    assert allowed_hosts(8100, ("desk.test", "proxy.test:443")).admits([name])


@pytest.mark.parametrize(
    "values",
    [
        [],
        [b""],
        [b"evil.test:8100"],
        [b"127.0.0.1"],
        [b"127.0.0.1:8101"],
        [b"127.0.0.1.evil.test:8100"],
        [b"127.0.0.1:8100@evil.test"],
        [b"localhost.:8100"],
        [b"0.0.0.0:8100"],
        [b"127.0.0.1:8100", b"evil.test"],
        [b"127.0.0.1:8100, evil.test"],
        [b"proxy.test:444"],
    ],
)
def test_it_answers_to_no_other_name(values: list[bytes]) -> None:
    assert not allowed_hosts(8100, ("desk.test", "proxy.test:443")).admits(values)


@pytest.mark.parametrize(
    "value", ["null", "", "http://evil.test:8100", "http://127.0.0.1:8101", "file://127.0.0.1:8100"]
)
def test_another_origin_is_none_of_its_own(value: str) -> None:
    assert not allowed_hosts(8100).origin(value)


def test_a_server_that_does_not_know_its_port_answers_to_this_machine_alone() -> None:
    assert ANY_PORT.admits([b"127.0.0.1:5"])
    assert not ANY_PORT.admits([b"evil.test:5"])


@pytest.mark.parametrize("text", ["", "a b", "http://x.test", "x.test:99999999", "*", "x.test/y"])
def test_an_allowed_host_that_is_none_is_refused_with_the_option_that_named_it(text: str) -> None:
    with pytest.raises(UsageError, match="--allow-host"):
        allowed_hosts(8100, (text,))
