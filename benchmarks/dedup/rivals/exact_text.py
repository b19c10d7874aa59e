"""Equal texts, but for case, punctuation and white space."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")


def copies(texts: Sequence[str]) -> list[int | None]:
    first = dict[str, int]()
    found = [first.setdefault(" ".join(_WORD.findall(text.casefold())), place) for place, text in enumerate(texts)]
    return [None if at == place else at for place, at in enumerate(found)]
