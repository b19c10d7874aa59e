"""``portal-crawler verify``: does a crawl's folder hold together."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal_crawler.cli.folders import crawl_facts, shown
from portal_crawler.cli.terminal import number, terminal, terminal_options
from portal_crawler.cli.visible import visible_message
from portal_crawler.errors import ExitCode, StateError

if TYPE_CHECKING:
    from portal_crawler.records.finding import Finding

_WIRE = (
    "a payload digest of the bytes of the wire, chunk sizes included, as its writer makes them; nothing is wrong there"
)
# Findings shown to people; the rest are counted (--json has all of them).
_SHOWN = 20


@click.command(short_help="Check a crawl's folder, or a WACZ file.")
@click.argument("crawl", metavar="CRAWL|FILE.wacz")
@terminal_options
def verify(crawl: str) -> None:
    """Check every record's fields, the sums between the files, and files against ledger.

    CRAWL is a crawl's folder, or a profile's name for its newest crawl. Of a WACZ file of any writer, the digests of
    its parts and records, its signature, indexes and lists of pages. Exit code 22 where anything is wrong.
    """
    from portal_crawler.archive.wacz_read import is_wacz
    from portal_crawler.cli.folders import crawl_folder
    from portal_crawler.cli.verify_wacz import verify_wacz
    from portal_crawler.records.verify import verify_crawl

    if is_wacz(Path(crawl)):
        verify_wacz(Path(crawl))
        return
    out, folder = terminal(), crawl_folder(crawl)
    wire = Counter[str]()
    findings = list(verify_crawl(folder, wire))
    if out.json:
        listed = [asdict(one) for one in findings]
        out.record({"crawl": str(folder), "ok": not findings, "findings": listed, "wire_digests": dict(wire)})
    show_findings(findings, crawl)
    for file, count in wire.items():
        out.say(f"{file}: {number(count)} {'record has' if count == 1 else 'records have'} {_WIRE}")
    if findings:
        raise failed(f"{shown(folder)}: {counted(findings)}; {_cure(folder)}")
    kept_by = "ledger" if (folder / "ledger.sqlite").exists() else "archives"
    out.say(f"{shown(folder)} holds together: records, sums and {kept_by} agree")


def show_findings(findings: list[Finding], source: str) -> None:
    """The first findings, for people; ``--json`` has all of them."""
    out = terminal()
    for one in [] if out.json else findings[:_SHOWN]:
        out.data(str(one))
    if len(findings) > _SHOWN and not out.json:
        out.say(f"and {number(len(findings) - _SHOWN)} more; all of them: portal-crawler verify {source} --json")


def counted(findings: list[Finding]) -> str:
    """How many findings there are, in words."""
    return f"{number(len(findings))} {'finding' if len(findings) == 1 else 'findings'}"


def _cure(folder: Path) -> str:
    """An unfinished crawl is whole again after its own command; a settled one was changed by another hand. What a
    crawl that is running has not committed yet is no harm.
    """
    from portal_crawler.frontier.ledger_file_sqlite import refuse_in_use
    from portal_crawler.records.manifest_json import BUILT, CRAWL, REPLAYED

    try:
        refuse_in_use(folder)
    except StateError as error:
        return f"{error.problem} and writes meanwhile: {error.cure}, then verify"
    facts = crawl_facts(folder)
    if not facts and (folder / CRAWL).exists():
        return "restore the files from a copy"
    reason = facts.get("finish_reason")
    if reason == BUILT:
        return "restore the files, or build again with: portal-crawler build … --fresh"
    if reason == REPLAYED:
        return "restore the files, or read the archive again with: portal-crawler replay … --fresh"
    if reason in {None, "interrupted"}:
        return "the crawl has not come to its end: run its command again, it goes on from there, then verify"
    if not _reads(folder / "profile.toml"):
        return "restore the files from a copy"
    profile = shlex.quote(str(shown(folder / "profile.toml")))
    return f"restore the files, or crawl again with: portal-crawler crawl {profile} --fresh"


def _reads(profile: Path) -> bool:
    """Whether a crawl can be made by a profile."""
    from portal_crawler.errors import ProfileError
    from portal_crawler.sites.profile_toml import load_profile

    try:
        load_profile(profile)
    except ProfileError:
        return False
    return True


def failed(line: str) -> SystemExit:
    """What ends the command where anything was found, its line said."""
    click.echo(visible_message(f"portal-crawler: {line}"), err=True)
    return SystemExit(int(ExitCode.VERIFICATION_FAILED))
