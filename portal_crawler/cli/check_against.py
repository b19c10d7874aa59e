"""``portal-crawler check PROFILE --against CRAWL``: what another profile would make otherwise of a crawl."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from portal_crawler.cli.terminal import Terminal, number, terminal

if TYPE_CHECKING:
    from portal_crawler.engine.profile_trial import ProfileTrial
    from portal_crawler.report.reading_changes import PageChange

# Pages and addresses of each kind of change that people are shown; --json has more.
_SHOWN = 12
# Characters of a value that a line shows.
_EXCERPT = 90
# Archives that a command names; a build may have been made of thousands.
_NAMED = 4


def check_against(profile: str, crawl: str, sample: int | None) -> None:
    """Try the profile on the crawl, and show what changes."""
    from portal_crawler.cli.folders import argument, crawl_folder
    from portal_crawler.cli.sources import profile_from
    from portal_crawler.engine.profile_trial import SAMPLE, try_profile
    from portal_crawler.records.archive_sources import archives_read

    out = terminal()
    folder = crawl_folder(crawl)
    trial = try_profile(folder, profile_from(profile), sample or SAMPLE)
    if out.json:
        out.record({"crawl": str(folder), "changed": trial.changed, **asdict(trial)})
    else:
        _show(trial, out)
    out.say(
        f"{number(trial.changed)} of {number(len(trial.pages))} pages are read otherwise"
        f" (a sample of {number(trial.archived)}); of {number(trial.scope.known)} addresses"
        f" {number(trial.scope.entering)} come in and {number(trial.scope.leaving)} fall out"
    )
    named = [argument(path.resolve()) for path in archives_read(folder)] or [argument(folder)]
    archives = " ".join(named) if len(named) <= _NAMED else "ARCHIVE…"
    out.say(
        f"to read the whole archive by it: portal-crawler replay {archives} --profile {argument(profile)} --out DIR"
    )


def _show(trial: ProfileTrial, out: Terminal) -> None:
    for page in [page for page in trial.pages if page.is_changed][:_SHOWN]:
        _show_page(page, out)
    for sign, changes in (("+", trial.scope.enter), ("-", trial.scope.leave)):
        for change in changes[:_SHOWN]:
            out.data(f"{sign} {change.url}  ({change.rule})")


def _show_page(page: PageChange, out: Terminal) -> None:
    kinds = page.kind_after if page.kind_before == page.kind_after else f"{page.kind_before} -> {page.kind_after}"
    out.data(f"{page.url}  {kinds}")
    for change in page.fields:
        out.data(f"    {change.field}: {_cut(change.before)} -> {_cut(change.after)}")
    for edit in page.edits:
        if edit.before is not None:
            out.data(f"    - {_cut(edit.before)}")
        if edit.after is not None:
            out.data(f"    + {_cut(edit.after)}")
    if page.edited > len(page.edits):
        out.data(f"    … {number(page.edited - len(page.edits))} more paragraphs differ")


def _cut(text: str) -> str:
    text = " ".join(text.split()) or "nothing"
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]} …"
