"""Doubts: what a crawl's ledger knows of patterns of addresses, and which addresses are in doubt. Part of the ledger's
transactions; what is kept in memory is a bounded copy.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from portal_crawler.frontier.address import COLUMNS, FrontierRow
from portal_crawler.frontier.hops import EMBEDDED, in_a_row
from portal_crawler.frontier.trap_rule import Lineage, PatternState
from portal_crawler.frontier.url_pattern import UrlPattern, pattern_of

SCHEMA = """
CREATE TABLE areas (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, host TEXT NOT NULL, tried INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX areas_waiting ON areas (host, tried, id) WHERE waiting > 0;
CREATE TABLE patterns (
    id INTEGER PRIMARY KEY, area INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, pages INTEGER NOT NULL DEFAULT 0,
    finds INTEGER NOT NULL DEFAULT 0, run INTEGER NOT NULL DEFAULT 0, repeats INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0, inner INTEGER NOT NULL DEFAULT 0, outer INTEGER NOT NULL DEFAULT 0,
    back INTEGER NOT NULL DEFAULT 0, same INTEGER NOT NULL DEFAULT 0, other INTEGER NOT NULL DEFAULT 0,
    texts BLOB NOT NULL DEFAULT x'', rank INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX patterns_waiting ON patterns (area, rank, id) WHERE waiting > 0;
CREATE INDEX patterns_good ON patterns (id) WHERE waiting > 0 AND rank < 0;
CREATE TABLE seen_texts (hash INTEGER PRIMARY KEY);
CREATE TABLE tokens (bare TEXT PRIMARY KEY, text INTEGER NOT NULL, url TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX frontier_doubt ON frontier (pattern, id) WHERE doubt = 1 AND state = 'queued';
CREATE INDEX frontier_doubt_below ON frontier (parent) WHERE doubt = 1 AND state = 'queued';
"""
# Patterns remembered, so that those of a portal's pages cost no query: about 10 MB.
_REMEMBERED = 20_000
# Pages remembered that are finds.
_FINDS = 10_000
# Redirects in a row that a lineage looks through.
_REDIRECTS = 20
_FIELDS = (
    *("id", "area", "name", "pages", "finds", "run", "repeats", "dead"),
    *("inner", "outer", "back", "same", "other"),
)
_STATE = ", ".join((*_FIELDS, "texts"))
_KEEP = f"UPDATE patterns SET {' = ?, '.join(_FIELDS[3:])} = ?, texts = ?, rank = ? WHERE id = ?"  # noqa: S608
_WAITS = "doubt = 1 AND state = 'queued'"
_GOOD = """
SELECT p.id, p.pages FROM patterns AS p JOIN areas AS a ON a.id = p.area
WHERE p.waiting > 0 AND p.rank < 0 AND a.host = ? ORDER BY p.dead, p.id LIMIT 64
"""
# Of those that are not good, patterns of rank 0 have had no page. CROSS JOIN: by the areas in their order, unsorted.
_LEAST_TRIED = """
SELECT p.id, p.pages FROM areas AS a CROSS JOIN patterns AS p ON p.area = a.id
WHERE a.host = ? AND a.waiting > 0 AND a.tried < ? AND p.waiting > 0 AND (p.rank = 0 OR NOT ?)
ORDER BY a.tried, a.id, p.rank, p.id LIMIT 1
"""


class Doubts:
    """Patterns and doubts of one ledger. Use from one thread.

    What is noted of patterns is written with the transaction's end (``flush``).
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._noted: dict[int, tuple[PatternState, int]] = {}
        self._ids: OrderedDict[str, PatternState] = OrderedDict()
        self._states: dict[int, PatternState] = {}
        self._finds: dict[int, None] = {}

    # -- patterns

    def state_of(self, pattern: UrlPattern, host: str) -> PatternState:
        """What is known of a pattern; it gets its row."""
        state = self._ids.get(pattern.name)
        if state is not None:
            self._ids.move_to_end(pattern.name)
            return state
        row = self._db.execute(f"SELECT {_STATE} FROM patterns WHERE name = ?", (pattern.name,)).fetchone()  # noqa: S608
        return self._remember(_state(row) if row else self._new(pattern, host))

    def state(self, number: int) -> PatternState:
        """What is known of the pattern with that row."""
        state = self._states.get(number)
        if state is not None:
            self._ids.move_to_end(state.name)
            return state
        row = self._db.execute(f"SELECT {_STATE} FROM patterns WHERE id = ?", (number,)).fetchone()  # noqa: S608
        return self._remember(_state(row))

    def _new(self, pattern: UrlPattern, host: str) -> PatternState:
        self._db.execute("INSERT OR IGNORE INTO areas (name, host) VALUES (?, ?)", (pattern.area, host))
        (area,) = self._db.execute("SELECT id FROM areas WHERE name = ?", (pattern.area,)).fetchone()
        row = self._db.execute("INSERT INTO patterns (area, name) VALUES (?, ?)", (area, pattern.name))
        return PatternState(row.lastrowid or 0, area, pattern.name)

    def _remember(self, state: PatternState) -> PatternState:
        self._ids[state.name] = self._states[state.id] = state
        if len(self._ids) > _REMEMBERED:
            _, oldest = self._ids.popitem(last=False)
            del self._states[oldest.id]
            if oldest.id in self._noted:
                self.flush()
        return state

    def note(self, state: PatternState, rank: int) -> None:
        """Keep a changed state."""
        self._noted[state.id] = (state, rank)

    def clear_area(self, area: int) -> None:
        """A find was made there: nothing was tried in vain since."""
        self._db.execute("UPDATE areas SET tried = 0 WHERE id = ? AND tried > 0", (area,))

    def flush(self) -> None:
        """Write what was noted."""
        if self._noted:
            rows = [
                (*(getattr(state, name) for name in _FIELDS[3:]), _packed(state), rank, state.id)
                for state, rank in self._noted.values()
            ]
            self._db.executemany(_KEEP, rows)
            self._noted.clear()

    # -- what pages showed

    def fresh(self, texts: Iterable[int]) -> int:
        """How many of those texts (hashes) no page has shown before; they count as shown from now on."""
        add = "INSERT OR IGNORE INTO seen_texts VALUES (?)"
        return sum(self._db.execute(add, (text,)).rowcount for text in texts)

    def under_token(self, bare: str) -> tuple[int, str] | None:
        """The text and the URL of the first page whose address is ``bare`` but for session ids."""
        found: tuple[int, str] | None = self._db.execute(
            "SELECT text, url FROM tokens WHERE bare = ?", (bare,)
        ).fetchone()
        return found

    def set_under_token(self, bare: str, text: int, url: str) -> None:
        """Note the first page whose address is ``bare`` but for session ids."""
        self._db.execute("INSERT INTO tokens VALUES (?, ?, ?)", (bare, text, url))

    def find(self, number: int) -> list[tuple[int, int, bool]]:
        """Mark a page as a find, and all that led to it.

        :returns: (row, pattern, whether it was in doubt) of the pages before it that were none so far.
        """
        query = "UPDATE frontier SET find = 1 WHERE id = ? RETURNING parent"
        (above,) = self._db.execute(query, (number,)).fetchone()
        cleared: list[tuple[int, int, bool]] = []
        self._is_find(number)
        while above is not None and above not in self._finds:
            query = "UPDATE frontier SET find = 1 WHERE id = ? AND find = 0 RETURNING parent, pattern, doubt"
            row = self._db.execute(query, (above,)).fetchone()
            self._is_find(above)
            if row is None:
                break
            if row[1] is not None:
                cleared.append((above, row[1], bool(row[2])))
            above = row[0]
        return cleared

    def pattern_of(self, number: int) -> int | None:
        """The pattern of an address."""
        (pattern,) = self._db.execute("SELECT pattern FROM frontier WHERE id = ?", (number,)).fetchone()
        return None if pattern is None else int(pattern)

    def _is_find(self, number: int) -> None:  # what it leads to will ask for it
        self._finds[number] = None
        if len(self._finds) > _FINDS:
            del self._finds[next(iter(self._finds))]

    def lineage(self, number: int | None, most: int, hops: str = "") -> Lineage:
        """How an address was found that the page with that row led to; pages without a find are counted up to ``most``.

        A seed counts as a find. A page of frames, whose text stands in those, is no step of its own: it is not counted
        on the way to what its frames show, unless it stands in a frame itself.

        :param hops: the way to the address.
        """
        if number in self._finds:
            return Lineage()
        barren, parent, astray, redirects = 0, None, 0, 0
        query = "SELECT url, host, parent, find, doubt, status, via, hops FROM frontier WHERE id = ?"
        while number is not None and barren < most and redirects < _REDIRECTS:
            url, host, above, find, doubt, status, via, own = self._db.execute(query, (number,)).fetchone()
            if find or via is None:
                break
            if status is not None and 300 <= status < 400:
                redirects += 1
            elif in_a_row(hops, EMBEDDED) != 1:
                astray += doubt and astray == barren
                barren += 1
                parent = parent or pattern_of(host, url)
            number, hops = above, own
        return Lineage(barren, parent, astray > 0, astray)

    # -- addresses in doubt

    def forget(self, host: str) -> None:
        """No address of a host waits any more."""
        ours = "SELECT id FROM areas WHERE host = ? AND waiting > 0"
        self._db.execute(f"UPDATE patterns SET waiting = 0 WHERE waiting > 0 AND area IN ({ours})", (host,))  # noqa: S608
        self._db.execute("UPDATE areas SET waiting = 0 WHERE host = ? AND waiting > 0", (host,))

    def waiting(self) -> dict[str, int]:
        """The addresses of each host that wait in doubt."""
        return dict(self._db.execute("SELECT host, sum(waiting) FROM areas WHERE waiting > 0 GROUP BY host").fetchall())

    def wasted(self) -> int:
        """The pages that the patterns of which addresses wait have cost since their last find."""
        self.flush()
        return int(self._db.execute("SELECT coalesce(sum(run), 0) FROM patterns WHERE waiting > 0").fetchone()[0])

    def gone(self, sure: int) -> int:
        """The pages that are not there of patterns of which others wait, without the first ``sure`` of each."""
        self.flush()
        query = "SELECT coalesce(sum(dead - ?), 0) FROM patterns WHERE waiting > 0 AND finds = 0 AND dead > ?"
        return int(self._db.execute(query, (sure, sure)).fetchone()[0])

    def spent(self) -> int:
        """The requests for addresses in doubt that found nothing."""
        query = "SELECT count(*) FROM frontier WHERE doubt = 1 AND state IN ('done', 'failed') AND find = 0"
        return int(self._db.execute(query).fetchone()[0])

    def requeue(self) -> None:
        """Count as waiting again what is in flight; for an opening ledger, before it queues that."""
        held = self._db.execute(
            "SELECT pattern, count(*) FROM frontier WHERE state = 'in_flight' AND doubt = 1 GROUP BY pattern"
        ).fetchall()
        for pattern, count in held:
            self._waits(pattern, count)

    def _waits(self, pattern: int, count: int) -> None:
        query = "UPDATE patterns SET waiting = waiting + ? WHERE id = ? RETURNING area"
        (area,) = self._db.execute(query, (count, pattern)).fetchone()
        self._db.execute("UPDATE areas SET waiting = waiting + ? WHERE id = ?", (count, area))

    def _waits_no_more(self, one: FrontierRow) -> None:
        if one.pattern is not None:
            self._waits(one.pattern, -1)

    def wait(self, patterns: Iterable[int]) -> None:
        """Addresses of those patterns were added in doubt."""
        for pattern, count in Counter(patterns).items():
            self._waits(pattern, count)

    def hold_back(self, number: int, pattern: int) -> None:
        """An address in hand is in doubt: it waits."""
        self._db.execute("UPDATE frontier SET state = 'queued', doubt = 1 WHERE id = ?", (number,))
        self._waits(pattern, 1)

    def good(self, host: str) -> list[FrontierRow]:
        """An address of each of the first few of a host's patterns that find something, or are tried all over."""
        self.flush()
        return [self._one_of(*row) for row in self._db.execute(_GOOD, (host,)).fetchall()]

    def least_tried(self, host: str, most: int, *, untried: bool = False) -> FrontierRow | None:
        """The next address of a host to look at: of the pattern on which the least was spent, in the area in which the
        least was tried.

        :param most: tries in one area.
        :param untried: only of a pattern on which nothing was spent.
        """
        self.flush()
        row = self._db.execute(_LEAST_TRIED, (host, most, untried)).fetchone()
        return None if row is None else self._one_of(*row)

    def _one_of(self, pattern: int, pages: int) -> FrontierRow:
        """An address in doubt of a pattern. Not in their order: of a list whose first are gone, others may be there."""
        ends = f"SELECT min(id), max(id) FROM frontier WHERE pattern = ? AND {_WAITS}"  # noqa: S608
        first, last = self._db.execute(ends, (pattern,)).fetchone()
        at = first + int((last - first) * _spread(pages))
        query = f"SELECT {COLUMNS} FROM frontier WHERE pattern = ? AND {_WAITS} AND id >= ? ORDER BY id LIMIT 1"  # noqa: S608
        return FrontierRow(*self._db.execute(query, (pattern, at)).fetchone())

    def below(self, number: int) -> list[FrontierRow]:
        """The addresses in doubt that a page led to."""
        rows = self._db.execute(f"SELECT {COLUMNS} FROM frontier WHERE parent = ? AND {_WAITS}", (number,))  # noqa: S608
        return [FrontierRow(*row) for row in rows]

    def of_pattern(self, pattern: int, count: int) -> list[FrontierRow]:
        """The first addresses in doubt of a pattern."""
        query = f"SELECT {COLUMNS} FROM frontier WHERE pattern = ? AND {_WAITS} ORDER BY id LIMIT ?"  # noqa: S608
        return [FrontierRow(*row) for row in self._db.execute(query, (pattern, count))]

    def first(self, count: int) -> list[FrontierRow]:
        """The first addresses that wait in doubt, whatever their host."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM frontier WHERE {_WAITS} ORDER BY pattern, id LIMIT ?",  # noqa: S608
            (count,),
        )
        return [FrontierRow(*row) for row in rows]

    def take(self, one: FrontierRow, *, doubted: bool) -> None:
        """Take an address in hand, in doubt still or cleared."""
        query = "UPDATE frontier SET state = 'in_flight', doubt = ? WHERE id = ?"
        self._db.execute(query, (int(doubted), one.id))
        self._waits_no_more(one)
        if doubted:
            tried = "UPDATE areas SET tried = tried + 1 WHERE id = (SELECT area FROM patterns WHERE id = ?)"
            self._db.execute(tried, (one.pattern,))

    def suspect(self, number: int) -> None:
        """What a page leads to is in doubt, and its request counts as one for an address in doubt."""
        self._db.execute("UPDATE frontier SET doubt = 1 WHERE id = ?", (number,))

    def clear(self, one: FrontierRow) -> None:
        """An address that waits is in doubt no more."""
        self._db.execute("UPDATE frontier SET doubt = 0 WHERE id = ?", (one.id,))
        self._waits_no_more(one)

    def skip(self, refused: Sequence[tuple[FrontierRow, str, str]]) -> None:
        """Addresses that wait are not to be fetched, with reason and rule."""
        self._db.executemany(
            "UPDATE frontier SET state = 'skipped', doubt = 0, reason = ?, rule = ? WHERE id = ?",
            [(reason, rule, one.id) for one, reason, rule in refused],
        )
        for pattern, count in Counter(one.pattern for one, _, _ in refused).items():
            if pattern is not None:
                self._waits(pattern, -count)


def _packed(state: PatternState) -> bytes:
    return array("q", state.texts).tobytes()


def _state(row: Sequence[Any]) -> PatternState:
    held = array("q")
    held.frombytes(row[-1])
    known: dict[str, Any] = dict(zip(_FIELDS, row[:-1], strict=True))
    return PatternState(**known, texts=tuple(held))


def _spread(number: int) -> float:
    """0, 1, 1/2, 1/4, 3/4, ...: places that halve what lies between those before (van der Corput's sequence).

    >>> [_spread(number) for number in range(5)]
    [0.0, 1.0, 0.5, 0.25, 0.75]
    """
    if number < 2:
        return float(number)
    number, place, step = number - 1, 0.0, 0.5
    while number:
        number, bit = divmod(number, 2)
        place, step = place + bit * step, step / 2
    return place
