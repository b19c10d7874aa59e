"""Pages held apart: the rule of a profile's file that two pages are no copies, added without touching anything else."""

from __future__ import annotations

import re
from pathlib import Path

from portal_crawler.errors import ProfileError
from portal_crawler.sites.profile_toml import load_profile, parse_profile
from portal_crawler.sites.toml_text import toml_value
from portal_crawler.urls import UrlRules, host_of, url_key

_TABLE = re.compile(r"^\[dedup\][^\n]*\n?", re.MULTILINE)
_KEY = re.compile(r"^apart\s*=\s*\[", re.MULTILINE)


def hold_apart(path: Path, one: str, other: str) -> bool:
    """Add the rule that the pages at two addresses are never one story; ``False`` where the file has it.

    Comments and everything else in the file stay as they are.

    :raises ProfileError: where the file is no profile, one of the two no address, both are of one page, or the place
        for it is not found.
    """
    for url in (one, other):
        if not host_of(url):
            raise ProfileError(url, "is no address", "write http://host/path, as duplicates.jsonl has it")
    profile = load_profile(path, to_crawl=False)
    rules = UrlRules(frozenset(profile.urls.drop_params))
    if url_key(one, rules) == url_key(other, rules):
        raise ProfileError(other, "is the same page as the first address", "name two pages of one story")
    known = profile.dedup.apart
    if {one, other} in map(set, known):
        return False
    text = path.read_text(encoding="utf-8")
    pair = f"[{toml_value(one)}, {toml_value(other)}]"
    table = _TABLE.search(text)
    key = _KEY.search(text, table.end()) if table else None
    if key:
        new = f"{text[: key.end()]}{pair}{', ' if known else ''}{text[key.end() :]}"
    elif table and not known:
        new = f"{text[: table.end()]}apart = [{pair}]\n{text[table.end() :]}"
    else:
        new = f"{text.rstrip()}\n\n[dedup]\napart = [{pair}]\n"
    if not _reads(new, str(path), {*map(frozenset, known), frozenset((one, other))}):
        cure = f"add {pair} to apart in [dedup] by hand"
        raise ProfileError(str(path), "is written in a way that cannot be added to", cure)
    path.write_text(new, encoding="utf-8")
    return True


def _reads(text: str, subject: str, pairs: set[frozenset[str]]) -> bool:
    """Whether a profile holds these pairs apart."""
    try:
        return set(map(frozenset, parse_profile(text, subject, to_crawl=False).dedup.apart)) == pairs
    except ProfileError:
        return False
