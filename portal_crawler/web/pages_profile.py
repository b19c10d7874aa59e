"""Pages profile: the editor of a profile. A change is tried on the crawl's archive before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.errors import PortalCrawlerError
from portal_crawler.sites.profile_problems import ProfileProblem
from portal_crawler.sites.profile_toml import problems_of
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import crawl_of, desk_of
from portal_crawler.web.profile_file import MOST, ProfileFile, read_profile_file, save_profile_file
from portal_crawler.web.rendered import rendered
from portal_crawler.web.security import form_of, session_of
from portal_crawler.web.trial_process import run_trial

# Pages that a trial may read.
SAMPLES = (20, 40, 100)


@dataclass(frozen=True, slots=True)
class Edited:
    """What the editor shows: the text as it was sent, what is wrong with it, what a trial told, what was saved."""

    text: str
    digest: str
    problems: list[ProfileProblem]
    sample: int = SAMPLES[1]
    trial: dict[str, Any] | None = None
    trouble: PortalCrawlerError | None = None
    saved: str = ""
    kept: str = ""


def _profile(request: Request) -> Response:
    crawl = crawl_of(request)
    found = _file_of(request, crawl)
    return _shown(request, crawl, found, Edited(found.text, found.digest, []))


def _edited(request: Request) -> Response:
    """Check the text; try it, save it or hand it out as it is asked for."""
    crawl = crawl_of(request)
    form = form_of(request)
    text = form.get("text", "").replace("\r\n", "\n")
    if len(text.encode("utf-8", "replace")) > MOST:
        raise HTTPException(413, f"a profile has at most {MOST} bytes")
    given = form.get("sample", "")
    sample = int(given) if given in map(str, SAMPLES) else SAMPLES[1]
    edited = Edited(text, form.get("digest", ""), problems_of(text), sample)
    found = _file_of(request, crawl)
    if not edited.problems:
        action = form.get("action", "")
        if action == "download":
            return _download(text, found)
        edited = _saved(edited, found) if action == "save" else _tried(edited, crawl)
    return _shown(request, crawl, found, edited)


def _tried(edited: Edited, crawl: ShelvedCrawl) -> Edited:
    try:
        trial = run_trial(crawl.folder, edited.text, edited.sample)
    except PortalCrawlerError as error:
        return Edited(edited.text, edited.digest, [], edited.sample, trouble=error)
    return Edited(edited.text, edited.digest, [], edited.sample, trial=trial)


def _saved(edited: Edited, found: ProfileFile) -> Edited:
    try:
        kept = save_profile_file(found.path, edited.text, edited.digest, datetime.now(UTC))
    except PortalCrawlerError as error:
        return Edited(edited.text, edited.digest, [], edited.sample, trouble=error)
    now = read_profile_file(found.path.parents[2], found.path.stem, found.path)
    return Edited(now.text, now.digest, [], edited.sample, saved=str(now.path), kept=kept.name if kept else "")


def _download(text: str, found: ProfileFile) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{found.path.name}"'}
    return Response(text.encode(), media_type="application/toml", headers=headers)


def _file_of(request: Request, crawl: ShelvedCrawl) -> ProfileFile:
    return read_profile_file(desk_of(request).workspace, crawl.profile, crawl.folder / "profile.toml")


def _shown(request: Request, crawl: ShelvedCrawl, found: ProfileFile, edited: Edited) -> Response:
    return rendered(
        request,
        "profile.html.j2",
        crawl=crawl,
        file=found,
        edited=edited,
        samples=SAMPLES,
        may_edit=session_of(request) is not None,
    )


routes = [
    Route("/crawls/{crawl}/profile", _profile, methods=["GET"], name="profile"),
    Route("/crawls/{crawl}/profile", _edited, methods=["POST"]),
]
