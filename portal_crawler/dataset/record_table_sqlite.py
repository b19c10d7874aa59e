"""Record table: every article that a dataset may take, where its line stands, and what was decided of it.

A private database: it holds no text, spills to disk, and nothing outlives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from portal_crawler.dataset.fields import CONFLICT, SPLITS
from portal_crawler.dataset.splits import CONFLICT as TORN
from portal_crawler.dataset.splits import Placed
from portal_crawler.records.private_database_sqlite import PrivateDatabase

_TABLES = """
CREATE TABLE article(id TEXT PRIMARY KEY, source INTEGER, place INTEGER, url_key TEXT, url TEXT, text_digest TEXT,
    digest TEXT, shard TEXT, published TEXT, fetched TEXT, refusal TEXT, part INTEGER, cluster TEXT,
    marks BLOB) WITHOUT ROWID;
CREATE TABLE refused(id TEXT, source INTEGER, url TEXT, rule TEXT, reason TEXT);
CREATE TABLE earlier(id TEXT PRIMARY KEY, url_key TEXT, part INTEGER, cluster TEXT, digest TEXT,
    marks BLOB) WITHOUT ROWID;
CREATE TABLE relation(one TEXT, of TEXT, kind TEXT, similarity REAL, reason TEXT, PRIMARY KEY(one, of)) WITHOUT ROWID;
CREATE TABLE copy(id TEXT PRIMARY KEY, of TEXT, kind TEXT) WITHOUT ROWID;
CREATE TABLE node(number INTEGER PRIMARY KEY, id TEXT UNIQUE, batch INTEGER, part INTEGER);
"""
# The version before first, with the records that name its clusters at the head; then crawl by crawl, as fetched.
_NUMBER = """
INSERT INTO node SELECT row_number() OVER (ORDER BY batch, head DESC, fetched, id) - 1, id, batch, part FROM (
    SELECT cluster AS id, 0 AS batch, 1 AS head, '' AS fetched, part FROM earlier GROUP BY cluster
    UNION ALL SELECT id, 0, 0, '', part FROM earlier WHERE id NOT IN (SELECT cluster FROM earlier)
    UNION ALL SELECT id, source + 1, 0, fetched, NULL FROM article
        WHERE id NOT IN (SELECT id FROM earlier UNION SELECT cluster FROM earlier))
"""
# Pages with one address are texts of one story, and equal texts are one text: each with the one before it.
_SAME_ADDRESS = """
INSERT OR IGNORE INTO relation SELECT id, before, 'revision_of', NULL, 'another text at the same address, later'
FROM (SELECT id, lag(id) OVER (PARTITION BY url_key ORDER BY fetched, id) AS before FROM article)
WHERE before IS NOT NULL
"""
_SAME_TEXT = """
INSERT OR IGNORE INTO relation SELECT id, before, 'exact', 1.0, 'the same text at another address'
FROM (SELECT id, lag(id) OVER (PARTITION BY text_digest ORDER BY fetched, id) AS before FROM article)
WHERE before IS NOT NULL
"""
# Of one address all texts of the version before are tied through one of them: with each other they would be its square.
_PAIRS = """
SELECT one.number, other.number FROM relation JOIN node AS one ON one.id = one JOIN node AS other ON other.id = of
UNION SELECT one.number, other.number FROM earlier JOIN node AS one ON one.id = earlier.id
    JOIN node AS other ON other.id = cluster WHERE one.number != other.number
UNION SELECT one.number, other.number FROM article JOIN earlier USING (url_key) JOIN node AS one ON one.id = article.id
    JOIN node AS other ON other.id = earlier.id WHERE article.id NOT IN (SELECT id FROM earlier)
UNION SELECT one.number, other.number FROM earlier JOIN (SELECT url_key, min(id) AS first FROM earlier GROUP BY url_key)
    USING (url_key) JOIN node AS one ON one.id = earlier.id JOIN node AS other ON other.id = first
    WHERE one.number != other.number
"""
_IN = "FROM article WHERE refusal IS NULL"


class EarlierRow(NamedTuple):
    """A record of the version before; ``marks`` are ``b""`` where that has none."""

    id: str
    url_key: str
    part: int
    cluster: str
    digest: str
    marks: bytes


class Row(NamedTuple):
    """A record of the dataset: its id, the number of its source, the offset of its line, and where it goes."""

    id: str
    source: int
    place: int
    url_key: str
    digest: str
    shard: str
    split: str
    cluster: str
    marks: bytes


class Differing(NamedTuple):
    """A record that is not as in the version before, with its marks then and now; ``b""`` where it had none then."""

    id: str
    marks_before: bytes
    marks: bytes
    other_line: bool
    other_cluster: bool


class RecordTable(PrivateDatabase):
    """Fill with ``add_earlier``, ``add``, ``refuse`` and ``relate``; then ``number``, ``settle``, and ask."""

    def __init__(self) -> None:
        super().__init__(_TABLES)

    def add_earlier(self, rows: Iterable[EarlierRow]) -> None:
        """Add the records of the version before."""
        self._db.executemany("INSERT OR IGNORE INTO earlier VALUES(?, ?, ?, ?, ?, ?)", rows)

    def add(self, source: int, place: int, article: dict[str, Any], digest: str, shard: str, marks: bytes) -> bool:
        """Add an article; ``False`` where a crawl before has it."""
        names = ("url_key", "url", "text_digest")
        told = [article[name] for name in names]
        row = (article["id"], source, place, *told, digest, shard, article["published"], article["fetched_at"])
        holes = ",".join("?" * len(row))
        done = self._db.execute(f"INSERT OR IGNORE INTO article VALUES({holes}, NULL, NULL, NULL, ?)", (*row, marks))
        return done.rowcount == 1

    def refuse(self, article: dict[str, Any], source: int, rule: str, reason: str, *, told: bool = True) -> None:
        """Write down why an article of a source is no record; its address only where that may be ``told``."""
        url = article["url"] if told else None
        self._db.execute("INSERT INTO refused VALUES(?, ?, ?, ?, ?)", (article["id"], source, url, rule, reason))

    def keep_out(self, identifier: str, rule: str) -> None:
        """Take an article that was added out again."""
        self._db.execute("UPDATE article SET refusal = ? WHERE id = ?", (rule, identifier))

    def relate(self, one: str, of: str, kind: str, similarity: float | None, reason: str) -> None:
        """Say what one article is to another; the first that is said of a pair stays."""
        if one != of:
            row = (one, of, kind, similarity, reason)
            self._db.execute("INSERT OR IGNORE INTO relation VALUES(?, ?, ?, ?, ?)", row)

    def number(self) -> tuple[list[str], list[int], list[int]]:
        """Everything is in: ids in order, how many each batch has, and the parts of the first one."""
        self._db.executescript(
            "CREATE INDEX article_by_key ON article(url_key); CREATE INDEX refused_by_id ON refused(id);"
            "CREATE INDEX earlier_by_key ON earlier(url_key);" + _SAME_ADDRESS + ";" + _SAME_TEXT
        )
        self._db.execute(_NUMBER)
        ids = [one for (one,) in self._db.execute("SELECT id FROM node ORDER BY number")]
        batches: dict[int, int] = dict(self._db.execute("SELECT batch, count(*) FROM node GROUP BY batch"))
        known = [part for (part,) in self._db.execute("SELECT part FROM node WHERE batch = 0 ORDER BY number")]
        return ids, [batches.get(batch, 0) for batch in range(max(batches, default=0) + 1)], known

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The numbers of all that are related, each pair once or more."""
        yield from self._db.execute(_PAIRS)

    def settle(self, ids: list[str], placed: Placed) -> None:
        """Write down where everything goes; what no part can take is left out."""
        rows = ((part, ids[head], one) for one, part, head in zip(ids, placed.parts, placed.heads, strict=True))
        self._db.executemany("UPDATE article SET part = ?, cluster = ? WHERE id = ?", rows)
        self.set_apart([one for (one,) in self._db.execute("SELECT id FROM article WHERE part = ?", (TORN,))])

    def set_apart(self, ids: Iterable[str]) -> None:
        """Leave out what no split can take, unless another rule does."""
        reason = "it, or what it is like, is like texts of two splits, and would stand across from one in either"
        for one in ids:
            self._db.execute(
                "INSERT INTO refused SELECT id, source, url, ?, ? FROM article WHERE id = ? AND refusal IS NULL",
                (CONFLICT, reason, one),
            )
            self._db.execute("UPDATE article SET refusal = ? WHERE id = ? AND refusal IS NULL", (CONFLICT, one))

    def count(self) -> int:
        """How many records the dataset has."""
        return int(self._db.execute(f"SELECT count(*) {_IN}").fetchone()[0])

    def records(self) -> Iterator[Row]:
        """The dataset's records, shard after shard, by day and id."""
        rows = self._db.execute(
            f"SELECT id, source, place, url_key, digest, shard, marks, part, cluster {_IN} "
            "ORDER BY part, shard, published, id"
        )
        for *told, part, cluster in rows:
            one, source, place, key, digest, shard, marks = told
            yield Row(one, source, place, key, digest, shard, SPLITS[part], cluster, marks)

    def relations(self) -> Iterator[tuple[str, str, float | None, str, str]]:
        """Relations between records of the dataset, as (id, kind, similarity, reason, of)."""
        yield from self._db.execute(
            "SELECT one, kind, similarity, reason, of FROM relation JOIN article AS here ON here.id = one "
            "JOIN article AS there ON there.id = of WHERE here.refusal IS NULL AND there.refusal IS NULL "
            "ORDER BY one, of"
        )

    def refused(self) -> Iterator[tuple[str, int, str | None, str, str]]:
        """What is no record, as (id, number of the source, url, rule, reason)."""
        yield from self._db.execute("SELECT id, source, url, rule, reason FROM refused ORDER BY source, id, rule")

    def refusals(self) -> dict[str, int]:
        """How many articles each rule kept out."""
        return dict(self._db.execute("SELECT rule, count(*) FROM refused GROUP BY rule ORDER BY rule"))

    def folded(self, copies: Iterable[dict[str, Any]]) -> dict[str, int]:
        """How many copies of the records the crawls met, by kind; a copy that two crawls met counts once.

        :param copies: lines of their ``duplicates.jsonl``.
        """
        rows = ((copy["id"], copy["of"], copy["kind"]) for copy in copies)
        self._db.executemany("INSERT OR IGNORE INTO copy VALUES(?, ?, ?)", rows)
        counts = "FROM copy JOIN article ON article.id = copy.of WHERE refusal IS NULL GROUP BY kind"
        return dict(self._db.execute(f"SELECT kind, count(*) {counts} ORDER BY count(*) DESC, kind"))

    def clusters(self) -> tuple[int, int]:
        """How many clusters have two records or more, and how many records those have."""
        sizes = self._db.execute(f"SELECT count(*) {_IN} GROUP BY cluster HAVING count(*) > 1").fetchall()
        return len(sizes), sum(size for (size,) in sizes)

    # -- against the version before

    def added(self) -> Iterator[tuple[str, str | None]]:
        """Records that are new, with the one that had the address before."""
        yield from self._db.execute(
            "SELECT article.id, (SELECT max(earlier.id) FROM earlier WHERE earlier.url_key = article.url_key) "
            "FROM article LEFT JOIN earlier AS old USING (id) WHERE refusal IS NULL AND old.id IS NULL ORDER BY id"
        )

    def differing(self) -> Iterator[Differing]:
        """Records that are here as they were not: their line, marks or cluster is another one."""
        query = (
            "SELECT id, earlier.marks, article.marks, article.digest != earlier.digest, "
            "article.cluster != earlier.cluster FROM article JOIN earlier USING (id) WHERE refusal IS NULL "
            "AND (article.digest != earlier.digest OR article.cluster != earlier.cluster "
            "OR article.marks != earlier.marks) ORDER BY id"
        )
        for one, before, now, line, cluster in self._db.execute(query):
            yield Differing(one, before, now, bool(line), bool(cluster))

    def withdrawn(self) -> Iterator[tuple[str, str, str | None]]:
        """Records of the version before that are here no more, as (id, url_key, rule that keeps them out, if any)."""
        yield from self._db.execute(
            "SELECT earlier.id, earlier.url_key, (SELECT rule FROM refused WHERE refused.id = earlier.id "
            "AND rule != 'same_id' LIMIT 1) FROM earlier "
            "LEFT JOIN article USING (id) WHERE article.id IS NULL OR article.refusal IS NOT NULL ORDER BY earlier.id"
        )
