"""Known pages: the story pages of this crawl and of earlier ones in an index of near-duplicates, without their texts.

A page has one row, that of its latest text: what an earlier crawl read at an address that this crawl read too plays no
part any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.dedup.near_columns import packed, unpacked, verdict_in
from portal_crawler.dedup.near_index_sqlite import NearIndex
from portal_crawler.dedup.near_rule import NearKind, NearVerdict
from portal_crawler.dedup.near_schema_sqlite import damaged, is_usable
from portal_crawler.dedup.story_groups import StoryPage
from portal_crawler.dedup.text_hash import TextShape
from portal_crawler.urls import url_key

# How the rows of the crawl at hand are marked.
_OWN = ""
_DIGEST = "sha256:"
_DOCUMENTS = """
SELECT number, id, prints, numbers, pairs, tokens, whole, frame, title, of, kind, similarity, reason, url FROM document
JOIN page ON page.document = number WHERE crawl != :left_out ORDER BY number
"""
_PAGES = "SELECT key, document, crawl, article, digest, facts FROM page WHERE crawl != :left_out ORDER BY document"
_SIBLINGS = """
SELECT page.article, page.facts, other.article, coalesce(kept.facts, other.facts), other.crawl,
    document.kind, document.similarity, document.reason
FROM page JOIN document ON document.number = page.document JOIN page AS other ON other.document = document.of
LEFT JOIN document AS article ON article.id = other.article LEFT JOIN page AS kept ON kept.document = article.number
WHERE page.crawl = ? AND document.kind = ? AND document.id = page.article AND page.article != other.article
ORDER BY page.article
"""


# Of the pages of an article, its own comes first.
_KEPT_BEFORE = """
SELECT coalesce(page.article, document.id), page.facts, page.crawl FROM page
JOIN document ON document.number = page.document
WHERE page.crawl != ? AND coalesce(page.article, document.id) IN (SELECT value FROM wanted)
ORDER BY document.id = coalesce(page.article, document.id), page.document DESC
"""


@dataclass(frozen=True, slots=True)
class KeptStory:
    """Address and headline of an article of an earlier crawl, and that crawl's name."""

    url: str
    title: str
    crawl: str


@dataclass(frozen=True, slots=True)
class Article:
    """The article in which a story stands: its id, and the crawl that has it; "" of the crawl at hand."""

    id: str
    crawl: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """An article that one template made with another: ids, addresses, the crawl of the other ("" of the crawl at hand),
    and what was decided.
    """

    id: str
    url: str
    of: str
    of_url: str
    of_crawl: str
    verdict: NearVerdict


class KnownPages:
    """The pages of an index. Fill with ``take`` and ``put``, then ask."""

    def __init__(self, index: NearIndex) -> None:
        self._index, self._db = index, index.database

    def take(self, path: Path, crawl: str | None) -> None:
        """Take over what another index knows.

        :param crawl: the name of the crawl whose index it is; ``None`` leaves out that crawl's own pages.
        :raises DamagedFileError: where it is of another form, or has fingerprints of another algorithm.
        """
        if not is_usable(path):
            cure = f"settle that crawl again: portal-crawler dedup finalize {path.parent.parent}"
            raise damaged(path, "is no index of stories that this program can use", cure)
        left_out = {"left_out": _OWN if crawl is None else "\0"}
        with open_to_read(path) as other:
            self._index.take(other.execute(_DOCUMENTS, left_out))
            rows = (
                (key, document, name or crawl, *told) for key, document, name, *told in other.execute(_PAGES, left_out)
            )
            self._db.executemany("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?)", rows)

    def put(self, page: StoryPage, number: int) -> None:
        """Say which page of this crawl a text is of."""
        key = hashlib.sha256(page.url_key.encode("utf-8", "surrogatepass")).digest()[:16]
        earlier = self._db.execute("SELECT document FROM page WHERE key = ?", (key,)).fetchone()
        if earlier is not None and earlier[0] != number:
            self._index.forget(earlier[0])
        row = (key, number, _OWN, None, bytes.fromhex(page.digest.removeprefix(_DIGEST)), _facts(page))
        self._db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?)", row)

    def others(self) -> Iterator[tuple[int, StoryPage]]:
        """The pages of earlier crawls, with the numbers of their texts; each page's own number is 0."""
        query = "SELECT document, digest, facts FROM page WHERE crawl != ? ORDER BY document"
        for document, digest, facts in self._db.execute(query, (_OWN,)):
            yield document, _page(digest, facts)

    def belongs(self, number: int, article: str) -> None:
        """Say in which article the text of this crawl stands, by its number."""
        self._db.execute("UPDATE page SET article = ? WHERE document = ?", (packed(article), number))

    def article(self, number: int) -> Article:
        """The article in which a text stands."""
        query = "SELECT coalesce(article, id), crawl FROM page JOIN document ON number = document WHERE document = ?"
        identifier, crawl = self._db.execute(query, (number,)).fetchone()
        return Article(unpacked(identifier), crawl)

    def siblings(self) -> Iterator[Sibling]:
        """Articles of this crawl that are like another but for their numbers, in the order of their ids."""
        for one, facts, other, other_facts, crawl, *verdict in self._db.execute(
            _SIBLINGS, (_OWN, NearKind.TEMPLATE_SIBLING)
        ):
            found = verdict_in(*verdict)
            if found is not None:
                yield Sibling(unpacked(one), _url(facts), unpacked(other), _url(other_facts), crawl, found)


def kept_before(path: Path, articles: Iterable[str]) -> dict[str, KeptStory]:
    """Of articles that earlier crawls have, by their ids, what a crawl's index knows; nothing where it has none."""
    found: dict[str, KeptStory] = {}
    wanted = [(packed(article),) for article in articles]
    if not wanted or not is_usable(path):
        return found
    with open_to_read(path) as database:
        database.execute("CREATE TEMP TABLE wanted (value PRIMARY KEY)")
        database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", wanted)
        for article, facts, crawl in database.execute(_KEPT_BEFORE, (_OWN,)):
            url, _, title, *_ = json.loads(facts)
            found[unpacked(article)] = KeptStory(url, title, crawl)
    return found


def _facts(page: StoryPage) -> str:
    """All but the digest. The address's key is left out where it follows from the address."""
    key = None if page.url_key == url_key(page.url) else page.url_key
    facts = (page.url, key, page.title, page.words, page.published, page.canonical_key, *astuple(page.shape))
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _url(facts: str) -> str:
    url: str = json.loads(facts)[0]
    return url


def _page(digest: bytes, facts: str) -> StoryPage:
    url, key, title, words, published, canonical_key, *shape = json.loads(facts)
    key = key or str(url_key(url))
    page = StoryPage(0, url, key, _DIGEST + digest.hex(), title, words, published, canonical_key)
    return replace(page, shape=TextShape(*shape))
