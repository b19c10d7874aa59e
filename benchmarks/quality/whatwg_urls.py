"""How the crawler resolves the WHATWG URL standard's cases for http and https.

    python -m benchmarks.quality.whatwg_urls [urltestdata.json]

The file is that of the Web Platform Tests (url/resources/urltestdata.json); without it, the cases of
``tests/url_cases.py``. Prints the share resolved as the standard has it, and the share of invalid ones refused. What
the crawler leaves out by design is left out of the standard's answer too: fragment, user name and password.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal_crawler.urls import resolve

Case = tuple[str, str, str | None]
# A case that an http(s) crawler meets: its own scheme, or that of its base.
_WEB = re.compile(r"[\x00-\x20]*https?:", re.IGNORECASE)


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of a urltestdata.json that are about http and https."""
    for case in json.loads(path.read_text(encoding="utf-8")):
        if isinstance(case, str):  # a comment
            continue
        base, text = case.get("base") or "about:blank", case["input"]
        about_web = _WEB.match(re.sub(r"[\t\n\r]", "", text)) or (
            not re.match(r"\s*[\w+.-]+:", text) and _WEB.match(base)
        )
        href = None if case.get("failure") else case["href"]
        if about_web and (href is None or href.startswith(("http://", "https://"))):
            yield text, base, href


def expected(url: str) -> str:
    """A URL of the standard without what the crawler leaves out.

    >>> expected("http://user:p@h/a#top")
    'http://h/a'
    """
    return re.sub(r"(?<=://)[^/?#]*@", "", url.partition("#")[0])


def measured(cases: Iterable[Case]) -> tuple[list[Case], list[Case], int, int]:
    """The valid cases that differ, the invalid ones that were taken, and how many there were of both."""
    differ, taken, valid, invalid = list[Case](), list[Case](), 0, 0
    for text, base, href in cases:
        found = resolve(base, text)
        if href is None:
            invalid += 1
            if found is not None:
                taken.append((text, base, found))
        else:
            valid += 1
            if found != expected(href):
                differ.append((text, href, found))
    return differ, taken, valid, invalid


def main() -> None:
    """Measure, print, and end with 1 below the floors (99 % as the standard, 95 % of invalid ones refused)."""
    if len(sys.argv) > 1:
        cases: list[Case] = list(read_cases(Path(sys.argv[1])))
    else:
        from tests.url_cases import CASES

        cases = list(CASES)
    differ, taken, valid, invalid = measured(cases)
    for what, wrong in (("differs", differ), ("taken", taken)):
        for text, wanted, found in wrong:
            print(f"{what}: {text!r} {wanted!r} {found!r}")
    good, refused = (valid - len(differ)) / max(1, valid), (invalid - len(taken)) / max(1, invalid)
    print(f"{valid - len(differ)} of {valid} as the standard ({good:.1%}), {invalid - len(taken)} of {invalid} refused")
    sys.exit(not (good >= 0.99 and refused >= 0.95))


if __name__ == "__main__":
    main()
