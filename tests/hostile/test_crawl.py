"""A crawl of the hostile portal for real, with those of its hazards that take no time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from portal_crawler.sites.profile_toml import save_profile
from tests.hostile.judge import Outcome, judge, ordinary, violations
from tests.hostile.portal import hostile_portal

# What takes seconds or a gigabyte is for benchmarks/crawl/hostile.py, which crawls them all.
_QUICK = (
    "truncated-once", "chunk-unterminated-once", "reset-once", "refuse-twice", "closed-while-idle", "http-1-0",
    "bare-newlines", "early-hints", "body-longer-than-declared", "status-500-once", "retry-after-past",
    "retry-after-garbage", "cookie-bomb", "cookie-of-the-suffix", "header-without-colon", "header-high-bytes",
    "gzip-ok", "gzip-gzip-ok", "gzip-lie", "gzip-trailing-garbage", "deflate-raw", "redirect-chain-5",
    "redirect-relative", "redirect-non-ascii", "redirect-userinfo", "redirect-decimal", "redirect-mapped",
    "redirect-empty", "redirect-offsite", "meta-refresh-article", "url-fragment", "url-percent", "url-dot-segments",
    "url-whitespace", "url-tracking", "url-param-order", "url-nul", "url-base-href", "url-userinfo", "url-backslash",
    "url-plain", "url-short", "url-forms", "url-elements", "url-confusing", "url-schemes", "url-odd",
    "url-idn-homograph", "dom-unclosed", "dom-open-comment", "dom-xxe", "dom-entity-bomb", "jsonld-wrong-types",
    "charsets", "outputs", "duplicates", "robots-disallow", "robots-hidden-trap", "robots-503", "robots-404",
    "robots-html", "robots-longest", "robots-by-name", "sitemap-xxe", "sitemap-offsite", "sitemap-and-story",
)  # fmt: skip


def test_a_crawl_survives_what_the_portal_does(tmp_path: Path) -> None:
    with hostile_portal(_QUICK, 40) as portal:
        profile = tmp_path / "hostile.toml"
        save_profile(portal.profile(concurrency=8, total_concurrency=32, timeout=20), profile)
        command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(tmp_path / "crawl")]
        end = subprocess.run([*command, "--progress", "none"], capture_output=True, text=True, timeout=250, check=False)
        found = Outcome.of(tmp_path / "crawl")
        verdicts = judge(portal.portal.hazards, found, portal.journal, portal.contacts)
    assert end.returncode == 0, end.stderr
    assert {one.hazard.name: one.problems for one in verdicts if not one.survived} == {}
    plain = ordinary(portal.portal.stories, found)
    assert (plain.lost, plain.doubled, plain.damaged) == ((), (), ())
    assert portal.contacts == []
    assert [entry for one in portal.portal.hazards for entry in violations(one, portal.journal)] == []
