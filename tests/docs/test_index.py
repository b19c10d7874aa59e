"""The index of the documentation has every page."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_the_index_has_every_page() -> None:
    linked = {(DOCS / target).resolve() for target in _LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))}
    decisions = {path for path in DOCS.joinpath("decisions").glob("*.md") if path.name != "README.md"}
    assert {path.resolve() for path in DOCS.rglob("*.md")} - linked - decisions == {(DOCS / "README.md").resolve()}
