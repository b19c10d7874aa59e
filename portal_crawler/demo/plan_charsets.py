"""Charsets of the demo portal: the codec of a generation's bytes, and what its pages declare."""

from __future__ import annotations

from portal_crawler.demo.model import Generation

# A wrote windows-1252 and said iso-8859-1; half of B declared gb2312 on English pages, and Z wrote GBK under that name.
_CHARSETS: dict[Generation, tuple[str, str | None]] = {
    Generation.A: ("cp1252", "iso-8859-1"),
    Generation.B1: ("gb18030", "gb2312"),
    Generation.B2: ("gb18030", "gb2312"),
    Generation.B3: ("cp1252", None),
    Generation.C: ("utf-8", "utf-8"),
    Generation.D: ("utf-8", "utf-8"),
    Generation.Z: ("gb18030", "gb2312"),
}


def charset_of(generation: Generation) -> tuple[str, str | None]:
    """Codec and declaration of a generation's pages."""
    return _CHARSETS[generation]
