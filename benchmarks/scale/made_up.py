"""Made up: the readings of a wide portal's pages, for a crawl that needs neither a server nor a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from wide_portal import LINKS, MENU, Address, address, menu, number_of, old_numbers

from portal_crawler.capture import Capture, WarcPlace
from portal_crawler.frontier.ledger_sqlite import FrontierRow
from portal_crawler.page.article import Article
from portal_crawler.page.kind import KindDecision, PageKind
from portal_crawler.page.links import Element, Link
from portal_crawler.page.metadata import Metadata
from portal_crawler.page.roles import Role
from portal_crawler.reading import PageReading
from portal_crawler.sites.profile import Output, Politeness, Scope, SiteProfile, Traps

_LETTERS = str.maketrans("0123456789", "bcdfghjklm")


def spelled(number: int) -> str:
    """A number in letters: a page that differs from another in digits alone shows nothing new."""
    return str(number).translate(_LETTERS)


class MadeUp:
    """The pages of a wide portal.

    :param numbers: the first number of each host that nobody has seen.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._next = {host: max(MENU, number) for host, number in numbers.items()}

    def reading(self, row: FrontierRow, new: int, *, known: bool = True) -> PageReading:
        """The page of a row in hand, with so many links to pages that nobody has seen, and, to make up 22, to
        ``known`` ones.
        """
        host, first, number = row.host, self._next[row.host], number_of(row.url) or 0
        fresh = [address(host, one) for one in range(first, first + new)]
        self._next[host] += new
        old = [address(host, one) for one in old_numbers(number, first, LINKS - MENU - new)] if known else ()
        links = tuple(_link(one, place) for place, one in enumerate((*(menu(host) if known else ()), *old, *fresh)))
        told = spelled(number)
        title, text = (
            f"{told} again",
            f"What nobody but {told} had told before, in all of the province or anywhere else.",
        )
        capture = Capture(
            row.url,
            text.encode(),
            status=200,
            fetched_at=_DAY,
            payload_digest=f"sha256:{row.id:064x}",
            warc=WarcPlace("archive/wide-20261128120000-00000.warc.gz", 9_000 * row.id, 9_000, f"<urn:uuid:{row.id}>"),
            via=row.via,
            depth=row.depth,
            hops=row.hops,
        )
        article = Article(title, (text,))
        return PageReading(capture, row.url_key, _ARTICLE, metadata=Metadata(title), links=links, article=article)


_ARTICLE = KindDecision(PageKind.ARTICLE, 1.0, ())
_DAY = datetime(2026, 11, 28, 12, tzinfo=UTC)


def _link(one: Address, place: int) -> Link:
    return Link(one.url, one.key, "More", Role.BODY, Element.A, place)


def profile(names: list[str]) -> SiteProfile:
    """How the wide portal is crawled: all hosts at once, nothing archived."""
    return SiteProfile(
        name="wide",
        seeds=tuple(address(name, 0).url for name in names),
        scope=Scope(hosts=tuple(names)),
        politeness=Politeness(delay=0, concurrency=1, total_concurrency=len(names), contact="a@portal.test"),
        traps=Traps(soft_404=False),
        output=Output(warc=False),
    )
