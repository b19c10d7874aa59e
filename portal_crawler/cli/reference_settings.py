"""The ``PORTAL_*`` settings as ``portal_crawler/settings.py`` has them: name, default, and the comment above."""

from __future__ import annotations

import ast
from pathlib import Path

SETTINGS = Path(__file__).resolve().parents[1] / "settings.py"


def setting_rows() -> list[tuple[str, ...]]:
    """(name, default, meaning) of every setting of ours, in the order of the file."""
    source = SETTINGS.read_text(encoding="utf-8")
    lines = source.splitlines()
    rows: list[tuple[str, ...]] = []
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and target.id.startswith("PORTAL_") and value is not None:
            rows.append((f"`{target.id}`", f"`{ast.unparse(value)}`", _comment(lines, node)))
    return rows


def _comment(lines: list[str], node: ast.stmt) -> str:
    """The comment lines right above a statement, and the one behind it."""
    above: list[str] = []
    at = node.lineno - 2
    while at >= 0 and lines[at].startswith("#"):
        above.insert(0, lines[at].lstrip("# "))
        at -= 1
    behind = lines[(node.end_lineno or node.lineno) - 1].partition("  # ")[2]
    return " ".join(filter(None, (*above, behind)))
