"""Pages that break the process in which they are read, and what becomes of them, of the others and of the processes."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum
from pathlib import Path

import pytest

from portal_crawler.capture import Capture
from portal_crawler.engine.reading_wire import Answer, Task, receive_reading, send
from portal_crawler.engine.reading_workers import ReadingOptions, ReadingWorkers
from portal_crawler.engine.worker_process import ReadingLimits, WorkerProcess
from portal_crawler.errors import ExitCode, StateError
from portal_crawler.page.kind import PageKind
from portal_crawler.reading import PageReading, read_page
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import save_profile
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import TemplateTally
from tests.changing_portal import Page, changing_portal, hub_page, story_page
from tests.served_portal import HOST

PROFILE = SiteProfile(name="hard", seeds=("http://h.test/",))
PAGES = sorted((Path(__file__).parents[1] / "pages").rglob("*.html"))
# About two seconds of work, and links at its start.
_SLOW = '<a href="/one.html">one</a> <a href="/two.html">two</a>' + "".join(
    f"<p>A b {number}.</p>" for number in range(20_000)
)
_WIDE = '<p><a href="/one.html">\U0001f600</a>' + "Words of a page. " * 1_000_000


def capture_of(body: str | bytes, name: str = "x") -> Capture:
    return Capture(f"http://h.test/{name}.html", body.encode() if isinstance(body, str) else body)


def readings(options: ReadingOptions, *captures: Capture) -> list[PageReading]:
    """All captures read at once, in the order in which the readings came."""
    workers, came = ReadingWorkers(PROFILE), list[PageReading]()

    async def one(capture: Capture) -> None:
        came.append(await workers.read(capture))

    async def all_of_them() -> None:
        await asyncio.gather(*map(one, captures))

    workers.begin(options)
    try:
        asyncio.run(all_of_them())
    finally:
        workers.close()
    return came


def same(one: PageReading, other: PageReading) -> bool:
    """Whether two readings are equal; arrays are compared by their bytes."""
    rows = [reading.sketch.rows.tobytes() if reading.sketch else None for reading in (one, other)]
    return rows[0] == rows[1] and replace(one, sketch=None) == replace(other, sketch=None)


def test_a_page_reads_the_same_in_a_worker_as_here() -> None:
    captures = [capture_of(path.read_bytes(), str(number)) for number, path in enumerate(PAGES)]
    came = readings(ReadingOptions(2, ordered=True), *captures)
    here = [read_page(capture, PROFILE, learn=True) for capture in captures]
    assert len(came) > 25
    assert [reading.capture.url for reading in came if not same(reading, here[came.index(reading)])] == []
    assert any(reading.sketch is not None for reading in came)


@pytest.mark.parametrize(
    ("body", "limits", "sentence"),
    [
        (_SLOW, ReadingLimits(seconds=0.3), "reading it took more than 0.3 s of processor time"),
        (_WIDE, ReadingLimits(memory=100 << 20), "reading it took more than 104857600 bytes of memory"),
    ],
    ids=["time", "memory"],
)
def test_a_page_that_takes_too_much_is_a_problem_and_its_links_are_found(
    body: str, limits: ReadingLimits, sentence: str
) -> None:
    plain = capture_of(story_page(1), "plain")
    came = readings(ReadingOptions(1, limits, ordered=True), capture_of(body), plain)
    assert came[0].kind.kind is PageKind.UNREADABLE
    assert came[0].problems[0] == sentence
    assert came[0].links[0].url == "http://h.test/one.html"
    assert came[0].capture.body == body.encode()
    assert same(came[1], read_page(plain, PROFILE, learn=True))


def test_an_error_of_the_reading_is_a_problem_of_its_page_in_a_worker_and_here() -> None:
    broken = Capture("http://h.test/x.html", b'<a href="/one.html">one</a>', status=None)  # type: ignore[arg-type]
    for workers in (0, 1):
        (reading,) = readings(ReadingOptions(workers), broken)
        assert reading.kind.kind is PageKind.UNREADABLE
        assert reading.problems[0].startswith("reading it failed (TypeError: ")
        assert [link.url for link in reading.links] == ["http://h.test/one.html"]


def test_a_page_whose_links_cannot_be_looked_for_either_is_kept_without() -> None:
    (reading,) = readings(ReadingOptions(1, ReadingLimits(seconds=1e-6)), capture_of("<a href=/x>y</a> " * 60_000))
    assert reading.links == ()
    assert [problem.partition(":")[0] for problem in reading.problems] == [
        "reading it took more than 1e-06 s of processor time",
        "its links were not found",
    ]


def test_a_worker_that_is_killed_from_outside_costs_no_page() -> None:
    workers, slow = ReadingWorkers(PROFILE), capture_of(_SLOW)
    workers.begin(ReadingOptions(1))
    try:
        killer = threading.Thread(target=_kill_readers, args=(os.getpid(),))
        killer.start()
        (reading,) = workers.read_all([slow], None)
        killer.join()
    finally:
        workers.close()
    assert same(reading, read_page(slow, PROFILE, learn=True))
    assert _readers(os.getpid()) == []


def test_pages_that_were_sent_ahead_are_read_whatever_ends_the_process() -> None:
    workers, came = ReadingWorkers(PROFILE), list[PageReading]()
    captures = [
        capture_of(_SLOW, "slow"),
        *(capture_of(story_page(number), str(number)) for number in range(3)),
        capture_of("Words of a page. " * 10_000, "large"),
        capture_of(story_page(4), "last"),
    ]
    workers.begin(ReadingOptions(1))
    try:
        killer = threading.Thread(target=_kill_readers, args=(os.getpid(),))
        killer.start()
        came.extend(workers.read_all(captures, None))
        killer.join()
    finally:
        workers.close()
    assert [reading.capture for reading in came] == captures
    assert all(same(reading, read_page(one, PROFILE, learn=True)) for reading, one in zip(came, captures, strict=True))


def test_a_page_is_sent_ahead_where_it_waits_in_the_socket() -> None:
    process, small, large = WorkerProcess(PROFILE, ReadingLimits()), capture_of("<p>x"), capture_of("x" * 65_537)
    try:
        assert process.takes_ahead(small, None)
        assert not process.takes_ahead(large, None)
        assert not process.takes_ahead(small, SiteTemplate(TemplateTally(), "another"))
        for capture in (small, large):
            process.ask(Task.READ, capture, None)
        assert [process.reading(capture).capture.url for capture in (small, large)] == [small.url, large.url]
    finally:
        process.close()


def test_readings_of_an_archive_come_in_the_order_of_its_answers() -> None:
    captures = [capture_of(_SLOW, "slow"), *(capture_of(story_page(number), str(number)) for number in range(6))]
    came = readings(ReadingOptions(2, ordered=True), *captures)
    assert [reading.capture.url for reading in came] == [capture.url for capture in captures]
    free = readings(ReadingOptions(2), *captures)
    assert free[-1].capture.url == captures[0].url


def test_a_worker_that_holds_much_memory_is_renewed() -> None:
    limits = ReadingLimits(resident=1)
    came = readings(ReadingOptions(1, limits, ordered=True), *(capture_of(story_page(n), str(n)) for n in range(3)))
    assert [reading.kind.kind for reading in came] == [PageKind.ARTICLE] * 3
    process = WorkerProcess(PROFILE, limits)
    try:
        process.read(Task.READ, capture_of(story_page(1)), None)
        assert process.is_grown
    finally:
        process.close()


def test_a_worker_that_does_not_start_is_told_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    with pytest.raises(StateError, match="PORTAL_READING_WORKERS=0"):
        readings(ReadingOptions(1), capture_of("<p>text"))


def test_a_worker_sees_no_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PASSWORD", "secret")
    process = WorkerProcess(PROFILE, ReadingLimits())
    try:
        (reader,) = _readers(os.getpid())
        environment = Path(f"/proc/{reader}/environ").read_bytes()
    finally:
        process.close()
    assert b"PYTHONPATH" in environment
    assert b"secret" not in environment


@pytest.mark.parametrize("value", [os.system, subprocess.Popen, pickle.Unpickler, read_page, getattr])
def test_a_message_of_a_worker_names_nothing_but_the_parts_of_a_reading(value: object) -> None:
    packed = pickle.dumps(value)
    message = len(packed).to_bytes(8, "little") + bytes(8) + packed
    with pytest.raises(pickle.UnpicklingError, match="is no part of a reading"):
        receive_reading(io.BytesIO(message))


@pytest.mark.parametrize("path", PAGES[::7], ids=lambda path: path.name)
def test_a_reading_travels_where_python_reduces_members_of_an_enum_to_getattr(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.11.0 to 3.11.3 does, 3.11.2 being that of Debian 12."""
    monkeypatch.setattr(Enum, "__reduce_ex__", lambda member, _: (getattr, (type(member), member.name)))
    whole = read_page(capture_of(path.read_bytes()), PROFILE)
    here, there = socket.socketpair()
    with here, there, there.makefile("rb") as stream:
        sending = threading.Thread(target=send, args=(here, (Answer.READING.value, whole, 0)))
        sending.start()
        came = receive_reading(stream)[1]
        sending.join()
    assert replace(came, capture=whole.capture, sketch=whole.sketch) == whole


def test_packages_on_the_path_of_python_are_there_for_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(("", "packages", "/elsewhere")))
    process = WorkerProcess(PROFILE, ReadingLimits())
    try:
        path = Path(f"/proc/{process._process.pid}/environ").read_bytes().split(b"\0")
    finally:
        process.close()
    root = Path(__file__).resolve().parents[2]
    assert f"PYTHONPATH={root}:{tmp_path}/packages:/elsewhere".encode() in path


def test_a_process_that_lacks_a_package_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lxml.py").write_text("raise ImportError('lxml: there is none')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(StateError, match=r"does not start \(ImportError: lxml: there is none\); set PORTAL_READING"):
        WorkerProcess(PROFILE, ReadingLimits())


# -- whole crawls


@pytest.fixture
def hard_portal(tmp_path: Path) -> Iterator[Path]:
    """The profile of a portal with hard pages between stories."""
    with changing_portal() as portal:
        hard = {f"/hard/{name}.html": body for name, body in _hard_pages().items()}
        stories = {f"/news/{number}.html": story_page(number) for number in range(12)}
        portal.pages.update({path: Page(body) for path, body in {**stories, **hard}.items()})
        portal.pages["/"] = Page(hub_page(*stories, *hard))
        save_profile(portal.profile("hard"), tmp_path / "hard.toml")
        yield tmp_path / "hard.toml"


def _hard_pages() -> dict[str, str]:
    def tale(number: int, tail: str) -> str:
        return story_page(100 + number).replace("</body>", f"{tail}</body>")

    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    deep = story_page(101).replace("<body>", f"<body>{'<div>' * 100_000}").replace("</body>", "</div>" * 100_000)
    return {
        "deep": deep,
        "deep-after": tale(2, "<div>" * 100_000),
        "attributes": tale(3, f"<div {' '.join(f'a{number}=x' for number in range(100_000))}>"),
        "script": tale(4, f"<script>var x = '{'0123456789abcdef' * 750_000}';</script>"),
        "links": tale(5, "".join(f'<a href="#s{number}">{number}</a> ' for number in range(200_000))),
        "laughs": f'<!DOCTYPE html [<!ENTITY l0 "ha">{laughs}]>{tale(6, "&l9;")}',
        "big": f"<html><title>Big</title><body>{'<p>A page of 64 megabytes.</p>' * 2_300_000}",
    }


def _start(profile: Path, out: Path, *settings: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--progress", "none"]
    return subprocess.Popen(
        [*command, *(part for one in settings for part in ("-s", one))],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_hard_pages_cost_no_story_and_little_memory(hard_portal: Path, tmp_path: Path) -> None:
    crawl = _start(hard_portal, tmp_path / "crawl")
    most = 0
    while crawl.poll() is None:
        most = max(most, sum(map(_resident, [crawl.pid, *_readers(crawl.pid)])))
        time.sleep(0.02)
    assert crawl.returncode == ExitCode.OK
    assert verify_crawl(tmp_path / "crawl") == []
    titles = {str(record["title"]) for record in _lines(tmp_path / "crawl" / "articles.jsonl")}
    assert titles >= {f"Story {number} of the valley" for number in (*range(12), *range(101, 107))}
    assert most <= 600 << 20, f"{most >> 20} MB"


def test_a_page_that_breaks_its_worker_is_recorded_and_its_links_are_followed(tmp_path: Path) -> None:
    with changing_portal() as portal:
        portal.pages = {"/": Page(_SLOW), "/one.html": Page(story_page(1)), "/two.html": Page(story_page(2))}
        save_profile(portal.profile("slow"), tmp_path / "slow.toml")
        crawl = _start(tmp_path / "slow.toml", tmp_path / "crawl", "PORTAL_READING_SECONDS=0.4")
        assert crawl.wait() == ExitCode.OK
    pages = {str(record["url"]).removeprefix(HOST): record for record in _lines(tmp_path / "crawl" / "pages.jsonl")}
    assert pages["/"]["kind"] == "unreadable"
    assert str(pages["/"]["problems"]).startswith("['reading it took more than 0.4 s of processor time'")
    assert pages["/one.html"]["kind"] == pages["/two.html"]["kind"] == "article"
    assert verify_crawl(tmp_path / "crawl") == []


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_crawl_whatever_ends_it_and_no_page_is_lost(
    tmp_path: Path, harm: signal.Signals
) -> None:
    with changing_portal() as portal:
        hub = hub_page(*(f"/slow/{number}.html" for number in range(4)))
        portal.pages = {"/": Page(hub)} | {f"/slow/{n}.html": Page(f"<h1>{n}</h1>{_SLOW}") for n in range(4)}
        profile, out = tmp_path / "slow.toml", tmp_path / "crawl"
        save_profile(portal.profile("slow"), profile)
        crawl = _start(profile, out)
        _until(lambda: (out / "pages.jsonl").exists() and (out / "pages.jsonl").stat().st_size, 60)
        readers = _readers(crawl.pid)
        if harm == signal.SIGKILL:
            crawl.kill()
        else:
            os.killpg(crawl.pid, harm)
        code = crawl.wait()
        assert len(readers) >= 1
        _until(lambda: not any(map(_is_alive, readers)), 10)
        assert [reader for reader in readers if _is_alive(reader)] == []
        assert code in (ExitCode.INTERRUPTED, -signal.SIGKILL)
        assert _start(profile, out).wait() == ExitCode.OK
    assert [record["kind"] for record in _lines(out / "pages.jsonl") if record["kind"] == "unreadable"] == []
    assert verify_crawl(out) == []


def _until(true: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)


def _readers(parent: int) -> list[int]:
    """The worker processes of a process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(status[1]) == parent and status[0] != "Z" and b"reading_worker" in command:
            found.append(int(folder.name))
    return found


def _kill_readers(parent: int) -> None:
    """Kills the workers of a process as soon as they are at work."""
    _until(lambda: _readers(parent), 30)
    time.sleep(0.3)
    for reader in _readers(parent):
        os.kill(reader, signal.SIGKILL)


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
