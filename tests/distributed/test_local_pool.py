"""The pool: jobs are done whatever becomes of the processes that do them."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_crawler.distributed.local_pool import LocalPool
from portal_crawler.distributed.shard_disk import ShardJob
from portal_crawler.errors import StateError, UsageError
from tests.distributed.pool_jobs import Count, Die, Raise, Spin, TellProcess


def test_every_job_is_done_and_its_captures_are_told() -> None:
    captures: list[None] = []
    with LocalPool(2, lambda: captures.append(None)) as pool:
        found = dict(pool.run([Count(many) for many in (3, 0, 5)]))
        again = dict(pool.run([Count(1)]))
    assert found == {0: (3,), 1: (0,), 2: (5,)}
    assert again == {0: (1,)}
    assert len(captures) == 9


def test_a_job_whose_process_was_killed_once_is_done_again(tmp_path: Path) -> None:
    said: list[str] = []
    with LocalPool(1, say=said.append) as pool:
        found = dict(pool.run([Count(3, deadly=1, times=1, deaths=tmp_path / "deaths"), Count(2)]))
    assert found == {0: (3,), 1: (2,)}
    ending = "it was ended by SIGKILL (the system may have run out of memory)"
    assert said == [f"a process died at the counting: {ending}; it is done again"]


def test_less_is_read_of_a_capture_at_which_processes_die() -> None:
    said: list[str] = []
    with LocalPool(2, say=said.append) as pool:
        found = dict(pool.run([Count(3, deadly=1), Count(2)]))
    assert found == {0: (3, 1, 1), 1: (2,)}
    assert [sentence.rpartition("; ")[2] for sentence in said] == ["it is done again", *["less of it is read"] * 2]


def test_a_capture_that_takes_too_long_is_one_of_them() -> None:
    said: list[str] = []
    with LocalPool(1, say=said.append) as pool:
        assert dict(pool.run([Spin(0.05)])) == {0: (7,)}
    assert "it took more processor time than a page may" in said[0]


def test_a_job_at_which_processes_die_without_a_capture_ends_the_run() -> None:
    with (
        LocalPool(2) as pool,
        pytest.raises(StateError, match="the dying: 2 processes died at it: it was ended by SIGSEGV"),
    ):
        dict(pool.run([Count(2), Die()]))


def test_what_a_job_raises_is_raised_with_its_words() -> None:
    with LocalPool(1) as pool, pytest.raises(UsageError, match="this, here: is wrong; mend it"):
        dict(pool.run([Raise(foreseen=True)]))
    with LocalPool(1) as pool, pytest.raises(RuntimeError, match="ZeroDivisionError: by nothing"):
        dict(pool.run([Raise(foreseen=False)]))


def test_shards_share_a_process_and_what_is_done_with_all_of_them_gets_a_fresh_one(tmp_path: Path) -> None:
    with LocalPool(1) as pool:
        shards = [told["process"] for _, told in pool.run([ShardJob(tmp_path, TellProcess(one)) for one in range(2)])]
        ((_, whole),) = pool.run([TellProcess()])
    assert shards[0] == shards[1] != whole
    assert not Path(f"/proc/{shards[0]}").exists(), "what reading took is given back"
