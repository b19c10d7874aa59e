"""What a replay reads by, and where it goes."""

from __future__ import annotations

from datetime import datetime
from itertools import chain, count
from pathlib import Path

from portal_crawler.archive.wacz_read import is_wacz
from portal_crawler.cli.folders import beside
from portal_crawler.cli.sources import profile_from
from portal_crawler.cli.terminal import number, terminal
from portal_crawler.distributed.build_json import BUILD, BuildPlan, is_begun
from portal_crawler.engine.wacz_source import wacz_profile, wacz_template
from portal_crawler.errors import UsageError
from portal_crawler.records.sinks import TEMPLATE
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.template_json import load_template

_GENERATIONS = "generations"


def replay_profile(sources: tuple[Path, ...], named: str | None) -> SiteProfile:
    """The profile that a person names, or that of the first crawl or package of one among the sources, or one that
    knows no site. Pages that a profile of any of the sources holds apart stay so: of each it is told.
    """
    if named:
        return profile_from(named)
    profile: SiteProfile | None = None
    for source in sources:
        own = _profile_of(source)
        if profile is None or own is None:
            profile = profile or own
        elif further := further_apart(profile, own):
            apart = (*profile.dedup.apart, *further)
            profile = profile.model_copy(update={"dedup": profile.dedup.model_copy(update={"apart": apart})})
            told = f"{number(len(further))} more {'pair' if len(further) == 1 else 'pairs'} of pages"
            terminal().say(f"the profile of {source} holds {told} apart ([dedup] apart); this one does, too")
    return profile or SiteProfile(name="replay")


def further_apart(profile: SiteProfile, other: SiteProfile) -> tuple[tuple[str, str], ...]:
    """The pairs that ``other`` holds apart and ``profile`` does not, in their order."""
    known = {frozenset(pair) for pair in profile.dedup.apart}
    return tuple(pair for pair in other.dedup.apart if frozenset(pair) not in known)


def _profile_of(source: Path) -> SiteProfile | None:
    """The profile of a crawl's folder, or of a package of one; ``None`` of anything else."""
    if (source / "profile.toml").exists():
        return load_profile(source / "profile.toml", to_crawl=False)
    return wacz_profile(source) if is_wacz(source) else None


def replay_template(sources: tuple[Path, ...], named: Path | None) -> SiteTemplate | None:
    """The template that a person names, or that of the first crawl or package of one among the sources that has one."""
    if named is not None:
        return load_template(named)
    for source in sources:
        if (source / TEMPLATE).exists():
            return load_template(source / TEMPLATE)
        if is_wacz(source) and (own := wacz_template(source)):
            return own
    return None


def replay_folder(
    sources: tuple[Path, ...], out: Path | None, plan: BuildPlan, now: datetime, *, fresh: bool = False
) -> Path:
    """Where the records go: ``out``, or a folder beside the old records of a crawl: that of an unfinished replay of the
    same plan, or a new one.

    :param fresh: a new folder in any case.
    :raises UsageError: where something else is there, or nothing says where.
    """
    if out is None:
        if len(sources) > 1 or not sources[0].is_dir():
            raise UsageError("replay", "does not know where to put the records of WARC files", "name it with --out DIR")
        room = sources[0] / _GENERATIONS
        begun = [] if fresh else [one for one in sorted(room.glob("*")) if is_begun(one, plan)]
        return begun[-1] if begun else _new_folder(room / f"{now:%Y%m%dT%H%M%SZ}")
    if fresh and out.exists():
        return beside(out)
    if out.exists() and not (out / BUILD).exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(str(out), "is there already and not empty", "name a new folder with --out")
    return out


def _new_folder(folder: Path) -> Path:
    """The folder, with a number where another replay has begun in the same second."""
    numbered = (folder.with_name(f"{folder.name}-{which}") for which in count(2))
    return next(one for one in chain([folder], numbered) if not one.exists())
