"""The commands ``build`` and ``replay`` in processes of their own, what they leave, and their deaths at a point."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import Page, changing_portal, hub_page
from tests.template.test_template import story

ROOT = Path(__file__).resolve().parents[2]
_PATHS = tuple(f"/news/{number}.htm" for number in range(1, 9))
_APART = ("crawl.json", "SHA256SUMS", "build.lock")


def run(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal_crawler", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == code, done.stderr
    return done


def crawled(folder: Path) -> Path:
    """A crawl of a small portal in several WARC files, in a folder of this one, which has its profile too."""
    with changing_portal() as portal:
        portal.pages = {path: Page(story(number)) for number, path in enumerate(_PATHS, start=1)}
        portal.pages["/"] = Page(hub_page(*_PATHS))
        site = portal.profile()
        site = site.model_copy(update={"output": site.output.model_copy(update={"warc_size": 6_000})})
        save_profile(site, folder / "site.toml")
        run(folder, "crawl", "site.toml", "--out", "crawl", "-q")
    return folder / "crawl"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.name not in _APART}


DYING = """
import os, signal, sys
from portal_crawler.cli import build_progress
from portal_crawler.cli.main import run
from portal_crawler.distributed import build, build_run

point, count = sys.argv.pop(1), int(sys.argv.pop(1))

def dying(*_, **__):
    global count
    count -= 1
    if count < 0:
        os.kill(os.getpid(), int(os.environ.get("WITH", signal.SIGKILL)))

def before(module, name):
    done = getattr(module, name)
    def called(*arguments, **named):
        dying()
        return done(*arguments, **named)
    setattr(module, name, called)

if point == "done":
    build_progress.BuildProgress.done = dying
elif point == "captured":
    build_progress.BuildProgress.captured = dying
elif point in ("join", "end_build", "replace_file"):
    before(build, point)
else:
    before(build_run, point)
run(sys.argv[1:])
"""


def dying_at(folder: Path, point: str, count: int, *arguments: str, with_: int = signal.SIGKILL) -> int:
    command = [sys.executable, "-c", DYING, point, str(count), *arguments]
    with_signal = environment() | {"WITH": str(int(with_))}
    with subprocess.Popen(
        command, cwd=folder, env=with_signal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as child:
        child.communicate()
    return child.returncode
