"""Drawn graph: the pages, edges and places that the report's script draws, and the graph of sections as SVG. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from portal_crawler.report.link_map import Disc, discs
from portal_crawler.report.link_tally import ROLES, LinkTally
from portal_crawler.report.page_links import FRAME, PageLinks, role_bit

# Pages, edges and sections that are drawn: what a browser moves about at ease, and 5 MB hold beside the rest.
MOST_DRAWN, MOST_EDGES, MOST_SECTIONS = 1_500, 12_000, 24
# Of these, pages that are drawn because nothing leads to them, or they lead nowhere.
_ODD = 150
OTHERS = "*"
_TITLE = 80
# Colours of the style sheet; sections beyond them share the last but three, which is grey.
_COLOURS, _GREY = 8, 4


@dataclass(frozen=True, slots=True)
class DrawnGraph:
    """``data`` for the script, ``svg`` of the sections, and each drawn section with its pages and colour, 0-7."""

    data: dict[str, object]
    svg: str
    sections: tuple[tuple[str, int, int], ...]
    roles: Counter[str]
    pages: int
    edges: int


def drawn_graph(tally: LinkTally, links: PageLinks, named: Callable[[str], str]) -> DrawnGraph | None:
    """The picture of a crawl's links; ``None`` where it has no pages.

    :param named: the name of a section as people read it.
    """
    pages = _chosen(links)
    if not pages:
        return None
    sizes = Counter(tally.section_of(page) for page in pages)
    shown = {name for name, _ in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_SECTIONS]}
    members: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        section = tally.section_of(page)
        members[section if section in shown else OTHERS].append(page)
    between = _between(tally, shown)
    places = discs({name: len(inside) for name, inside in members.items()}, between)
    order = sorted(places, key=lambda name: (name == OTHERS, -len(members[name]), name))
    colours = {name: (at if at < _COLOURS else _GREY) for at, name in enumerate(order)}
    nodes, numbers = _nodes(tally, links, order, members, places, colours)
    edges, roles = _edges(links, numbers)
    names = {name: (named(name) if name != OTHERS else "…") for name in order}
    data: dict[str, object] = {
        "nodes": nodes,
        "edges": edges,
        "roles": list(ROLES),
        "sections": [[names[one], *places[one].spot(0), places[one].radius] for one in order],
    }
    sections = tuple((names[one], len(members[one]), colours[one]) for one in order)
    svg = _svg([places[one] for one in order], colours, names, between)
    return DrawnGraph(data, svg, sections, roles, len(nodes), len(edges))


def _chosen(links: PageLinks) -> list[int]:
    """The pages that are drawn, the highest rank first; odd ones are among them."""
    odd = [*np.flatnonzero(links.orphan)[:_ODD].tolist(), *np.flatnonzero(links.dead_end)[:_ODD].tolist()]
    leading = links.leading(MOST_DRAWN)
    kept = set(leading[: MOST_DRAWN - len(set(odd))]) | set(odd)
    order = [page for page in leading if page in kept]
    return order + sorted(kept - set(order))


def _between(tally: LinkTally, shown: set[str]) -> Counter[tuple[str, str]]:
    """Links between the drawn sections that do not stand in the frame."""
    counts: Counter[tuple[str, str]] = Counter()
    for (source, target, role), count in tally.sections.items():
        if role not in FRAME and source in shown and target in shown:
            counts[source, target] += count
    return counts


def _nodes(
    tally: LinkTally,
    links: PageLinks,
    order: Sequence[str],
    members: Mapping[str, list[int]],
    places: Mapping[str, Disc],
    colours: Mapping[str, int],
) -> tuple[list[list[object]], dict[int, int]]:
    """[x, y, size, section, colour, state, url, title] of each page, and the number of each by its id."""
    nodes: list[list[object]] = []
    numbers: dict[int, int] = {}
    most = max(1, int(links.linked_by.max(initial=1)))
    for at, name in enumerate(order):
        for rank, page in enumerate(members[name]):
            numbers[page] = len(nodes)
            x, y = places[name].spot(rank)
            size = round(1.6 + 4.4 * (int(links.linked_by[page]) / most) ** 0.5, 1)
            state = (1 if links.orphan[page] else 0) + (2 if links.dead_end[page] else 0)
            title = tally.answers.get(page, (0, "", ""))[2][:_TITLE]
            nodes.append([x, y, size, at, colours[name], state, tally.urls[page][:500], title])
    return nodes, numbers


def _edges(links: PageLinks, numbers: Mapping[int, int]) -> tuple[list[list[int]], Counter[str]]:
    """[source, target, mask of roles] of each pair, first those that do not stand in the frame; and pairs by role."""
    inside = np.zeros(len(links.linked_by), np.bool_)
    inside[list(numbers)] = True
    chosen = inside[links.edges.sources] & inside[links.edges.targets]
    masks: Counter[tuple[int, int]] = Counter()
    columns = (links.edges.sources[chosen], links.edges.targets[chosen], links.edges.roles[chosen])
    for source, target, role in zip(*(column.tolist() for column in columns), strict=True):
        masks[numbers[source], numbers[target]] |= 1 << role
    frame = sum(role_bit(role) for role in FRAME)
    # Of edges that stand in the frame alone as many as there is room for, spread over the pages by their numbers.
    ordered = sorted(
        masks, key=lambda pair: (not masks[pair] & ~frame, (pair[0] * 7919 + pair[1] * 104729) % 65_521, pair)
    )
    kept = [[*pair, masks[pair]] for pair in sorted(ordered[:MOST_EDGES])]
    roles: Counter[str] = Counter()
    for _, _, mask in kept:
        roles.update(role for role in ROLES if mask & role_bit(role))
    return kept, roles


def _svg(
    places: Sequence[Disc], colours: Mapping[str, int], names: Mapping[str, str], between: Mapping[tuple[str, str], int]
) -> str:
    """The sections as discs, and lines between them, the thicker the more links."""
    left = min(one.x - one.radius for one in places) - 2
    right = max(one.x + one.radius for one in places) + 2
    top, bottom = min(one.y - one.radius for one in places) - 3, max(one.y + one.radius for one in places) + 3
    scale = min(880 / (right - left), 560 / (bottom - top))
    by_name = {one.name: one for one in places}

    def at(x: float, y: float) -> tuple[str, str]:
        return f"{(x - left) * scale:.1f}", f"{(y - top) * scale:.1f}"

    both: Counter[tuple[str, str]] = Counter()
    for (one, other), count in between.items():
        if one != other:
            both[min(one, other), max(one, other)] += count
    most = max(both.values(), default=1)
    lines, circles, labels = [], [], []
    for (one, other), count in sorted(both.items()):
        (x1, y1), (x2, y2) = at(by_name[one].x, by_name[one].y), at(by_name[other].x, by_name[other].y)
        width = 0.6 + 7 * (count / most) ** 0.5
        lines.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#c50000" stroke-opacity="0.45" stroke-width="{width:.1f}"/>'
        )
    for place in places:
        x, y = at(place.x, place.y)
        radius = max(4.0, place.radius * scale)
        colour = f"#c{colours[place.name] + 1}0000"
        circles.append(
            f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.32" stroke="{colour}" stroke-width="1.5"/>'
        )
        name = names[place.name]
        shown = name if len(name) <= 26 else name[:25] + "…"
        below = f"{float(y) + (radius + 12 if radius < 26 else 4):.1f}"
        labels.append(f'<text x="{x}" y="{below}" text-anchor="middle" font-size="11">{escape(shown)}</text>')
    width, height = (right - left) * scale, (bottom - top) * scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="0 0 {width:.0f} {height:.0f}" focusable="false">{"".join(lines)}{"".join(circles)}{"".join(labels)}</svg>'
    )
