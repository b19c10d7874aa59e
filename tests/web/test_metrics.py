"""What Prometheus reads of the crawls that the dashboard shows."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess, desk_process


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


def test_a_ledger_that_cannot_be_read_is_remarked_upon(shown_crawl: ShownCrawl, tmp_path: Path) -> None:
    (tmp_path / "whole").symlink_to(shown_crawl.folder)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "crawl.json").write_bytes((shown_crawl.folder / "crawl.json").read_bytes())
    (broken / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with desk_process(tmp_path, "--no-replay") as desk:
        told = desk.ask("/metrics")
    assert told.status == 200
    assert [line for line in told.text.splitlines() if line.startswith("# broken: ")]
    families = {family.name: family for family in text_string_to_metric_families(told.text)}
    assert len({sample.labels["crawl"] for sample in families["portal_crawler_pages"].samples}) == 1
