from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.archive.surt import cdx_key
from tests.index_judges import judged_key as judged

# Parts of URLs, each odd in a way of its own.
ODD = json.loads(Path(__file__).with_name("odd_urls.json").read_text(encoding="utf-8"))
HOSTS, PATHS = ODD["hosts"], ODD["paths"]
FRAGMENTS = ["", "", "", "#top", "#", "#?x", "#a#b"]
SCHEMES = ["http://", "http://", "https://", "HTTP://", "http://http://", "http://https://"]
WRONG_SLASHES = ["http:/", "http:////", "https:///", ""]

# What differs from the judge on purpose: URL -> (our key, why).
DEVIATIONS = {
    "ftp://h.test/a": ("ftp://h.test/a", "no other scheme than http(s) is captured; a key must not mix them up"),
    "http:////h.test:80/": ("test,h)/", "a URL with too many slashes has a port like any other"),
    "http:/user@h.test/": ("test,h)/", "and its user is no part of its host"),
    "http:///": ("http:///", "it has no host: the judge's key, http:/, says less"),
    "http:///?a": ("http:///?a", "it has no host"),
    "http://h.test:99999/a b": ("http://h.test:99999/a%20b", "a key is one word, or the line falls apart"),
}


def made(seed: int, count: int) -> list[str]:
    """URLs of every odd kind, drawn from the parts above."""
    pick = random.Random(seed)
    urls = []
    for _ in range(count):
        query = "&".join(pick.choices(ODD["parameters"], k=pick.randrange(4)))
        mark = "?" if query or pick.random() < 0.2 else ""
        url = (
            pick.choice(SCHEMES)
            + pick.choice(ODD["users"])
            + pick.choice(HOSTS)
            + pick.choice(ODD["ports"])
            + pick.choice(PATHS)
        )
        urls.append(url + mark + query + pick.choice(FRAGMENTS))
    return urls


@pytest.mark.parametrize("seed", range(4))
def test_keys_equal_the_judges_on_thousands_of_odd_urls(seed: int) -> None:
    urls = [url for url in made(seed, 5_000) if not set(judged(url)) & set(" \t\n")]
    assert len(urls) > 4_500
    assert [(url, cdx_key(url)) for url in urls] == [(url, judged(url)) for url in urls]


@pytest.mark.parametrize("url", [f"http://h.test{path}{query}" for path in PATHS for query in ("", "?", "?x=1")])
def test_every_path_gets_the_judges_key(url: str) -> None:
    assert cdx_key(url) == judged(url)


@pytest.mark.parametrize("url", [f"http://{host}{port}/" for host in HOSTS for port in ("", ":80", ":443", ":8080")])
def test_every_host_gets_the_judges_key(url: str) -> None:
    assert cdx_key(url) == judged(url)


@pytest.mark.parametrize(
    "url", [f"{scheme}{host}/A/b?q" for scheme in WRONG_SLASHES for host in HOSTS if host[0] != "["]
)
def test_a_wrong_number_of_slashes_is_forgiven(url: str) -> None:
    assert cdx_key(url) == judged(url)


@pytest.mark.parametrize(("url", "key"), [(url, key) for url, (key, _) in DEVIATIONS.items()])
def test_deviations_from_the_judge_are_named(url: str, key: str) -> None:
    assert cdx_key(url) == key != judged(url)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_the_path_and_query_of_any_text_get_the_judges_key(text: str) -> None:
    url = f"http://h.test/{text}"
    assert cdx_key(url) == judged(url)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(max_size=40).map(lambda text: f"http://{text}")))
def test_any_text_gets_a_key_that_is_one_word_of_one_line(text: str) -> None:
    key = cdx_key(text)
    assert key
    assert not {" ", "\n", "\r"} & set(key)
    key.encode()
