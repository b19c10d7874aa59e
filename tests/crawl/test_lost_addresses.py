"""A portal whose addresses lead astray, answer badly or without end: each stands in skipped.jsonl with its reason."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped] # it has no types
import pytest
import zstandard

from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import story_page
from tests.wire_server import Form, WireServer, serving_forms

_MEGABYTE = 1_000_000
_ZEROS = bytes(8 * _MEGABYTE)


def _answer(body: bytes, *lines: str, status: str = "200 OK", media: str = "text/html") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {media}", *lines, f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def _moved(location: str, status: str = "302 Found") -> bytes:
    return _answer(b"", f"Location: {location}", status=status)


def _links(*hrefs: str) -> bytes:
    return "".join(f'<p><a href="{href}">A link of the page to somewhere</a></p>' for href in hrefs).encode()


def _packed(coding: str, body: bytes) -> bytes:
    return _answer(body, f"Content-Encoding: {coding}")


def _forms(port: int, internal: int) -> list[Form]:
    inside = f"http://127.0.0.1:{internal}"
    answers: dict[str, bytes] = {
        "self": _moved("/self"),
        "ring-a": _moved("/ring-b"),
        "ring-b": _moved("/ring-a"),
        **{f"step-{number}": _moved(f"/step-{number + 1}") for number in range(12)},
        "to-file": _moved("file:///etc/passwd"),
        "to-data": _moved("data:text/html,x"),
        "to-script": _moved("javascript:alert(1)"),
        "to-nothing": _moved("http://[::1"),
        "to-internal": _moved(f"{inside}/secret"),
        "to-metadata": _moved("http://169.254.169.254/latest/meta-data/"),
        "to-offsite": _moved("http://other.test/"),
        "refresh-internal": _answer(f'<meta http-equiv="refresh" content="0;url={inside}/refreshed">'.encode()),
        "refresh-file": _answer(b'<meta http-equiv="refresh" content="0; url=file:///etc/hosts">'),
        "gone": _answer(b"<p>Not here", status="404 Not Found"),
        "no-law": _answer(b"<p>No", status="451 Unavailable For Legal Reasons"),
        "empty": _answer(b""),
        "nothing": b"HTTP/1.1 204 No Content\r\n\r\n",
        "pdf": _answer(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3", media="text/html"),
        "film": _answer(b"\0\0\0\x18ftypmp42", media="video/mp4"),
        "gzip-bomb": _packed("gzip", gzip.compress(_ZEROS)),
        "deflate-bomb": _packed("deflate", zlib.compress(_ZEROS)),
        "zstd-bomb": _packed("zstd", zstandard.compress(_ZEROS)),
        "br-bomb": _packed("br", brotli.compress(_ZEROS)),
        "nested-bomb": _packed("gzip, gzip", gzip.compress(gzip.compress(_ZEROS))),
        "long-length": f"HTTP/1.1 200 OK\r\nContent-Length: {8 * _MEGABYTE}\r\n\r\n".encode() + bytes(1000),
        "long-line": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 400_000 + b"\r\n\r\n",
        "many-lines": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 500 + b"\r\n",
        "interim": b"HTTP/1.1 102 Processing\r\n\r\n" * 500,
        "cookies": _answer(
            story_page(7, "Cookies").encode(), *(f"Set-Cookie: c{number}={'v' * 1000}" for number in range(100))
        ),
        "garbage": b"\x00\x01\x02 no http\r\n\r\n",
        "fetched-as-https": _answer(story_page(8, "A story").encode()),
        "based": _answer(f'<base href="{inside}/">'.encode() + _links("under-base")),
        "spelled": _moved("/spelled?utm_source=x"),
        "spelled-well": _moved(f"http://user:secret@127.0.0.1:{port}/spelled-well?utm_medium=y"),
        "step-in-time": _answer(story_page(9, "In time").encode()),
    }
    closing = {"long-length", "garbage", "interim"}
    forms = [Form(name, (data,), end="close" if name in closing else "keep") for name, data in answers.items()]
    forms += [
        Form("endless", (b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(100_000)] * 80), end="close"),
        Form("drip", (b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 60), end="close", pause=0.2),
        Form("silent", (), end="hang"),
        Form("stuck", (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf",), end="hang"),
        Form("slow-head", (b"HTTP/1.1 200 OK\r\n", *[b"X: 1\r\n"] * 60), end="close", pause=0.2),
        Form("broken", (b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\nhalf",), end="reset"),
    ]
    names = [form.name for form in forms if form.name not in {f"step-{number}" for number in range(1, 12)}]
    hrefs = [
        *(f"/{name}" for name in names),
        *(f"{inside}/linked", f"http://www.portal.test@127.1:{internal}/user", f"http:\\\\127.0.0.1:{internal}\\back"),
        *("file:///etc/shadow", "ftp://127.0.0.1/x", "http://[bad", "C:\\a.htm", f"/long?{'x' * 3000}"),
        *("mailto:a@b.test", "javascript:void(0)", "tel:+1", "http://xn--prtal-jye.test/", "http://other.test/x"),
    ]
    return [*forms, Form("", (_answer(_links(*hrefs)),))]


@dataclass
class Lost:
    folder: Path
    server: WireServer
    internal: WireServer
    skipped: list[dict[str, Any]]

    def reasons(self, path: str) -> set[str]:
        """The reasons of an address of the portal, and of what it alone led to."""
        url = f"http://127.0.0.1:{self.server.port}{path}"
        return {one["reason"] for one in self.skipped if one["url"] == url}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    folder = tmp_path_factory.mktemp("lost")
    with serving_forms([]) as internal, serving_forms([]) as server:
        server._forms = {form.name: form for form in _forms(server.port, internal.port)}
        place = f"127.0.0.1:{server.port}"
        profile = SiteProfile.model_validate({
            "name": "lost",
            "seeds": [f"http://{place}/"],
            "scope": {"hosts": [place], "allow_private": [place]},
            "politeness": {"delay": 0, "concurrency": 8, "retries": 1},
            "traps": {"redirects": 6},  # the limit of redirects alone ends that row
            "limits": {
                "wire_bytes": 4 * _MEGABYTE, "unpacked_bytes": 6 * _MEGABYTE, "header_bytes": 300_000,
                "header_lines": 300, "header_seconds": 3, "silence_seconds": 3, "silence_bytes": 100, "redirects": 6,
            },
        })  # fmt: skip
        save_profile(profile, folder / "site.toml")
        command = [sys.executable, "-m", "portal_crawler", "crawl", folder / "site.toml", "--out", folder / "crawl"]
        done = subprocess.run([*map(str, command), "-q"], capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
        yield Lost(folder / "crawl", server, internal, _lines(folder / "crawl/skipped.jsonl"))


@pytest.mark.parametrize(
    ("path", "reasons"),
    [
        ("/self", {"redirect_loop"}),
        ("/step-7", {"redirect_loop"}),
        ("/to-file", {"redirect_scheme"}),
        ("/to-data", {"redirect_scheme"}),
        ("/to-script", {"redirect_scheme"}),
        ("/to-nothing", {"bad_url"}),
        ("/to-internal", {"ssrf"}),
        ("/to-metadata", {"ssrf"}),
        ("/to-offsite", {"offsite"}),
        ("/refresh-internal", {"ssrf"}),
        ("/refresh-file", {"redirect_scheme"}),
        ("/gone", {"http_error"}),
        ("/no-law", {"http_error"}),
        ("/empty", {"empty"}),
        ("/nothing", {"empty"}),
        ("/pdf", {"not_html"}),
        ("/film", {"not_html"}),
        ("/gzip-bomb", {"too_large"}),
        ("/deflate-bomb", {"too_large"}),
        ("/zstd-bomb", {"too_large"}),
        ("/br-bomb", {"too_large"}),
        ("/nested-bomb", {"too_large"}),
        ("/long-length", {"too_large"}),
        ("/long-line", {"too_large"}),
        ("/many-lines", {"too_large"}),
        ("/interim", {"too_large"}),
        ("/endless", {"too_large"}),
        ("/drip", {"timeout"}),
        ("/silent", {"timeout"}),
        ("/stuck", {"timeout"}),
        ("/slow-head", {"timeout"}),
        ("/broken", {"network"}),
        ("/garbage", {"network"}),
        (f"/long?{'x' * 3000}", {"url_too_long"}),
        ("/cookies", set()),
        ("/based", set()),
    ],
)
def test_an_address_that_gives_no_document_has_its_reason(path: str, reasons: set[str], lost: Lost) -> None:
    assert lost.reasons(path) == reasons


def test_a_rule_is_in_words(lost: Lost) -> None:
    rules = {str(one["url"]).rpartition("/")[2]: str(one["rule"]) for one in lost.skipped}
    assert rules["garbage"].startswith("DownloadFailedError: ")
    assert "no http" in rules["garbage"]
    assert not [rule for rule in rules.values() if "<twisted" in rule]


def test_a_circle_of_redirects_is_told_of_each_of_its_addresses(lost: Lost) -> None:
    assert lost.reasons("/ring-a") == lost.reasons("/ring-b") == {"redirect_loop"}


def test_the_internal_service_is_never_contacted_and_what_led_there_is_told(lost: Lost) -> None:
    assert lost.internal.passed.exchanges == []
    inside = f"http://127.0.0.1:{lost.internal.port}"
    found = {one["url"].replace("www.portal.test@", "") for one in lost.skipped if one["reason"] == "ssrf"}
    paths = ("secret", "refreshed", "linked", "user", "back", "under-base")
    assert {f"{inside}/{path}" for path in paths} <= found


def test_links_to_other_schemes_are_told_and_ordinary_ones_are_not(lost: Lost) -> None:
    bad = {one["url"] for one in lost.skipped if one["reason"] == "bad_url" and one["bin"] == "skipped"}
    assert bad == {"file:///etc/shadow", "ftp://127.0.0.1/x", "http://[bad", "C:\\a.htm", "http://[::1"}
    assert not [one for one in lost.skipped if one["url"].startswith(("mailto:", "javascript:void", "tel:"))]


def test_a_host_that_only_looks_like_the_portals_is_offsite(lost: Lost) -> None:
    offsite = {one["url"] for one in lost.skipped if one["reason"] == "offsite" and one["bin"] == "skipped"}
    assert offsite == {"http://xn--prtal-jye.test/", "http://other.test/x", "http://other.test/"}


def test_what_is_too_large_is_asked_for_once_and_what_is_slow_twice(lost: Lost) -> None:
    asked = {
        name: len(lost.server.passed.of(name)) for name in ("endless", "gzip-bomb", "long-length", "drip", "stuck")
    }
    assert asked == {"endless": 1, "gzip-bomb": 1, "long-length": 1, "drip": 2, "stuck": 2}


def test_a_redirect_to_another_spelling_of_the_address_is_followed_to_its_bound(lost: Lost) -> None:
    asked = [request.split(b" ", 2)[1] for request, _ in lost.server.passed.of("spelled")]
    assert asked == [b"/spelled", b"/spelled?utm_source=x"]
    assert not any(b"secret" in request for request, _ in lost.server.passed.of("spelled-well"))


def test_an_answer_cut_by_a_limit_is_archived_as_truncated(lost: Lost) -> None:
    records = b"".join(gzip.decompress(path.read_bytes()) for path in lost.folder.glob("**/*.warc.gz"))
    assert records.count(b"WARC-Truncated: length\r\n") >= 3
    assert records.count(b"WARC-Truncated: time\r\n") >= 4


def test_the_crawl_holds_together(lost: Lost) -> None:
    command = [sys.executable, "-m", "portal_crawler", "verify", str(lost.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "word"), [("/gone", "http_error"), ("/to-internal", "ssrf"), ("/drip", "timeout"), ("/self", "itself")]
)
def test_why_not_says_it(path: str, word: str, lost: Lost) -> None:
    url = f"http://127.0.0.1:{lost.server.port}{path}"
    command = [sys.executable, "-m", "portal_crawler", "why-not", str(lost.folder), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert word in done.stdout, done.stdout + done.stderr
