"""What ``portal-crawler verify`` says of a WACZ file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from portal_crawler.cli.folders import shown
from portal_crawler.cli.terminal import terminal


def verify_wacz(path: Path) -> None:
    """Check a package of any writer, say what was found and whose signature it has.

    :raises DamagedFileError: where it cannot be opened at all.
    """
    from portal_crawler.archive.wacz_read import open_wacz
    from portal_crawler.cli.verify import counted, failed, show_findings
    from portal_crawler.records.wacz_checks import signature_of, wacz_findings

    out = terminal()
    with open_wacz(path) as wacz:
        findings = list(wacz_findings(wacz))
        signature = signature_of(wacz)
    if out.json:
        listed = [asdict(one) for one in findings]
        out.record({"wacz": str(path), "ok": not findings, "signed_by": signature or None, "findings": listed})
    show_findings(findings, str(path))
    if findings:
        raise failed(f"{shown(path)}: {counted(findings)}; copy the package again, or make it anew")
    out.say(f"{shown(path)} holds together: digests, records, index and pages agree")
    out.say(f"signed by {signature}; compare it with what you know of the sender" if signature else "not signed")
