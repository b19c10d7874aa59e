"""Pages duplicates: stories with their copies, and two texts side by side."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.address_key import address_key
from portal_crawler.catalog.catalog_sqlite import CLUSTERS, Catalog
from portal_crawler.catalog.lookups_sqlite import article, copies, story_at
from portal_crawler.web.desk import catalog_of, crawl_of
from portal_crawler.web.list_request import sorting, wish_of
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.page_versions import ChangedText, changed_runs
from portal_crawler.web.rendered import rendered

_FIRST_DOWN = frozenset(("copies", "published"))
# Paragraphs that are compared word by word.
_MOST_PARAGRAPHS = 200
# Kinds of copies whose text is the same.
_ALIKE = frozenset(("exact", "mirror", "url_variant"))


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """Two paragraphs side by side in runs; ``None`` where one side has none. ``same`` where they are equal."""

    one: tuple[ChangedText, ...] | None
    other: tuple[ChangedText, ...] | None
    same: bool


def _clusters(request: Request) -> Response:
    crawl = crawl_of(request)
    wish = wish_of(request, CLUSTERS, "copies", descending=True)
    with catalog_of(request, crawl) as catalog:
        part = catalog.part(CLUSTERS, "articles", wish)
        kinds = catalog.facet("copy", "kind")
        of_each = {row["uid"]: _kinds(catalog, row["uid"]) for row in part.rows}
        sections = catalog.facet("article", "section")
        elsewhere = catalog.rows("SELECT count(*) AS many FROM copy WHERE elsewhere")[0]["many"]
    orders = sorting(wish, CLUSTERS, _FIRST_DOWN)
    context: dict[str, Any] = {
        "part": part,
        "wish": wish,
        "kinds": kinds,
        "of_each": of_each,
        "orders": orders,
        "sections": sections,
    }
    return rendered(request, "duplicates.html.j2", crawl=crawl, elsewhere=elsewhere, **context)


def _kinds(catalog: Catalog, uid: str) -> list[tuple[str, int]]:
    query = "SELECT kind, count(*) AS many FROM copy WHERE of_uid = ? GROUP BY kind ORDER BY many DESC, kind"
    return [(row["kind"], row["many"]) for row in catalog.rows(query, uid)]


def _cluster(request: Request) -> Response:
    crawl = crawl_of(request)
    uid, other = request.path_params["uid"], request.query_params.get("with", "")
    with catalog_of(request, crawl) as catalog:
        story = article(catalog, uid)
        if story is None:
            raise NotHereError(uid[:60], "is no article of this crawl", "look for it in the list of duplicates")
        found = copies(catalog, uid)
        # Without a choice that copy which has most to show: the least like.
        least = min(found, key=lambda one: (one["similarity"], one["kind"] in _ALIKE), default=None)
        chosen = next((one for one in found if one["id"] == other), least)
        text = story_at(catalog, address_key(chosen["url_key"])) if chosen else None
    context: dict[str, Any] = {"story": story, "copies": found, "chosen": chosen, "text": text}
    pairs = aligned(story.record["text"], text["text"]) if text else []
    return rendered(request, "cluster.html.j2", crawl=crawl, pairs=pairs, **context)


def aligned(one: str, other: str) -> list[AlignedPair]:
    r"""Two texts, paragraph by paragraph.

    >>> [(pair.same, pair.other is None) for pair in aligned("a b c\n\nd", "a b c")]
    [(True, False), (False, True)]
    """
    old, new = one.split("\n\n")[:_MOST_PARAGRAPHS], other.split("\n\n")[:_MOST_PARAGRAPHS]
    pairs: list[AlignedPair] = []
    for tag, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [AlignedPair(_plain(text), _plain(text), same=True) for text in old[i:j]]
            continue
        for place in range(max(j - i, n - m)):
            left = old[i + place] if place < j - i else None
            right = new[m + place] if place < n - m else None
            pairs.append(_pair(left, right))
    return pairs


def _pair(left: str | None, right: str | None) -> AlignedPair:
    if left is None or right is None:
        one, other = (
            None if text is None else (ChangedText(kind, text),) for kind, text in (("taken", left), ("added", right))
        )
        return AlignedPair(one, other, same=False)
    runs = changed_runs(left, right)
    return AlignedPair(
        tuple(run for run in runs if run.kind != "added"), tuple(run for run in runs if run.kind != "taken"), same=False
    )


def _plain(text: str) -> tuple[ChangedText, ...]:
    return (ChangedText("same", text),)


routes = [
    Route("/crawls/{crawl}/duplicates", _clusters, name="duplicates"),
    Route("/crawls/{crawl}/duplicates/{uid}", _cluster, name="cluster"),
]
