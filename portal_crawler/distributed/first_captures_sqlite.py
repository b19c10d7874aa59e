"""First captures: which captures of many archives are read, where several are of one address.

The first one is, in the order of the archives. Whether a revisit record can be read is known only when its content is
looked for; so where one comes first, the captures behind it are candidates too, up to the first response, and the
choice among them is made when all are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from portal_crawler.records.private_database_sqlite import PrivateDatabase

_TABLES = """
CREATE TABLE address(key BLOB PRIMARY KEY, sure INTEGER) WITHOUT ROWID;
CREATE TABLE rival(key BLOB, file INTEGER, capture INTEGER);
"""


class FirstCaptures(PrivateDatabase):
    """Asked for every capture, in order. Memory does not grow with them.

    :param withdrawn: keys of addresses that were taken down, as ``Survey`` has them: no capture of theirs is read.
        ``withdrawn`` counts these captures.
    """

    def __init__(self, withdrawn: Iterable[str] = ()) -> None:
        super().__init__(_TABLES)
        self._withdrawn = frozenset(withdrawn)
        self.withdrawn = 0

    def is_candidate(self, key: str, file: int, capture: int, *, revisit: bool) -> bool:
        """Whether a capture is to be read.

        :param key: of its address, as ``Survey`` has it.
        :param file: the number of its file, and ``capture`` its own in the file.
        """
        if key in self._withdrawn:
            self.withdrawn += 1
            return False
        address = bytes.fromhex(key)
        before = self._db.execute("SELECT sure FROM address WHERE key = ?", (address,)).fetchone()
        if before is not None and before[0]:
            return False
        if before is None:
            self._db.execute("INSERT INTO address VALUES(?, ?)", (address, not revisit))
        elif not revisit:
            self._db.execute("UPDATE address SET sure = 1 WHERE key = ?", (address,))
        if revisit or before is not None:
            self._db.execute("INSERT INTO rival VALUES(?, ?, ?)", (address, file, capture))
        return True

    def beaten(self, is_lost: Callable[[int, int], bool]) -> Iterator[tuple[int, int]]:
        """The candidates (file, capture) that were read and whose address another one stands for.

        :param is_lost: whether a candidate could not be read.
        """
        rows = self._db.execute("SELECT key, file, capture FROM rival ORDER BY key, file, capture")
        for _, rivals in groupby(rows, key=itemgetter(0)):
            read = [(file, capture) for _, file, capture in rivals if not is_lost(file, capture)]
            yield from read[1:]
