"""What a link graph comes to, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal_crawler.cli.terminal import bold, columns, number


def rank_rows(facts: dict[str, Any]) -> list[tuple[str, ...]]:
    """How each rank was reached: rows of a table."""
    rows: list[tuple[str, ...]] = [("", "links", "edges", "PageRank", "", "harmonic")]
    for level, told in facts["levels"].items():
        for kind in ("all", "editorial"):
            one = told[kind]
            steps = f"{one['pagerank']['iterations']} steps"
            error = f"to {one['pagerank']['error']:.0e}"
            rows.append((f"{level}s", kind, number(one["edges"]), steps, error, _harmonic(one["harmonic"])))
    return rows


def _harmonic(facts: dict[str, Any]) -> str:
    if not facts["error"]:
        return "exact"
    return (
        f"from {number(facts['searched_from'])} of {number(facts['of'])}, "
        f"±{number(facts['error'])} ({facts['confidence']:.0%} sure)"
    )


def stats_lines(stats: dict[str, Any]) -> Iterator[str]:
    """The screen of ``graph stats``, line by line."""
    pages = stats["levels"]["page"]
    yield from columns(_level_rows(stats))
    yield ""
    yield from columns(_link_rows(pages))
    yield ""
    menu = f"{number(pages['menu']['pages'])} in the menu of more than {pages['menu']['share']:.0%} of the pages"
    yield f"orphans {number(pages['orphans'])}, dead ends {number(pages['dead_ends'])}, {menu}"
    for kind, title in (("all", "all links"), ("editorial", "editorial links")):
        yield ""
        yield bold(f"leading pages, by PageRank over {title}")
        rows: list[tuple[str, ...]] = [
            (f"{place}.", f"{100 * one['pagerank']:.2f}%", f"linked from {number(one['in_degree'])}", one["url"])
            for place, one in enumerate(stats["top_pages"][kind], start=1)
        ]
        yield from columns(rows) or ["none: no such link leads from one page to another"]
    if stats["menu"]:
        yield ""
        yield bold("the menu, by the share of the pages that it stands on")
        yield from columns([(f"{100 * one['share']:.1f}%", one["url"]) for one in stats["menu"]])


def _level_rows(stats: dict[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "", "", "edges", "editorial")]
    for level, told in stats["levels"].items():
        extra = f"{number(stats['pages_fetched'])} fetched" if level == "page" else ""
        counts = (number(told["edges"]), number(told["editorial_edges"]))
        rows.append((f"{level}s", number(told["nodes"]), extra, *counts))
    return rows


def _link_rows(pages: dict[str, Any]) -> list[tuple[str, ...]]:
    """Both graphs of pages side by side."""
    both, editorial = pages["all"], pages["editorial"]
    nodes = max(1, pages["nodes"])
    share = f"{100 * pages['editorial_links'] / max(1, pages['links']):.1f}%"
    rows: list[tuple[str, ...]] = [
        ("between pages", "all links", "editorial", ""),
        ("links", number(pages["links"]), number(pages["editorial_links"]), f"{share} editorial"),
        ("nofollow", number(pages["nofollow_links"]), "", ""),
        (
            "dangling pages",
            number(both["dangling"]),
            number(editorial["dangling"]),
            "not fetched, or without a link to another",
        ),
        ("reciprocity", f"{100 * both['reciprocity']:.1f}%", f"{100 * editorial['reciprocity']:.1f}%", "of the edges"),
    ]
    for name, key in (("weak", "weak_components"), ("strong", "strong_components")):
        first = [one[key]["largest"][0] if one[key]["largest"] else 0 for one in (both, editorial)]
        shares = " and ".join(f"{100 * size / nodes:.0f}%" for size in first)
        rows.append((f"largest {name} component", number(first[0]), number(first[1]), f"{shares} of the pages"))
    return rows
