"""Which hosts an archive tells of, that were asked for what they do not have."""

from __future__ import annotations

from portal_crawler.distributed.apology_unit import Asked, Place, asked_hosts


def _probe(file: int, offset: int, host: str = "h", near: str = "aa") -> tuple[Place, dict[str, str]]:
    return Place(file, offset), {"host": host, "near": near}


def test_a_host_is_known_by_two_answers_and_the_page_beside_them() -> None:
    probes = [_probe(0, 50), _probe(0, 70)]
    pages = [(Place(0, 10), "bb"), (Place(0, 20), "aa"), (Place(0, 60), "cc")]
    assert asked_hosts(probes, pages) == [Asked("h", Place(0, 20), (Place(0, 50), Place(0, 70)))]
    assert asked_hosts(probes[:1], pages) == [], "one answer may be a page"
    assert asked_hosts(probes, pages[:1]) == [], "the page was taken down"
    assert asked_hosts([], pages) == []


def test_the_page_beside_is_that_of_the_crawl_that_asked() -> None:
    probes = [_probe(1, 50), _probe(1, 70)]
    pages = [(Place(0, 10), "aa"), (Place(1, 20), "aa"), (Place(2, 5), "aa")]
    assert [one.near for one in asked_hosts(probes, pages)] == [Place(1, 20)]
    behind = [(Place(2, 5), "aa"), (Place(3, 5), "aa")]
    assert [one.near for one in asked_hosts(probes, behind)] == [Place(2, 5)], "better than none"


def test_each_crawl_that_asked_beside_another_page_counts() -> None:
    probes = [_probe(0, 1), _probe(0, 2), _probe(1, 1, near="bb"), _probe(1, 2, near="bb"), _probe(1, 3, "other")]
    pages = [(Place(0, 0), "aa"), (Place(1, 0), "bb")]
    assert [(one.host, one.near) for one in asked_hosts(probes, pages)] == [("h", Place(0, 0)), ("h", Place(1, 0))]
