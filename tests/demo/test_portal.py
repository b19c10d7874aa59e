"""The demo portal: its plans, its gold, and the server that answers."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from portal_crawler.demo.manifest import manifest
from portal_crawler.demo.model import Answer, Generation, PlanKind, Portal
from portal_crawler.demo.plan import SIZES, build_portal
from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.demo.render import render
from portal_crawler.demo.server import DemoServer


@pytest.fixture(scope="module")
def portal() -> Portal:
    return build_portal("small")


@pytest.fixture(scope="module")
def port(portal: Portal) -> Iterator[int]:
    server = DemoServer(portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def _get(port: int, url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(
        "GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers={"Host": parts.netloc, **headers}
    )
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, {name.lower(): value for name, value in answer.getheaders()}


def test_the_same_seed_gives_the_same_portal_and_another_one_another(portal: Portal) -> None:
    again, other = build_portal("small"), build_portal("small", seed=7)
    assert list(again.plans) == list(portal.plans)
    assert all(
        render(plan, again).body == render(portal.plans[url], portal).body
        for url, plan in list(again.plans.items())[::9]
    )
    assert {story.title for story in other.stories.values()} != {story.title for story in portal.stories.values()}


@pytest.mark.parametrize("size", ["small", "medium"])
def test_a_size_is_kept_within_a_hundredth(size: str) -> None:
    assert abs(len(build_portal(size).plans) - SIZES[size]) <= 0.01 * SIZES[size]


def test_every_generation_and_kind_is_there(portal: Portal) -> None:
    assert {plan.generation for plan in portal.plans.values()} >= set(Generation)
    assert {plan.kind for plan in build_portal("medium").plans.values()} == set(PlanKind)


def test_two_stories_share_no_paragraph_but_those_that_are_meant_to_be(portal: Portal) -> None:
    shared = Counter(
        text for story in portal.stories.values() if story.edit_of is None for text in set(story.paragraphs)
    )
    again = {text for text, count in shared.items() if count > 1}
    assert all(text.startswith("This is the weekly bulletin") for text in again)


def test_every_story_but_the_feeds_own_is_linked_and_all_are_reachable(portal: Portal) -> None:
    gold = list(manifest(portal))
    reached = {line["story_id"] for line in gold if line["reachable"] and line["story_id"]}
    assert reached == set(portal.stories)
    assert sum(not line["reachable"] for line in gold) < 0.06 * len(gold)


def test_the_server_answers_every_address_as_planned(portal: Portal, port: int) -> None:
    for url, plan in portal.plans.items():
        if plan.answer.quirks & {"flaky", "slow", "gzip", "deflate"}:
            continue
        status, body, headers = _get(port, url)
        assert status == plan.answer.status, url
        assert body == render(plan, portal).body, url
        assert headers.get("location") == plan.answer.location


def test_a_flaky_page_is_busy_once(portal: Portal) -> None:
    plan = next(plan for plan in portal.plans.values() if plan.kind is PlanKind.ARTICLE)
    flaky = replace(plan, answer=Answer(quirks=frozenset({"flaky"})))
    server = DemoServer(replace(portal, plans={flaky.url: flaky}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert [_get(server.server_address[1], flaky.url)[0] for _ in range(2)] == [503, 200]
    server.shutdown()
    server.server_close()


def test_validators_save_a_second_transfer(portal: Portal, port: int) -> None:
    url = next(url for url, plan in portal.plans.items() if plan.answer.quirks == {"validators"})
    tag = _get(port, url)[2]["etag"]
    assert _get(port, url, **{"If-None-Match": tag})[:2] == (304, b"")


def test_an_unknown_address_is_a_404_and_a_picture_a_picture(port: int) -> None:
    assert _get(port, "http://www.portal.test/nowhere.htm")[0] == 404
    status, body, headers = _get(port, "http://www.portal.test/images/logo-great_river_280x60.gif")
    assert (status, body[:4], headers["content-type"]) == (200, b"GIF8", "image/gif")


def test_the_server_process_ends_with_its_user() -> None:
    with serving("small") as address:
        port = int(address.rpartition(":")[2])
        assert _get(port, demo_profile(address).seeds[0])[0] == 200
    with pytest.raises(ConnectionRefusedError):
        _get(port, "http://www.portal.test/")
