"""A crawl that may open too few files ends with a word on it, and goes on later as if nothing had been."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from twisted.internet.error import ConnectBindError, ConnectError

from portal_crawler.disk import writing
from portal_crawler.engine.open_files import is_out_of_files
from portal_crawler.errors import OpenFilesError
from portal_crawler.sites.profile_toml import dump_profile
from tests.polite_portal import PolitePortal, serving


def test_the_systems_word_is_known_in_whatever_it_is_wrapped() -> None:
    assert is_out_of_files(OSError(errno.EMFILE, "Too many open files"))
    assert is_out_of_files(ConnectBindError(errno.EMFILE, "Too many open files"))  # type: ignore[no-untyped-call] # Twisted: untyped
    wrapped = RuntimeError("download failed")
    wrapped.__cause__ = ConnectBindError(errno.ENFILE, "Too many open files")  # type: ignore[no-untyped-call] # Twisted: untyped
    assert is_out_of_files(wrapped)
    assert not is_out_of_files(ConnectError(errno.ECONNREFUSED, "refused"))  # type: ignore[no-untyped-call] # Twisted: untyped


def test_a_file_that_cannot_be_opened_for_want_of_numbers_is_no_matter_of_permissions(tmp_path: Path) -> None:
    with pytest.raises(OpenFilesError, match="ulimit -n"), writing(tmp_path):
        raise OSError(errno.EMFILE, "Too many open files")


def test_too_few_files_end_a_crawl_at_once_and_it_goes_on_later(tmp_path: Path) -> None:
    with serving(PolitePortal(5)) as portal:
        (tmp_path / "p.toml").write_text(dump_profile(portal.profile()))
        command = [sys.executable, "-m", "portal_crawler", "crawl", "p.toml", "--out", "c"]
        environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(Path.cwd())}

        def run(files: int) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
            )  # fmt: skip

        few = run(32)
        assert few.returncode == 11
        assert (
            "only 32 files may be open at a time, and a crawl needs 64; raise the limit (ulimit -n 1024)" in few.stderr
        )
        assert run(64).returncode == 0
    assert len((tmp_path / "c" / "articles.jsonl").read_text().splitlines()) == 5
