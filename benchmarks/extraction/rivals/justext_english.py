"""jusText with its English words: nearly all pages here are English, and it has none for Chinese."""

from __future__ import annotations

import justext

_WORDS = justext.get_stoplist("English")


def text(html: bytes, url: str) -> str:
    return "\n".join(part.text for part in justext.justext(html, _WORDS) if not part.is_boilerplate)
