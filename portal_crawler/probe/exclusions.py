"""Exclusions: addresses that lead to no story but to more addresses: calendars, searches, forms, sessions; and print
versions, which are no trap. Found by the words in the addresses of links; never what led to a story.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal_crawler.page.links import Link
from portal_crawler.probe.entry import Entry, counted, quoted
from portal_crawler.probe.evidence import Evidence, path_of
from portal_crawler.urls import host_of

# What a segment of a path says of what is there: whole words, with the ending of a program's name.
_TRAPS = {
    "a calendar": r"calend[a-z]*|kalender|agenda|cal|rili",
    "a search": r"(?:advanced)?search|find|suche|recherche|buscar|sousuo|query",
    "a form to send by mail": r"mail|e-?mail_?this|mail_?to|send_?(?:to|page|mail)|tell_?a?_?friend|recommend",
    "an account": r"log_?(?:in|on|out)|sign_?(?:in|on|up)|register|account|passport|member_?login",
    "a form to write in": r"reply|post_?reply|new_?(?:topic|thread)|posting|add_?comment|guest_?book|feedback_?form",
    "a basket": r"cart|basket|checkout",
    "a redirect to elsewhere": r"redirect|jump|goto|click|adclick|banner|out",
}
_FORMS = {
    kind: re.compile(rf"/(?:{words})(?:\.(?:s?html?|php\d?|aspx?|jsp|cgi|pl|do))?(?=[/?;]|\Z)", re.IGNORECASE)
    for kind, words in _TRAPS.items()
}
# Parameters that show the same in another order, or ask for a search.
_ORDERS = re.compile(r"(?:sort|order(?:by)?|dir|view|skin|replytocom|share|action=(?:edit|history))\Z", re.IGNORECASE)
# Parameters that say where a reader came from, or who he is: they choose no page.
_ORIGINS = re.compile(r"(?:from|ref(?:errer|erer)?|src|via|s(?:ession)?_?id|sid|phpsessid|cid|spm)\Z", re.IGNORECASE)
_PRINT = re.compile(r"\bprint(?:er|able|view)?\b|imprimer|drucken|imprimir|\u6253\u5370|\u5217\u5370", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Trap:
    """What leads nowhere: its kind, the expression that keeps it out, the links that it matches."""

    kind: str
    expression: str
    links: tuple[Link, ...]


def exclusion_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``scope.exclude``, ``urls.drop_params``, and a remark on print versions."""
    traps = list(_traps(evidence))
    stories = [path_of(one.capture.url) for one in evidence.articles]
    kept, notes = [], []
    for trap in traps:
        told = f"{trap.kind}: {counted(len(trap.links), 'link')} such as {quoted(trap.links[0].url)}"
        if any(re.search(trap.expression, path) for path in stories):
            notes.append(f"{told}; left in, since a story was read at such an address")
            continue
        kept.append(trap.expression)
        notes.append(told)
    refused = [one for one in evidence.missed if one.reason in ("trap", "url_too_long")]
    notes += [f"refused by its form alone: {quoted(one.url)} ({one.rule})" for one in refused[:3]]
    if not notes:
        notes.append("no link looked like a calendar, a search, a form or an account")
    known = evidence.start.scope.exclude
    exclude = tuple(dict.fromkeys((*known, *kept))) or None
    return (Entry("scope.exclude", exclude, tuple(notes)), *_parameters(evidence), _print_versions(evidence))


def _traps(evidence: Evidence) -> Iterable[_Trap]:
    found: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in evidence.targets.values():
        path = path_of(link.url)
        for kind, form in _FORMS.items():
            if match := form.search(path.partition("?")[0]):
                found[kind, f"^{_escaped(path[: match.end()])}{_boundary(path[match.end() :])}"].append(link)
                break
        else:
            for name in _names(link.url):
                if _ORDERS.match(name):
                    found["the same in another order", rf"[?&]{_escaped(name)}="].append(link)
                    break
    for (kind, expression), links in found.items():
        yield _Trap(kind, expression, tuple(links))


def _boundary(rest: str) -> str:
    """What must follow: the query that makes it endless, or the end of the name."""
    return r"\?" if rest.startswith("?") else r"(?:[/?;]|$)"


def _parameters(evidence: Evidence) -> tuple[Entry, ...]:
    """Parameters of which some address is linked with and without them."""
    bare = {link.url.partition("?")[0] for link in evidence.targets.values() if "?" not in link.url}
    found: dict[str, list[str]] = defaultdict(list)
    for _, link in evidence.links():
        names = _names(link.url)
        if len(names) == 1 and _ORIGINS.match(names[0]) and evidence.is_own(host_of(link.url)):
            found[names[0]].append(link.url)
    notes, sure = [], []
    for name, urls in sorted(found.items()):
        both = sum(url.partition("?")[0] in bare for url in dict.fromkeys(urls))
        links = counted(len(set(urls)), "link")
        notes.append(f"{name}: {links} such as {quoted(urls[0])}, {both} of them also without it")
        if both:
            sure.append(name)
    known = tuple(dict.fromkeys((*evidence.start.urls.drop_params, *sure)))
    return (Entry("urls.drop_params", known or None, tuple(notes)),) if notes or known else ()


def _print_versions(evidence: Evidence) -> Entry:
    """Where print versions stand. They are copies, which the crawl finds by itself."""
    links = [link for link in evidence.targets.values() if _PRINT.search(link.text) or _PRINT.search(path_of(link.url))]
    if not links:
        return Entry("dedup", notes=("print versions: none was linked",))
    forms = dict.fromkeys(re.sub(r"\d+", "#", f"{host_of(link.url)}{path_of(link.url)}") for link in links)
    told = f"print versions: {counted(len(links), 'link')}, of the form {quoted(', '.join(list(forms)[:4]))}"
    return Entry("dedup", notes=(told, "they are copies of their stories; the crawl finds that by their text"))


def _names(url: str) -> list[str]:
    return [pair.partition("=")[0] for pair in urlsplit(url).query.split("&") if pair]


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")
