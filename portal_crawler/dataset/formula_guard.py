"""Formula guard: text that a spreadsheet would run, made safe in a cell, and back. Contains no input or output.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break is a formula to Excel, LibreOffice and others,
as are the full-width forms where they are typed (https://owasp.org/www-community/attacks/CSV_Injection). Blanks before
it do not help everywhere. Such a cell gets an apostrophe before it, and so does one that begins with an apostrophe:
to get the text back, take one leading apostrophe away.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n']")
APOSTROPHE = "'"


def guarded(text: str) -> str:
    """The text as it may stand in a cell.

    >>> guarded("=1+1"), guarded("1 = 1"), guarded("'tis")
    ("'=1+1", '1 = 1', "''tis")
    """
    return APOSTROPHE + text if _UNSAFE.match(text) else text


def unguarded(cell: str) -> str:
    """The text of a cell.

    >>> unguarded("'=1+1"), unguarded("''tis"), unguarded("1 = 1")
    ('=1+1', "'tis", '1 = 1')
    """
    return cell.removeprefix(APOSTROPHE)
