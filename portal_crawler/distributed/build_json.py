"""``build.json``: what a build is made of, written before its first step; and what it came to, when it is done.

A replay is a build, too: of one crawl's archive as a rule, by a template that is there. The file holds neither time nor
place, so that the same archives give the same bytes.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.disk import writing
from portal_crawler.errors import StateError, UsageError
from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.manifest_json import BUILT, REPLAYED, SUMS, read_crawl

BUILD, LOCK = "build.json", "build.lock"
A_BUILD, A_REPLAY = "build", "replay"
_FORMAT = 1
_ANEW = "name another --out, or start anew beside it with --fresh"


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What a build is made of: (name, bytes) of its files in order, the digest of its profile, the name of the template
    that was given, if one was; and whether it is called a build or a replay.
    """

    files: tuple[tuple[str, int], ...]
    profile: str
    template: str | None
    made_by: str = A_BUILD

    def facts(self) -> dict[str, Any]:
        """As ``build.json`` has it."""
        files = [{"name": name, "bytes": size} for name, size in self.files]
        rules = {"made_by": self.made_by, "profile_hash": self.profile, "template": self.template}
        return {"format": _FORMAT, **rules, "files": files}


def begin_build(folder: Path, plan: BuildPlan) -> bool:
    """Note in a folder what is built there; whether something of the same build was there.

    :raises UsageError: where the folder holds anything else.
    :raises StateError: where its ``build.json`` is damaged.
    """
    path = folder / BUILD
    if not path.exists():
        others = [one.name for one in folder.iterdir() if one.name not in (LOCK, BUILD + ".new")]
        if others:
            raise UsageError(str(folder), f"is there already and holds {min(others)}", _ANEW)
        replace_file(path, _bytes(plan.facts()))
        return False
    known = read_build(folder)
    if known.get("format") != _FORMAT:
        raise StateError(str(path), f"is of format {known.get('format')}, not {_FORMAT}", _ANEW)
    if difference := _difference(known, plan):
        raise UsageError(str(folder), f"holds {difference}", _ANEW)
    return True


def read_build(folder: Path) -> dict[str, Any]:
    """The content of ``build.json``.

    :raises StateError: where it is damaged.
    """
    path = folder / BUILD
    try:
        return dict(orjson.loads(path.read_bytes()))
    except (ValueError, TypeError) as error:
        raise StateError(str(path), f"is damaged ({error})", _ANEW) from error


def end_build(folder: Path, plan: BuildPlan, surveys: list[dict[str, Any]], result: dict[str, Any]) -> None:
    """Write what a build came to.

    :param surveys: what was found in each file, in their order.
    """
    facts = plan.facts()
    files = [{**told, **found} for told, found in zip(facts["files"], surveys, strict=True)]
    replace_file(folder / BUILD, _bytes({**facts, "files": files, "result": result}))


def is_built(folder: Path) -> bool:
    """Whether a build is finished: the sums over its files are what is written last."""
    return (folder / SUMS).exists() and (read_crawl(folder) or {}).get("finish_reason") in (BUILT, REPLAYED)


def is_begun(folder: Path, plan: BuildPlan) -> bool:
    """Whether a folder holds a build of that plan which is not finished, and which no process works at."""
    try:
        known = read_build(folder)
    except (OSError, StateError):
        return False
    if known.get("format") != _FORMAT or _difference(known, plan) or is_built(folder):
        return False
    try:
        with build_lock(folder):
            return True
    except StateError:
        return False


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Keep other builds out of a folder for as long as the block runs.

    :raises StateError: where one is in it.
    """
    path = folder / LOCK
    with writing(path):
        handle = path.open("a+", encoding="ascii")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            pid = handle.read().strip() or "unknown"
            cure = "wait for its end, or choose another --out"
            raise StateError(str(folder), f"another build is running there (process {pid})", cure) from error
        with writing(path):
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
        yield


def _difference(known: dict[str, Any], plan: BuildPlan) -> str:
    """In what a build that is there is another one than ``plan``, or ""."""
    made_by = known.get("made_by", A_BUILD)
    if made_by != plan.made_by:
        return f"a {made_by}, not a {plan.made_by}"
    # Archives first: the profile is that of the first of them where none is named.
    difference = _other_files(known, plan) or _other_rules(known, plan)
    return difference and f"the {made_by} {difference}"


def _other_rules(known: dict[str, Any], plan: BuildPlan) -> str:
    if known.get("profile_hash") != plan.profile:
        return "by another profile"
    if known.get("template") == plan.template:
        return ""
    if known.get("template"):
        return "with another template"
    return "without a template" if plan.made_by == A_REPLAY else "with the template that its own pages teach"


def _other_files(known: dict[str, Any], plan: BuildPlan) -> str:
    there = [(one["name"], one["bytes"]) for one in known["files"]]
    if there == list(plan.files):
        return ""
    if sorted(map(_unnumbered, there)) == sorted(map(_unnumbered, plan.files)):
        return "of the same archives in another order"
    for name, size in plan.files:
        if (name, size) not in there:
            changed = name in dict(there)
            return f"of an earlier state of {name}" if changed else f"of other archives, without {name}"
    missing = next((name for name, size in there if (name, size) not in plan.files), None)
    return f"of further archives, with {missing}"


def _unnumbered(file: tuple[str, int]) -> tuple[str, int]:
    """Name and bytes, without the number of the archive that tells files of one name apart."""
    return re.sub(r"\A\d+/", "", file[0]), file[1]


def _bytes(facts: dict[str, Any]) -> bytes:
    return orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
