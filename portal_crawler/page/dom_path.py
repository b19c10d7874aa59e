"""DOM paths: where an element stands in its page, as a path of names."""

from __future__ import annotations

from lxml.etree import _Element as DomElement


class DomPaths:
    """DOM paths, each parent's children counted once."""

    def __init__(self) -> None:
        self._paths: dict[DomElement, str] = {}
        self._steps: dict[DomElement, dict[DomElement, str]] = {}

    def of(self, element: DomElement) -> str:
        """The path of an element; an index only where there are siblings of its name."""
        chain = []
        node: DomElement | None = element
        while node is not None and node not in self._paths:
            chain.append(node)
            node = node.getparent()
        path = self._paths[node] if node is not None else ""
        for item in reversed(chain):
            path += "/" + self._step(item)
            self._paths[item] = path
        return path

    def _step(self, element: DomElement) -> str:
        parent = element.getparent()
        if parent is None:
            return str(element.tag)
        steps = self._steps.get(parent)
        if steps is None:
            groups: dict[str, list[DomElement]] = {}
            for child in parent:
                if isinstance(child.tag, str):
                    groups.setdefault(child.tag, []).append(child)
            steps = {}
            for tag, group in groups.items():
                if len(group) == 1:
                    steps[group[0]] = tag
                else:
                    steps.update((child, f"{tag}[{number}]") for number, child in enumerate(group, 1))
            self._steps[parent] = steps
        return steps[element]
