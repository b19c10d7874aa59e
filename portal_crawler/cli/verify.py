"""``portal-crawler verify``: does a crawl's folder hold together."""

from __future__ import annotations

import shlex
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import click

from portal_crawler.cli.folders import crawl_facts, shown
from portal_crawler.cli.terminal import number, terminal, terminal_options
from portal_crawler.errors import ExitCode

# Findings shown to people; the rest are counted (--json has all of them).
_SHOWN = 20


@click.command(short_help="Check a crawl's folder: records, sums, ledger.")
@click.argument("crawl", metavar="CRAWL")
@terminal_options
def verify(crawl: str) -> None:
    """Check every record's fields, the sums between the files, and files against ledger.

    CRAWL is a crawl's folder, or a profile's name for its newest crawl. Exit code 22 where anything is wrong.
    """
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.records.verify import verify_crawl

    out, folder = terminal(), crawl_folder(crawl)
    findings = list(verify_crawl(folder))
    if out.json:
        listed = [asdict(one) if is_dataclass(one) and not isinstance(one, type) else str(one) for one in findings]
        out.record({"crawl": str(folder), "ok": not findings, "findings": listed})
    for one in [] if out.json else findings[:_SHOWN]:
        out.data(str(one))
    if len(findings) > _SHOWN and not out.json:
        out.say(f"and {number(len(findings) - _SHOWN)} more; all of them: portal-crawler verify {crawl} --json")
    if findings:
        raise _failed(f"{shown(folder)}: {number(len(findings))} {_findings(findings)}; {_cure(folder)}")
    out.say(f"{shown(folder)} holds together: records, sums and ledger agree")


def _findings(findings: list[Any]) -> str:
    return "finding" if len(findings) == 1 else "findings"


def _cure(folder: Path) -> str:
    """An unfinished crawl is whole again after its own command; a settled one was changed by another hand."""
    if crawl_facts(folder).get("finish_reason") in {None, "interrupted"}:
        return "the crawl has not come to its end: run its command again, it goes on from there, then verify"
    profile = shlex.quote(str(shown(folder / "profile.toml")))
    return f"restore the files, or crawl again with: portal-crawler crawl {profile} --fresh"


def _failed(line: str) -> SystemExit:
    click.echo(f"portal-crawler: {line}", err=True)
    return SystemExit(int(ExitCode.VERIFICATION_FAILED))
