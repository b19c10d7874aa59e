"""Benchmarks are run by hand, and seldom: what they take from the package and from each other is still there."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))


def _defined(path: Path) -> set[str]:
    """The names that a module has at its top."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
    return names


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_benchmark_imports_of_ours_is_there(path: Path) -> None:
    missing = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        sibling = path.parent / f"{node.module}.py"
        if sibling.exists():
            known = _defined(sibling)
        elif node.module.split(".")[0] in ("portal_crawler", "spiders", "pipelines"):
            module = importlib.import_module(node.module)
            known = {one.name for one in node.names if hasattr(module, one.name)}
            known |= {one.name for one in node.names if (Path(str(module.__file__)).parent / f"{one.name}.py").exists()}
        else:
            continue
        missing += [f"line {node.lineno}: {one.name} of {node.module}" for one in node.names if one.name not in known]
    assert missing == []
