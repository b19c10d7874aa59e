"""Everything that the dashboard says stands in one table, in every language."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

pytest.importorskip("starlette", reason="the extra 'web' is not installed")

from portal_crawler.web.words_toml import LANGUAGES, language_for, say, table

WEB = Path(__file__).resolve().parents[2] / "portal_crawler" / "web"
# Keys that a template puts together: t("view_" + view).
_BUILT = re.compile(r"""\bt(?:_or)?\(\s*["']([a-z_]+_)["']\s*\+""")
_WHOLE = re.compile(r"""\bt(?:_or)?\(\s*["']([a-zA-Z0-9_-]+)["']\s*[,)]""")
_CHOSEN = re.compile(r"""\bt\(\s*"([a-z_]+)" if [^)]*? else "([a-z_]+)"\s*[,)]""")


def _sources() -> str:
    files = [*WEB.glob("templates/*.j2"), *WEB.glob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_text_is_there_in_every_language_with_the_same_places_for_values() -> None:
    for key, row in table().items():
        assert set(row) == set(LANGUAGES), key
        assert all(text.strip() for text in row.values()), key
        places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in row.values()]
        assert all(one == places[0] for one in places), key


def test_every_key_that_a_template_asks_for_is_in_the_table() -> None:
    source = _sources()
    asked = set(_WHOLE.findall(source)) | {key for pair in _CHOSEN.findall(source) for key in pair}
    assert len(asked) > 100
    assert asked - set(table()) == set()


def test_every_row_of_the_table_is_asked_for() -> None:
    source = _sources()
    built = tuple(_BUILT.findall(source)) + tuple(re.findall(r'prefix="([a-z_]+_)"', source))
    words = set(re.findall(r"[a-zA-Z][a-zA-Z0-9_-]+", source))
    assert [key for key in table() if key not in words and not key.startswith(built)] == []


def test_the_table_is_in_order() -> None:
    assert list(table()) == sorted(table())


def test_the_language_is_the_readers_choice_then_that_of_the_start_then_the_browsers() -> None:
    assert language_for("zh", "en", "en") == "zh"
    assert language_for("", "zh", "en") == "zh"
    assert language_for("", "", "zh-CN,zh;q=0.9,en;q=0.8") == "zh"
    assert language_for("", "", "fr") == "en"
    assert language_for("xx", "", ";;q=,") == "en"
    assert say("zh", "rows", many=3) == "共 3 行"
