from __future__ import annotations

from itertools import permutations

import pytest

from portal_crawler.dedup.addresses import PortalHosts
from portal_crawler.dedup.mirror_hosts import HostPairs, MirrorHost, with_mirrors
from portal_crawler.dedup.story_groups import StoryPage

HOSTS = PortalHosts(("www.portal.test", "portal.test"))


def page(host: str, path: int, text: str) -> StoryPage:
    url = f"http://{host}/a/{path}.htm"
    return StoryPage(0, url, url, text, "Title", 100)


def pairs(agreeing: int, differing: int, hosts: tuple[str, ...] = ("www.portal.test", "copy.test")) -> HostPairs:
    found = HostPairs()
    for path in range(agreeing + differing):
        texts = [f"{path}" if place == 0 or path < agreeing else f"{path} {host}" for place, host in enumerate(hosts)]
        found.add(page(host, path, text) for host, text in zip(hosts, texts, strict=True))
    return found


@pytest.mark.parametrize(
    ("agreeing", "differing", "is_mirror"), [(8, 0, True), (7, 0, False), (18, 2, True), (17, 3, False), (0, 20, False)]
)
def test_a_mirror_has_the_same_texts_under_the_same_paths(agreeing: int, differing: int, is_mirror: bool) -> None:
    expected = (MirrorHost("copy.test", "www.portal.test", agreeing + differing, agreeing),) if is_mirror else ()
    assert pairs(agreeing, differing).mirrors(HOSTS) == expected


@pytest.mark.parametrize("hosts", list(permutations(("a.test", "portal.test", "www.portal.test"))))
def test_every_mirror_repeats_the_portals_first_host(hosts: tuple[str, ...]) -> None:
    mirrors = pairs(9, 0, hosts).mirrors(HOSTS)
    assert [(mirror.host, mirror.of) for mirror in mirrors] == [
        ("a.test", "www.portal.test"),
        ("portal.test", "www.portal.test"),
    ]
    assert with_mirrors(PortalHosts(HOSTS.order, {"a.test": "portal.test"}), mirrors).aliases == {
        "a.test": "portal.test",  # what the profile says holds
        "portal.test": "www.portal.test",
    }
