"""Lines within a paragraph: of poems, addresses and lists they stay, of a page that wraps its text by ``<br>`` not."""

from __future__ import annotations

import textwrap

import pytest
from markdown_it import MarkdownIt

from portal_crawler.dedup.fingerprints import sketch_of
from portal_crawler.dedup.text_hash import text_digest, word_count
from portal_crawler.extraction import Extraction, extract

_PROSE = (
    "The council of the river town met on the second day and agreed to rebuild the old bridge before the rains, which "
    "had closed the road to the market ten times, as Mayor Anna Bell told the Valley Press on Monday afternoon."
)
_MORE = (
    "Work begins in June. The Ministry of Transport pays for half of it, and the towns along the river share the rest; "
    "a ferry carries carts and lorries across until then, at a fare that Parliament will fix in its spring session."
)
_GERMAN = (
    "Der Rat der Stadt am Fluss hat am Montag beschlossen, die alte Brücke vor der Regenzeit zu erneuern, nachdem die "
    "Straße zum Markt in diesem Jahr schon zehnmal gesperrt war, wie Bürgermeisterin Anna Bell der Talpresse sagte. "
    "Die Hälfte der Kosten trägt das Ministerium für Verkehr, den Rest teilen sich die Orte am Ufer."
)
_CHINESE = (
    "河谷镇议会星期一决定在雨季之前重建通往集市的旧桥\uff0c今年以来这条道路已经因为洪水关闭了十次\uff0c镇长在会后对记者表示\uff0c"
    "工程将从六月开始\uff0c费用的一半由交通部门承担\uff0c其余部分由沿河各镇分担\uff0c在新桥建成之前渡船将继续运送货车和行人过河"
)
_VERSE = (
    "The river runs below the town,", "the road runs on above;", "and he who took the old bridge down",
    "has many boats to love.",
)  # fmt: skip
_LONG_VERSE = (
    "Shall I compare the river to a road?", "The river is more gentle and more cold:",
    "Rough carts do shake the darling bridge in May,", "And summer's toll has all too dear a price;",
    "Sometime too hot the eye of noon doth shine,", "And often is the ferry's lamp put out.",
)  # fmt: skip


def _page(*paragraphs: str, title: str = "River Day") -> Extraction:
    inside = "\n".join(f"<p>{one}</p>" for one in paragraphs)
    page = f"<html><title>{title}</title><body><h1>{title}</h1><p>By Anna Bell, May 3, 2004</p>{inside}</body></html>"
    return extract(page, "http://www.portal.test/a/b.htm")


@pytest.mark.parametrize(
    "lines",
    [
        _VERSE,
        _LONG_VERSE,
        (
            "Letters to the council may be sent until the end of May, in writing, to:",
            "Valley Press",
            "12 River Street",
            "4051 Bridgetown",
            "Tel. 061 123 45",
        ),
        ("- the bridge is rebuilt", "- the ferry goes on", "- the toll stays as it is"),
        ("Q: Who pays for the bridge?", "A: The towns along the river, and the ministry, each a half."),
        ("1. The town rebuilds the bridge and keeps the road open while it does so", "2. The ministry pays half of it"),
        ("床前明月光", "疑是地上霜", "举头望明月", "低头思故乡"),
        ("来新しい橋の上で", "川を見る人", "秋の夕暮れ"),
    ],
)
def test_lines_that_an_editor_set_are_kept(lines: tuple[str, ...]) -> None:
    found = _page(_PROSE, "<br>\n".join(lines), _MORE)
    assert found.paragraphs == (_PROSE, "\n".join(lines), _MORE)
    assert f"<p>{'<br>'.join(lines)}</p>" in found.html.replace("&#x27;", "'")
    shown = MarkdownIt().render(found.markdown).replace("<br />\n", "<br>").replace("&quot;", '"')
    assert f"<p>{'<br>'.join(lines)}</p>" in shown


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("text", [(_PROSE, _MORE), (_GERMAN, _PROSE), (_PROSE, _GERMAN, _MORE)])
def test_lines_that_a_page_wraps_are_joined(text: tuple[str, ...], width: int) -> None:
    wrapped = ["<br>\n".join(textwrap.wrap(one, width)) for one in text]
    found = _page(*wrapped)
    assert found.paragraphs == text
    assert "<br>" not in found.html
    bare = f"<html><title>River Day</title><body><h1>River Day</h1>{'<br><br>'.join(wrapped)}</body></html>"
    assert extract(bare, "http://www.portal.test/a/b.htm").paragraphs == text


def test_chinese_lines_of_one_length_are_joined() -> None:
    lines = [_CHINESE[at : at + 30] for at in range(0, len(_CHINESE), 30)]
    assert _page("<br>".join(lines) + "。", _CHINESE + "。").paragraphs[0] == _CHINESE + "。"


def test_verse_on_a_page_that_wraps_its_prose_keeps_its_lines() -> None:
    wrapped = "<br>".join(textwrap.wrap(_PROSE, 70))
    found = _page(wrapped, "<br>".join(_VERSE), "<br>".join(textwrap.wrap(_MORE, 70)))
    assert found.paragraphs == (_PROSE, "\n".join(_VERSE), _MORE)


def test_a_paragraph_that_begins_with_a_long_line_is_joined_too() -> None:
    first, *rest = textwrap.wrap(_PROSE, 70)
    wrapped = ["<br>".join(textwrap.wrap(one, 70)) for one in (_MORE, _GERMAN)]
    found = _page("<br>".join((f"{first} {rest[0]}", *rest[1:])), *wrapped)
    assert found.paragraphs == (_PROSE, _MORE, _GERMAN)


def test_one_line_end_in_the_middle_of_a_sentence_is_none() -> None:
    assert _page(_PROSE.replace("and agreed", "<br>and agreed"), _MORE).paragraphs == (_PROSE, _MORE)


def test_emphasis_and_links_do_not_reach_over_the_end_of_a_line() -> None:
    found = _page(_PROSE, "<b>River Street,<br>the old <a href='c.htm'>bridge<br>of stone</a></b>", _MORE)
    link = '<a href="http://www.portal.test/a/c.htm"><strong>{}</strong></a>'
    assert (
        f"<strong>River Street,</strong><br><strong>the old </strong>{link.format('bridge')}".replace(
            "old </strong>", "old</strong> "
        )
        in found.html
    )
    assert f"<br>{link.format('of stone')}</p>" in found.html


def test_cells_entries_and_headings() -> None:
    entry = f"{_MORE[:100]}:<br>{_MORE[100:]}"
    rows = "".join(
        f"<tr><td>{town}<br>on the river</td><td>{town}<td>12,{town}</tr>" for town in ("Bell", "Hill", "Dale")
    )
    found = _page(_PROSE, f"</p><h2>What changes<br>now</h2><ul><li>{entry}</li></ul><table>{rows}</table><p>", _GERMAN)
    assert "<h2>What changes now</h2>" in found.html
    assert "What changes now" in found.paragraphs
    assert f"<li>{entry}</li>" in found.html
    assert "<td>Bell<br>on the river</td>" in found.html
    assert "| Bell on the river | Bell |" in found.markdown


def test_a_line_end_is_white_space_to_all_that_compares_texts() -> None:
    kept, folded = "\n".join(_VERSE), " ".join(_VERSE)
    assert text_digest(kept) == text_digest(folded)
    assert word_count(kept) == word_count(folded)
    one, other = sketch_of(kept, ""), sketch_of(folded, "")
    assert (one.whole, one.tokens, one.prints.tolist()) == (other.whole, other.tokens, other.prints.tolist())
    assert text_digest("床前明月光\n疑是地上霜") == text_digest("床前明月光\n\n疑是地上霜")
