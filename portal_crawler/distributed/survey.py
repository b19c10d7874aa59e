"""Survey: one look through an archive's file, which tells what captures it holds, without reading any of them.

What it finds decides how the file is cut, which capture of an address is the first, and where the content of revisit
records stands. It costs a few hundredths of the reading.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from portal_crawler.archive.cdxj import sorted_index
from portal_crawler.archive.warc_collection import WarcSource, index_line
from portal_crawler.archive.warc_members import Damage
from portal_crawler.distributed.job import Notice
from portal_crawler.distributed.shard_disk import Facts, digest_of
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.capture_fields import Outcome
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.replay import no_page, with_fields
from portal_crawler.urls import UrlRules, host_of, url_key

CAPTURES, INDEX, PROBES = "captures.jsonl", "index.cdxj", "probes.jsonl"
_LINES = "lines.cdxj"


@dataclass(frozen=True, slots=True)
class Survey:
    """The survey of one file. ``number`` is its place among the build's files, ``drop_params`` what the keys of
    addresses leave out.

    Its files: ``captures.jsonl``, a line for each capture that is a page: ``offset`` in bytes, ``key`` of its address
    (128 bits of it, in hex), ``revisit``; ``index.cdxj``, in which the file has the name ``name_in_index``;
    ``probes.jsonl``, a line for each answer to what a host does not have: ``offset``, ``host``, the key of the page
    ``near`` it.
    """

    number: int
    source: WarcSource
    drop_params: tuple[str, ...]
    step: ClassVar[str] = "survey"

    @property
    def name(self) -> str:
        """What it is."""
        return f"the survey of {self.source.name}"

    @property
    def weight(self) -> int:
        """The bytes of the file."""
        return self.source.path.stat().st_size

    @property
    def key(self) -> str:
        """A digest of what the system says of the file: its content is digested by the survey itself."""
        told = self.source.path.stat()
        return digest_of(self.step, self.number, self.source.name, told.st_size, told.st_mtime_ns, self.drop_params)

    def warned(self, capture: int) -> None:
        """It reads no capture."""

    def make(self, folder: Path, notice: Notice) -> Facts:
        """Look through the file."""
        rules = UrlRules(frozenset(self.drop_params))
        passed_over: Counter[str] = Counter()
        damage: list[dict[str, Any]] = []
        captures = revisits = 0
        with (
            closing(JsonlFile(folder / CAPTURES)) as rows,
            closing(GrownFile(folder / _LINES)) as lines,
            closing(JsonlFile(folder / PROBES)) as probes,
        ):
            for found, fields in with_fields(self.source.records()):
                if isinstance(found, Damage):
                    damage.append(asdict(found))
                    continue
                lines.write(index_line(found, name_in_index(self.number, self.source)))
                if reason := no_page(found, fields):
                    passed_over[reason] += 1
                    if fields.get("outcome") == Outcome.PROBE and (via := fields.get("via")):
                        host, near = host_of(found.url), _digest(via, rules)
                        probes.append({"offset": found.place.offset, "host": host, "near": near})
                    continue
                revisit = found.kind == "revisit"
                rows.append({"offset": found.place.offset, "key": _digest(found.url, rules), "revisit": revisit})
                captures += 1
                revisits += revisit
            rows.sync()
            probes.sync()
        sorted_index(folder / _LINES, folder / INDEX)
        (folder / _LINES).unlink()
        return {
            "name": self.source.name,
            "sha256": self.source.sha256(),
            "captures": captures,
            "revisits": revisits,
            "passed_over": dict(sorted(passed_over.items())),
            "damage": damage,
        }


def name_in_index(number: int, source: WarcSource) -> str:
    """The name of a file in the index of all of them: two crawls may have files of one name."""
    return f"{number:06d}-{source.name.rpartition('/')[2]}"


def _digest(url: str, rules: UrlRules) -> str:
    return digest_of_key(url_key(url, rules) or url)


def digest_of_key(key: str) -> str:
    """The key of an address as the rows of a survey have it."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
