"""What Prometheus reads of the crawls that the dashboard shows."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess


def test_the_pages_of_every_crawl_are_told_as_prometheus_reads_them(desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    told = desk.ask("/metrics")
    assert told.status == 200
    assert told.headers["content-type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(told.text)}
    pages = families["portal_crawler_pages"].samples
    lines = (shown_crawl.folder / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    assert {sample.labels["crawl"] for sample in pages} == {shown_crawl.folder.name}
    assert sum(sample.value for sample in pages) == len(lines)


def test_a_crawl_that_has_ended_is_told_the_same_again(desk: DeskProcess) -> None:
    def lasting(text: str) -> list[str]:
        return [line for line in text.splitlines() if "written_timestamp" not in line]

    assert lasting(desk.ask("/metrics").text) == lasting(desk.ask("/metrics").text)
