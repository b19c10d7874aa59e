"""The metrics of a crawl, read by Prometheus' own parser."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from portal_crawler.errors import StateError, UsageError
from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.report.crawl_state_sqlite import crawl_state
from portal_crawler.report.metrics import METRICS, MOST_HOSTS, PREFIX, WRITTEN, CrawlState, exposition
from portal_crawler.report.metrics_disk import MetricsFile

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ODD = 'odd "name"\\of\na crawl é 中'


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_family_is_there_once_with_its_help_and_kind() -> None:
    text = exposition([CrawlState("a", "1", "0.1.0"), CrawlState("b", "2", "0.1.0")], NOW)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert text.count("# TYPE ") == len(METRICS) + 1
    for metric in (*METRICS, WRITTEN):
        family = families[PREFIX + metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.meaning)
    written = {value for (name, _), value in samples(text).items() if name.endswith("written_timestamp_seconds")}
    assert written == {NOW.timestamp()}


def test_no_two_crawls_have_a_sample_in_common_so_that_their_files_can_lie_side_by_side() -> None:
    one, other = (samples(exposition([CrawlState(name, "1", "v", articles=1)], NOW)) for name in "ab")
    assert one
    assert one.keys().isdisjoint(other)


def test_two_crawls_are_told_apart_and_odd_names_come_back_as_they_were() -> None:
    text = exposition([CrawlState(ODD, "1", "v", articles=3), CrawlState("b", "1", "v", articles=4)], NOW)
    found = samples(text)
    assert found["portal_crawler_articles_total", (("crawl", "1"), ("profile", ODD))] == 3
    assert found["portal_crawler_articles_total", (("crawl", "1"), ("profile", "b"))] == 4


def test_a_crawl_of_many_hosts_has_few_series_and_loses_no_address() -> None:
    queued = {f"h{number}.test": number + 1 for number in range(300)}
    text = exposition([CrawlState("a", "1", "v", queued=queued)], NOW)
    waiting = {labels: value for (name, labels), value in samples(text).items() if name.endswith("queued_addresses")}
    assert len(waiting) == MOST_HOSTS + 1
    assert sum(waiting.values()) == sum(queued.values())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "20261128T120000Z-ab12"
    folder.mkdir()
    ledger = Ledger(folder)
    urls = [f"http://h.test/{number}" for number in range(4)]
    ledger.add([Discovery(url, url, "h.test") for url in urls])
    ledger.add([Discovery("http://o.test/", "o", "o.test", reason="offsite", rule="no")])
    for row, status in zip(ledger.claim("h.test", 3, time.time()), (200, 200, 404), strict=True):
        ledger.done(row.id, status, "")
    ledger.set_meta("articles", "2")
    ledger.set_meta("bytes", "900")
    ledger.commit({"pages.jsonl": 50, "archive/a.warc.gz": 10, "archive/b.warc.gz": 20})
    ledger.close()
    (folder / "crawl.json").write_text('{"profile": "portal.test", "started": "2026-11-28T12:00:00Z"}')
    return folder


def test_the_ledger_of_a_crawl_is_what_the_metrics_say(folder: Path) -> None:
    found = samples(exposition([crawl_state(folder)], NOW))
    named = (("crawl", "20261128T120000Z-ab12"), ("profile", "portal.test"))

    def value(name: str, *label: tuple[str, str]) -> float:
        return found[f"portal_crawler_{name}", tuple(sorted((*named, *label)))]

    assert [value("addresses", ("state", state)) for state in ("queued", "done", "skipped")] == [1, 3, 1]
    assert [value("pages_total", ("status", status)) for status in ("200", "404")] == [2, 1]
    assert value("skipped_total", ("reason", "offsite")) == 1
    assert (value("articles_total"), value("body_bytes_total")) == (2, 900)
    assert value("output_bytes", ("file", "archive")) == 30
    assert value("started_timestamp_seconds") == datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()
    assert not any(name == "portal_crawler_ended_info" for name, _ in found)


def test_a_crawl_runs_while_its_process_lives_and_has_not_ended_it(folder: Path) -> None:
    assert crawl_state(folder).running  # this process opened the ledger, and is alive
    (folder / "ledger.lock").write_text("4194305")  # beyond the largest process id of Linux
    assert not crawl_state(folder).running
    (folder / "ledger.lock").write_text(str(os.getpid()))
    (folder / "crawl.json").write_text('{"profile": "p", "finish_reason": "finished", "counts": {"unique": 7}}')
    state = crawl_state(folder)
    assert (state.running, state.reason, state.unique) == (False, "finished", 7)


def test_a_crawl_that_is_just_beginning_has_a_state(folder: Path) -> None:
    (folder / "crawl.json").write_text("{")
    assert crawl_state(folder).states["queued"] == 1


def test_a_folder_without_a_ledger_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"ledger\.sqlite: is missing"):
        crawl_state(tmp_path)


def test_a_reader_never_sees_half_a_metrics_file(folder: Path, tmp_path: Path) -> None:
    path, said, done = tmp_path / "crawl.prom", list[str](), threading.Event()
    file = MetricsFile(path, folder, said.append)
    file.write()
    seen: set[int] = set()

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_text(encoding="utf-8").count("# TYPE "))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(100):
        file.write()
    done.set()
    reader.join()
    assert seen == {len(METRICS) + 1}
    assert (said, [one.name for one in tmp_path.glob("*.prom*")]) == ([], ["crawl.prom"])
    assert path.stat().st_mode & 0o777 == 0o644


def test_what_keeps_the_file_from_being_written_is_told_once_and_ends_nothing(folder: Path, tmp_path: Path) -> None:
    said: list[str] = []
    file = MetricsFile(tmp_path / "crawl.prom", folder, said.append)
    (folder / "ledger.sqlite").rename(folder / "away")
    file.write()
    file.write()
    assert len(said) == 1
    assert said[0].startswith("metrics are not written: ")


@pytest.mark.parametrize(("path", "cure"), [("", "name a file in it"), ("none/a.prom", "mkdir -p")])
def test_a_place_that_takes_no_file_is_told_before_the_crawl(
    folder: Path, tmp_path: Path, path: str, cure: str
) -> None:
    with pytest.raises(UsageError, match=cure):
        MetricsFile(tmp_path / path, folder, print)
