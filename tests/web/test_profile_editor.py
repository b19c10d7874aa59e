"""The editor of a profile: what is wrong is told, what would change is shown, and what is saved is safe."""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.errors import OutputError, StateError
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.web.profile_file import own_path, read_profile_file, save_profile_file
from portal_crawler.web.trial_process import run_trial
from tests.engine.test_control import until
from tests.web.conftest import ShownCrawl
from tests.web.desk_process import Answered, DeskProcess, desk_process

NOW = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def cookie(desk: DeskProcess) -> str:
    return desk.log_in()


def page(desk: DeskProcess, crawl: ShownCrawl, cookie: str) -> str:
    return desk.ask(f"/crawls/{crawl.name}/profile", headers={"Cookie": cookie}).text


def send(desk: DeskProcess, crawl: ShownCrawl, cookie: str, action: str, text: str) -> Answered:
    shown = page(desk, crawl, cookie)
    fields = {name: re.search(rf'name="{name}" value="([^"]*)"', shown) for name in ("mark", "digest")}
    given = {name: found[1] for name, found in fields.items() if found}
    return desk.post(f"/crawls/{crawl.name}/profile", {**given, "action": action, "text": text}, {"Cookie": cookie})


def frozen(crawl: ShownCrawl) -> str:
    return (crawl.folder / "profile.toml").read_text()


def test_a_wrong_key_is_told_with_its_line_and_the_nearest_one(
    desk: DeskProcess, shown_crawl: ShownCrawl, cookie: str
) -> None:
    text = frozen(shown_crawl).replace("max_depth", "x").replace("\ndelay = ", "\ndealy = ")
    for action in ("try", "save", "download"):
        told = send(desk, shown_crawl, cookie, action, text).text
        assert "key politeness.dealy" in told
        assert "did you mean politeness.delay?" in told
        assert re.search(r"line \d+", told)
        assert 'aria-invalid="true"' in told
    hostile = send(desk, shown_crawl, cookie, "try", "name = 1 <script>alert(1)</script></textarea><script>").text
    assert "is not TOML" in hostile
    assert "<script>alert" not in hostile
    assert "&lt;script&gt;alert(1)" in hostile


def test_a_change_is_tried_on_the_archive_before_it_is_saved(
    desk: DeskProcess, shown_crawl: ShownCrawl, cookie: str, workspace: Path
) -> None:
    text = frozen(shown_crawl).replace("\nlayout = []\n", "\n").replace("\nexclude = []", "\nexclude = ['/hostile']")
    text += '\n[[layout]]\ndrop = ["//p[2]"]\n'
    told = send(desk, shown_crawl, cookie, "try", text).text
    assert "pages are read otherwise" in told
    assert "<del>" in told
    assert "山谷里的农民清晨运来四十吨茶叶" in told
    assert "Addresses that fall out: 1" in told
    assert "[scope] exclude /hostile" in told
    assert "<script>alert(1)" not in told
    path = workspace / "data" / "sites" / "gbk.toml"
    assert not path.exists()
    saved = send(desk, shown_crawl, cookie, "save", text)
    assert f"Saved: {path}" in saved.text
    assert load_profile(path).scope.exclude == ("/hostile",)
    assert frozen(shown_crawl) != path.read_text(), "the crawl keeps the profile that it went by"


def test_another_change_in_between_is_not_lost(tmp_path: Path) -> None:
    path = own_path(tmp_path, "p")
    save_profile_file(path, "first", "", NOW)
    given = read_profile_file(tmp_path, "p", tmp_path / "none")
    path.write_text("of another editor")
    with pytest.raises(StateError, match="changed meanwhile"):
        save_profile_file(path, "second", given.digest, NOW)
    with pytest.raises(StateError, match="changed meanwhile"):
        save_profile_file(path, "second", "", NOW)
    assert path.read_text() == "of another editor"


def test_what_stood_there_is_kept_beside_it(tmp_path: Path) -> None:
    path = own_path(tmp_path, "p")
    save_profile_file(path, "first", "", NOW)
    kept = save_profile_file(path, "second", read_profile_file(tmp_path, "p", path).digest, NOW)
    assert kept is not None
    assert kept.name == "p.toml.20261128T180000Z.bak"
    assert (kept.read_text(), path.read_text()) == ("first", "second")
    assert sorted(one.name for one in path.parent.iterdir()) == ["p.toml", kept.name]


def test_of_two_who_save_at_once_one_is_told(tmp_path: Path) -> None:
    path = own_path(tmp_path, "p")
    save_profile_file(path, "first", "", NOW)
    digest = read_profile_file(tmp_path, "p", path).digest
    began = threading.Barrier(8)

    def save(number: int) -> str:
        began.wait()
        try:
            save_profile_file(path, f"text {number}\n" * 20_000, digest, NOW)
        except StateError as error:
            return error.problem
        return "saved"

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(save, range(8)))
    assert told.count("saved") == 1
    assert told.count("was changed meanwhile") == 7
    assert path.read_text() == f"text {told.index('saved')}\n" * 20_000


def test_no_copy_takes_the_place_of_another_and_what_is_too_long_is_not_cut(tmp_path: Path) -> None:
    path = own_path(tmp_path, "p")
    texts = ["first", "second", "third", "fourth"]
    for text in texts:
        given = read_profile_file(tmp_path, "p", path).digest if path.exists() else ""
        save_profile_file(path, text, given, NOW)
    assert [one.read_text() for one in sorted(path.parent.glob("*.bak"))] == ["second", "third", "first"]
    path.write_text("#" * 300_000)
    with pytest.raises(OutputError, match="more than 262,144 bytes"):
        read_profile_file(tmp_path, "p", path)


def test_brackets_without_end_are_told(desk: DeskProcess, shown_crawl: ShownCrawl, cookie: str) -> None:
    told = send(desk, shown_crawl, cookie, "try", "x = " + "[" * 20_000)
    assert told.status == 200
    assert "brackets within brackets" in told.text


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "", "nul", "a\0b", "x" * 300])
def test_a_profile_of_another_folder_is_never_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        own_path(tmp_path, name)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "data" / "sites").mkdir(parents=True)
    (tmp_path / "secret.toml").write_text("secret")
    (tmp_path / "data" / "sites" / "p.toml").symlink_to(tmp_path / "secret.toml")
    with pytest.raises(OutputError):
        own_path(tmp_path, "p")


def test_a_pattern_that_takes_for_ever_ends_with_its_process(shown_crawl: ShownCrawl) -> None:
    before = children()
    with pytest.raises(StateError, match="took longer"):
        run_trial(shown_crawl.folder, frozen(shown_crawl), 20, patience=0.3)
    assert children() == before


def test_the_server_ends_though_a_trial_runs(shown_crawl: ShownCrawl, tmp_path: Path) -> None:
    ever = re.sub(r"(?m)^exclude = .*$", lambda _: "exclude = ['(([^q]|[^q]|[^q])+)+q$']", frozen(shown_crawl))
    assert "[^q])+)+q$" in ever
    told: list[object] = []
    others = trials()
    with desk_process(shown_crawl.place, "--write", "--no-replay", cwd=tmp_path) as served:
        cookie = served.log_in()

        def trial() -> None:
            try:
                told.append(send(served, shown_crawl, cookie, "try", ever).status)
            except OSError as error:
                told.append(error)

        asking = threading.Thread(target=trial)
        asking.start()
        until(lambda: trials() != others)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    asking.join(10)
    assert told
    assert trials() <= others


def trials() -> set[str]:
    """The trials of all dashboards that run, by their command lines."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(path.read_text())
    return {line for line in found if "portal-crawler-trial-" in line}


def children() -> set[str]:
    """The processes that this one started and that are still there."""
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


def test_who_is_not_logged_in_reads_the_profile_and_no_more(desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    shown = page(desk, shown_crawl, "")
    assert "<textarea" not in shown
    assert "/login?next=" in shown
    assert "portal.test" in shown
