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
# Characters of a section's name.
_NAME = 26
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
    for (source, target, role), count in tally.sections().items():
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
    most = max(1, int(np.max(links.linked_by, initial=1)))
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
    places: Sequence[Disc],
    colours: Mapping[str, int],
    names: Mapping[str, str],
    between: Mapping[tuple[str, str], int],
) -> str:
    """The sections as discs, and lines between them, the thicker the more links."""
    left, top = min(one.x - one.radius for one in places) - 2, min(one.y - one.radius for one in places) - 3
    wide = max(one.x + one.radius for one in places) + 2 - left
    high = max(one.y + one.radius for one in places) + 3 - top
    scale = min(880 / wide, 560 / high)
    at = {one.name: ((one.x - left) * scale, (one.y - top) * scale) for one in places}
    shapes = _lines(at, between)
    shapes += [_circle(*at[one.name], max(4.0, one.radius * scale), colours[one.name]) for one in places]
    shapes += [_name(*at[one.name], one.radius * scale, names[one.name]) for one in places]
    size = f'width="{wide * scale:.0f}" height="{high * scale:.0f}" viewBox="0 0 {wide * scale:.0f} {high * scale:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} focusable="false">{"".join(shapes)}</svg>'


def _lines(at: Mapping[str, tuple[float, float]], between: Mapping[tuple[str, str], int]) -> list[str]:
    both: Counter[tuple[str, str]] = Counter()
    for (one, other), count in between.items():
        if one != other:
            both[min(one, other), max(one, other)] += count
    most = max(both.values(), default=1)
    lines = []
    for (one, other), count in sorted(both.items()):
        (x1, y1), (x2, y2) = at[one], at[other]
        ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        width = 0.6 + 7 * (count / most) ** 0.5
        lines.append(f'<line {ends} stroke="#c50000" stroke-opacity="0.45" stroke-width="{width:.1f}"/>')
    return lines


def _circle(x: float, y: float, radius: float, colour: int) -> str:
    place, paint = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"', f"#c{colour + 1}0000"
    return f'<circle {place} fill="{paint}" fill-opacity="0.32" stroke="{paint}" stroke-width="1.5"/>'


def _name(x: float, y: float, radius: float, name: str) -> str:
    """The name of a section, in its disc where there is room, else below."""
    shown = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
    below = y + (radius + 12 if radius < 26 else 4)
    return f'<text x="{x:.1f}" y="{below:.1f}" text-anchor="middle" font-size="11">{escape(shown)}</text>'
