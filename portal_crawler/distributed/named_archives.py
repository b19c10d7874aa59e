"""Named archives: what a person names for a build, on the disk or in a Hadoop file system."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from portal_crawler.archive.hadoop_gateway import HadoopSettings, begin_gateway, end_gateway
from portal_crawler.archive.hadoop_path import HadoopPath, hadoop_paths
from portal_crawler.errors import UsageError

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:/")


def is_address(name: str) -> bool:
    """Whether a name is that of a file in a Hadoop file system: one with a scheme.

    >>> is_address("s3a://bucket/crawl.warc.gz"), is_address("file:///crawls/1"), is_address("crawls/1")
    (True, True, False)
    """
    return _ADDRESS.match(name) is not None


@contextmanager
def named_paths(names: Sequence[str], hadoop: HadoopSettings | None) -> Iterator[tuple[Path, ...]]:
    """The paths of what is named, in its order; of folders and patterns in Hadoop file systems, those of the files.
    They can be read from until the context ends.

    :param hadoop: the settings of Hadoop; ``None`` where nothing of it is to be read.
    :raises UsageError: of an address that is not there, or with which nothing can be done.
    """
    try:
        yield tuple(path for name in names for path in _paths(name, hadoop))
    finally:
        end_gateway()


def _paths(name: str, hadoop: HadoopSettings | None) -> list[Path]:
    if not is_address(name):
        return [Path(name)]
    if hadoop is None:
        raise UsageError(name, "is an address of a Hadoop file system, which Spark reads", "add --engine spark")
    begin_gateway(hadoop)
    return cast("list[Path]", hadoop_paths(name))  # all that is asked of a path here, these answer


def relative(source: Path, folder: Path) -> str:
    """How a folder names an archive that it was made of: by the way to it, or by its address."""
    return str(source) if isinstance(source, HadoopPath) else os.path.relpath(source.resolve(), folder.resolve())
