"""Bad links: references that lead to no http(s) address and are worth a word. Mail and script links are not. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What a link to this machine or to another service looks like; of other schemes pages are full (mailto, javascript).
_TOLD = frozenset({"file", "ftp", "ftps", "sftp", "gopher", "smb", "ldap", "dict"})
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
# Removed by every parser of URLs (https://url.spec.whatwg.org/#concept-basic-url-parser).
_IGNORED = str.maketrans("", "", "\t\n\r")
_STRIPPED = "".join(map(chr, range(0x21)))
# Characters of a reference that are kept: more than any address has.
_KEPT = 2083


@dataclass(frozen=True, slots=True)
class BadLink:
    """``reference`` as the page wrote it, its length bounded; ``reason`` a word of ``skipped.jsonl``, ``rule`` why."""

    reference: str
    reason: str
    rule: str

    @property
    def url_key(self) -> str:
        """By what the frontier knows it; no address has such a key, since each holds a ``)``."""
        return f"bad:{self.reference.replace(')', '%29')}"


def bad_link(reference: str, *, forwards: bool = False) -> BadLink | None:
    """What to say of a reference that does not resolve to an http(s) address; ``None`` for ordinary other schemes.

    :param forwards: whether it is the target of a redirect or a refresh, of which every scheme is told.

    >>> bad_link("file:///etc/passwd").reason, bad_link("mailto:a@b.test")
    ('bad_url', None)
    """
    shown = reference.strip(_STRIPPED).translate(_IGNORED)[:_KEPT]
    found = _SCHEME.match(shown)
    scheme = found[1].lower() if found else ""
    if scheme in {"", "http", "https"}:
        return BadLink(shown, "bad_url", "no URL by the WHATWG standard")
    if forwards:
        return BadLink(shown, "redirect_scheme", f"a redirect leads to {scheme}:, and only http and https are followed")
    if scheme in _TOLD or len(scheme) == 1:  # C:\\docs\\a.htm
        return BadLink(shown, "bad_url", f"the scheme {scheme}: is never followed")
    return None
