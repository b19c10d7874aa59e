"""Near-duplicates on Spark: the rounds of ``near_join``, each a few exchanges of arrays between all texts.

Sketches lie in files of some hundred texts, in the order of their places, in a folder that the whole cluster sees. A
round reads them, and exchanges fingerprints by their remainders (who has them?), then pairs of texts by the later one
(with which eight is it compared?), then the earlier ones' sketches. Rows travel as blocks of arrays, never one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup import near_frequent, near_join, near_meeting
from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.near_frequent import Frequent, Ints
from portal_crawler.dedup.near_join import Decisions, Round, Words
from portal_crawler.dedup.near_joined_sqlite import Join
from portal_crawler.dedup.near_rule import NearVerdict
from portal_crawler.dedup.sketches_npz import load_sketches, save_sketches
from portal_crawler.disk import make_folder

# Texts of a file: fewer make more and smaller exchanges, more make tasks that last too long to be done again.
_LEAST, _MOST = 64, 4096

_Rows = tuple[int, tuple[npt.NDArray[Any], ...]]
"""Rows for one part, as columns."""


def joined_on(context: Any, folder: Path, say: Callable[[str], None]) -> Join:
    """The join of an index's texts on a cluster.

    :param context: the ``SparkContext``.
    :param folder: a folder that the whole cluster sees, for the sketches.
    """

    def join(texts: int, sketches: Iterator[Sketch]) -> tuple[Round, Decisions]:
        size = min(_MOST, max(_LEAST, texts // (4 * int(context.defaultParallelism))))
        paths = list[Path]()
        make_folder(folder)

        def saved() -> Iterator[Sketch]:
            while some := list(islice(sketches, size)):
                paths.append(folder / f"{len(paths):06d}.npz")
                save_sketches(some, paths[-1])
                yield from some

        words = Words.of(saved())
        return near_join.decide(words, SparkTexts(context, Files(tuple(paths), size)), say)

    return join


@dataclass(frozen=True, slots=True)
class Files:
    """Files of ``size`` sketches each, in the order of their places."""

    paths: tuple[Path, ...]
    size: int

    def texts(self, number: int) -> Iterator[tuple[int, Sketch]]:
        """Place and sketch of the texts of a file."""
        return enumerate(load_sketches(self.paths[number]), start=number * self.size)


@dataclass(frozen=True, slots=True)
class SparkTexts:
    """The texts of files on a cluster (``near_join.Cluster``)."""

    context: Any
    files: Files

    def frequent(self, size: int, weights: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
        """The cells that many texts have."""
        told, parts = self.context.broadcast(weights), self._parts
        files = self.files

        def counted(number: int) -> Iterator[_Rows]:
            return _sent(near_frequent.counted(files.texts(number), size, told.value), parts)

        rows = self._numbers().flatMap(counted).partitionBy(parts, int).mapPartitions(_frequent).collect()
        told.destroy()
        cells, since = _whole(rows, 2)
        order = np.argsort(cells)
        return cells[order], since[order]

    def verdicts(self, frequent: Frequent, stories: npt.NDArray[np.bool_]) -> Decisions:
        """What every text is that is no story of its own, or like another one."""
        told, parts = self.context.broadcast((frequent, stories)), self._parts
        files = self.files
        # Each of these is done where the rows of a part have met; parts are files of sketches from the pairs on.
        keys = self._numbers().flatMap(lambda number: _keys(files.texts(number), told.value[0], told.value[1], parts))
        pairs = keys.partitionBy(parts, int).mapPartitions(lambda rows: _met(rows, files.size))
        asked = pairs.partitionBy(parts, int).mapPartitionsWithIndex(
            lambda number, rows: _asked(rows, files, number, told.value[0])
        )
        theirs = asked.partitionBy(parts, int).mapPartitionsWithIndex(lambda number, rows: _theirs(rows, files, number))
        decided = theirs.partitionBy(parts, int).mapPartitionsWithIndex(
            lambda number, rows: _decided(rows, files, number, told.value[0])
        )
        decisions: dict[int, tuple[int, NearVerdict]] = dict(decided.collect())
        told.destroy()
        return decisions

    @property
    def _parts(self) -> int:
        return max(1, len(self.files.paths))

    def _numbers(self) -> Any:
        """The numbers of the files, one to a part."""
        return self.context.parallelize(range(len(self.files.paths)), self._parts)


def _frequent(rows: Iterable[_Rows]) -> Iterator[_Rows]:
    """The frequent cells of a part."""
    yield 0, near_frequent.frequent_in(*_whole(rows, 3))


def _keys(
    texts: Iterable[tuple[int, Sketch]], frequent: Frequent, stories: npt.NDArray[np.bool_], parts: int
) -> Iterator[_Rows]:
    """The keys by which texts find others, and under which they are found: key, place, batch; of the latter, -1."""
    columns: tuple[list[Ints], ...] = [], [], []

    def add(keys: Ints, place: int, batches: Ints) -> None:
        for column, values in zip(columns, (keys, np.full(len(keys), place), batches), strict=True):
            column.append(values)

    for place, sketch in texts:
        keys, batches, _ = near_meeting.queries(place, sketch, frequent)
        add(keys, place, batches)
        if stories[place]:
            keys = near_meeting.postings(place, sketch, frequent)
            add(keys, place, np.full(len(keys), -1))
    return _sent(tuple(map(np.concatenate, columns)), parts)


def _met(rows: Iterable[_Rows], size: int) -> Iterator[_Rows]:
    """The pairs of texts that meet under the keys of a part, for the files of the later ones."""
    keys, places, batches = _whole(rows, 3)
    asks, posts = batches >= 0, batches < 0
    pairs = near_meeting.met((keys[asks], places[asks], batches[asks]), (keys[posts], places[posts]))
    return _sent_to(pairs[0] // size, pairs)


def _asked(rows: Iterable[_Rows], files: Files, number: int, frequent: Frequent) -> Iterator[_Rows]:
    """The pairs of a file's texts that are to be compared, for the files of the earlier ones: later, earlier, whether
    they are said to have the same words, rank.
    """
    pairs = _whole(rows, 4)
    if not len(pairs[0]):
        return iter(())
    start = number * files.size
    least = np.array(
        [near_meeting.queries(place, sketch, frequent)[2] for place, sketch in files.texts(number)], np.int64
    )
    places, earlier, hits, whole = pairs
    later, earlier, same = near_meeting.compared(places - start, earlier, hits, whole, least)
    chosen = later + start, earlier, same, np.arange(len(later))
    return _sent_to(earlier // files.size, chosen)


def _theirs(rows: Iterable[_Rows], files: Files, number: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The pairs whose earlier texts are a file's, each with the sketch of that, for the file of the later one."""
    pairs = _whole(rows, 4)
    if not len(pairs[0]):
        return
    wanted = set(pairs[1].tolist())
    sketches = {place: sketch for place, sketch in files.texts(number) if place in wanted}
    for later, earlier, same, rank in zip(*(column.tolist() for column in pairs), strict=True):
        yield later // files.size, (later, rank, earlier, sketches[earlier], bool(same))


def _decided(
    rows: Iterable[tuple[int, tuple[Any, ...]]], files: Files, number: int, frequent: Frequent
) -> Iterator[tuple[int, tuple[int, NearVerdict]]]:
    """What the texts of a file are, with their places."""
    stories: defaultdict[int, list[tuple[int, int, Sketch, bool]]] = defaultdict(list)
    for _, (later, *told) in rows:
        stories[later].append(tuple(told))
    if not stories:
        return
    for place, sketch in files.texts(number):
        theirs = sorted(stories.get(place, ()), key=itemgetter(0))
        found = near_join.decided(sketch, place, (told[1:] for told in theirs), frequent)
        if found is not None:
            yield place, found


def _sent(columns: Sequence[Ints], parts: int) -> Iterator[_Rows]:
    """Rows to the parts of their first column's remainders."""
    return _sent_to(columns[0] % parts, columns)


def _sent_to(parts: Ints, columns: Sequence[Ints]) -> Iterator[_Rows]:
    """Rows to their parts, in as few bytes as their numbers need."""
    if not len(parts):
        return
    order = np.argsort(parts, kind="stable")
    numbers, starts = np.unique(parts[order], return_index=True)
    for number, rows in zip(numbers.tolist(), np.split(order, starts[1:]), strict=True):
        yield number, tuple(_narrow(column[rows]) for column in columns)


def _narrow(column: Ints) -> npt.NDArray[Any]:
    least, most = int(np.min(column, initial=0)), int(np.max(column, initial=0))
    return column.astype(np.result_type(np.min_scalar_type(least), np.min_scalar_type(most)))


def _whole(rows: Iterable[_Rows], columns: int) -> tuple[Ints, ...]:
    """The rows of a part, as whole columns."""
    blocks = [block for _, block in rows]
    return tuple(
        np.concatenate([np.empty(0, np.int64), *(block[column] for block in blocks)]).astype(np.int64)
        for column in range(columns)
    )
