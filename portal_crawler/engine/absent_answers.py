"""Absent answers: asks each host for addresses that do not exist, and knows its answer again. What was learned stands
in the ledger.

A probe is a row of the frontier, so that robots.txt, delays and retries hold for it too. It is taken out when it was
answered; its exchange is in the archive, and it is no page.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal_crawler.archive.warc_date import warc_date
from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow, Ledger
from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.frontier.soft_404 import ABSENT, PAGES, PROBES, Apology, absent_url, apology_of, as_absent, texts_of
from portal_crawler.frontier.traps import trap
from portal_crawler.reading import PageReading
from portal_crawler.urls import UrlRules, url_key

# The letter of a prerequisite in Heritrix's hop paths (robots.txt and the like): no page's way has it.
_PROBE = "P"
# Before all else of its host, so that little is read until it is known.
_PRIORITY = 10


def is_probe(row: FrontierRow) -> bool:
    """Whether an address is asked for only to learn how its host answers."""
    return row.hops.endswith(_PROBE)


class AbsentAnswers:
    """What the hosts of a crawl answer where there is no page. Use from one thread.

    :param enabled: whether the profile lets hosts be asked.
    """

    def __init__(self, ledger: Ledger, scope: ScopeRule, rules: UrlRules, *, enabled: bool) -> None:
        self._ledger, self._scope, self._rules, self._enabled = ledger, scope, rules, enabled
        self._asked: set[str] = set()
        self._apologies: dict[str, Apology | None] = {}

    def judged(self, row: FrontierRow, reading: PageReading) -> PageReading:
        """The reading of a page; of one that is its host's answer to an absent address, as such."""
        if row.via is None or not self._enabled:
            return reading
        known = self._apology(row.host)
        return as_absent(reading) if known is not None and known.is_made_by(reading) else reading

    def probe_near(self, row: FrontierRow, reading: PageReading) -> Discovery | None:
        """The address to ask a host for, once it has shown pages enough; a page of it was just read."""
        if not self._enabled or reading.capture.status != 200 or row.host in self._asked:
            return None
        facts = self._facts(row.host)
        shown = facts.get("pages", 0) + 1
        if shown <= PAGES and "near" not in facts:
            self._note(row.host, {"pages": shown})
            return None
        self._asked.add(row.host)
        if "near" in facts:
            return None
        self._note(row.host, {"near": row.url, "template": list(texts_of(reading)), "answers": []})
        return self._probe(row, row.url, 0)

    def learned(self, row: FrontierRow, reading: PageReading) -> Discovery | None:
        """A probe was answered; the next one, if there is to be one."""
        facts = self._facts(row.host)
        answers: list[list[tuple[int, int]]] = facts.get("answers", [])
        if reading.capture.status == 200:
            answers.append(list(texts_of(reading).items()))
        told = {"status": reading.capture.status, "answers": answers, "known": warc_date(datetime.now(UTC))}
        self._note(row.host, facts | told)
        asked_again = reading.capture.status == 200 and len(answers) < PROBES
        return self._probe(row, facts.get("near", row.url), len(answers)) if asked_again else None

    def _probe(self, row: FrontierRow, near: str, number: int) -> Discovery | None:
        url = absent_url(near, number)
        key = url_key(url, self._rules)
        if key is None or self._scope.refusal(url, key, row.depth) or trap(url) or not self._ledger.unknown([key]):
            return None
        hops = row.hops.removesuffix(_PROBE) + _PROBE
        return Discovery(url, key, row.host, priority=_PRIORITY, depth=row.depth, via=near, hops=hops)

    def _apology(self, host: str) -> Apology | None:
        if host not in self._apologies:
            self._apologies[host] = apology_of(self._facts(host))
        return self._apologies[host]

    def _facts(self, host: str) -> dict[str, Any]:
        return self._ledger.host_facts(ABSENT + host)

    def _note(self, host: str, facts: dict[str, Any]) -> None:
        self._ledger.set_host_facts(ABSENT + host, facts)
        self._apologies.pop(host, None)
