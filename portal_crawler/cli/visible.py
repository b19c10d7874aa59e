"""Visible text: what pages, servers and file names wrote, as it may go to a terminal. Contains no output.

A terminal obeys what it is sent (ECMA-48 control sequences move the cursor, clear, rename, answer back), and a reader
believes the order of what is shown (https://trojansource.codes). So both stand there as escapes.
"""

from __future__ import annotations

import re

# Of messages, not of data: a title of 300 KB hides what comes before it.
_LONGEST = 2_000
# The styles that this program's own lines have (ECMA-48 8.3.117): bold, faint, the eight colours, and their end.
_STYLE = r"\x1b\[(?:0|1|2|3[0-7]|9[0-7])m"
# Controls but tab and newline, marks that turn the direction of text for good, and surrogates, which no output takes.
_UNSHOWN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
_EITHER = re.compile(f"({_STYLE})|{_UNSHOWN}")
_JSON_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    r"""The text with its controls and direction overrides as escapes; this program's own styles stay.

    >>> visible("Red \x1b]0;owned\x07 \u202egpj.exe")
    'Red \\u001b]0;owned\\u0007 \\u202egpj.exe'
    """
    if text.isascii() and text.isprintable():
        return text
    return _EITHER.sub(lambda match: match[1] or _escape(match[0]), text)


def visible_message(text: str) -> str:
    """A message for people: visible, and no line longer than anybody reads."""
    return "\n".join(map(_shortened, visible(text).split("\n")))


def visible_json(text: str) -> str:
    """JSON that says the same, without characters that a terminal or a reader would be misled by."""
    return text if text.isascii() and "\x7f" not in text else _JSON_ESCAPED.sub(lambda match: _escape(match[0]), text)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}"


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}… ({len(line)} characters)"
