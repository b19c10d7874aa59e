"""The house rules that no single module can see: ranks of imports, the media of I/O, where packages come from."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A package imports only packages of lower rank (or itself).
RANKS: dict[str, int] = {
    name: rank
    for rank, names in enumerate(
        (
            "errors urls settings",
            "capture verdict disk database_sqlite own_process markdown_writer assets",
            "page archive grown_file",
            "sites template",
            "reading",
            "dedup frontier formatted explain",
            "records extraction",
            "graph replay report schedule catalog takedown",
            "engine distributed demo dataset probe",
            "shards",
            "web",
            "cli",
            "__main__",
        )
    )
    for name in names.split()
}
_CORE = ("errors", "urls", "settings", "capture", "verdict", "page", "sites", "template")
SPIDERS_MAY_IMPORT = frozenset(
    [
        "errors",
        "urls",
        "settings",
        "capture",
        "verdict",
        "page",
        "sites",
        "template",
        "reading",
        "frontier",
        "archive",
        "engine",
    ]
)
PIPELINES_MAY_IMPORT = frozenset(
    [
        "errors",
        "urls",
        "settings",
        "capture",
        "verdict",
        "page",
        "sites",
        "template",
        "reading",
        "archive",
        "dedup",
        "records",
        "report",
    ]
)
# File and network access lives in modules named for their medium, and in the shells. "_parquet": the tables of the link
# graph, which no other of these media could be mistaken for.
MEDIA = (
    "disk",
    "grown_file",
    "_sqlite",
    "_toml",
    "_json",
    "jsonl",
    "warc_",
    "cdxj",
    "wacz",
    "html_file",
    "_npz",
    "_parquet",
    "worker_process",
    "own_process",
    "hadoop_",
    "spark_context",
)
SHELLS = ("engine", "demo", "web", "cli")
IO_NAMES = {"open", "socket", "sqlite3", "subprocess", "tempfile", "shutil", "urllib.request", "http.client"}


def _modules(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py"))


def _imports(path: Path) -> list[tuple[str, int]]:
    """(module, line) of every import in a file, those for types alone included."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def _package_of(module: str) -> str | None:
    """``page`` for ``portal_crawler.page.blocks``; ``None`` for a module that is not ours or is the package itself."""
    parts = module.split(".")
    if parts[0] != "portal_crawler" or len(parts) < 2:
        return None
    return parts[1]


LIBRARY = [path for path in _modules("portal_crawler") if path != ROOT / "portal_crawler" / "__init__.py"]


def _home(path: Path) -> str:
    relative = path.relative_to(ROOT / "portal_crawler")
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_imports_only_lower_ranks(path: Path) -> None:
    home = _home(path)
    assert home in RANKS, f"{home} has no rank: give it one in RANKS and in docs/explanation/architecture.md"
    for module, line in _imports(path):
        package = _package_of(module)
        if package in RANKS and package != home:
            assert RANKS[package] < RANKS[home], f"{path}:{line} ({home}) imports {module}"


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_engine_and_command_line_import_scrapy(path: Path) -> None:
    if _home(path) in {"engine", "cli"}:
        assert path.exists()
        return
    foreign = [
        f"{path}:{line} {module}" for module, line in _imports(path) if module.split(".")[0] in {"scrapy", "twisted"}
    ]
    assert foreign == []


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_imports_neither_spiders_nor_pipelines(path: Path) -> None:
    found = [
        f"{path}:{line} {module}" for module, line in _imports(path) if module.split(".")[0] in {"spiders", "pipelines"}
    ]
    assert found == []


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [("spiders", SPIDERS_MAY_IMPORT), ("pipelines", PIPELINES_MAY_IMPORT)],
    ids=["spiders", "pipelines"],
)
def test_spiders_and_pipelines_meet_only_in_the_reading(folder: str, allowed: frozenset[str]) -> None:
    for path in _modules(folder):
        for module, line in _imports(path):
            package = _package_of(module)
            assert package is None or package in allowed, f"{path}:{line} imports {module}"
            assert module.split(".")[0] not in {"spiders", "pipelines"} - {folder}, f"{path}:{line} imports {module}"


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_network_are_touched_only_in_modules_named_for_their_medium(path: Path) -> None:
    if _home(path) in SHELLS or any(mark in path.stem for mark in MEDIA):
        assert path.exists()
        return
    modules = [f"{path}:{line} imports {module}" for module, line in _imports(path) if module.split(".")[0] in IO_NAMES]
    calls = [
        f"{path}:{node.lineno} calls {ast.unparse(node.func)}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "open")
            or (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in {"read_text", "read_bytes", "write_text", "write_bytes", "open"}
                and not isinstance(node.func.value, ast.Attribute)
            )
        )
    ]
    assert modules + calls == []


@pytest.mark.parametrize("name", ["spiders", "pipelines"])
def test_spiders_and_pipelines_come_from_this_repository(name: str) -> None:
    module = __import__(name)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().is_relative_to(ROOT)


def test_no_module_hides_what_it_holds_behind_a_catch_all_name() -> None:
    hidden = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager"}
    named = [path for folder in ("portal_crawler", "spiders", "pipelines") for path in _modules(folder)]
    assert [str(path) for path in named if path.stem in hidden] == []
