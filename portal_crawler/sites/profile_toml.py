"""Site profiles as TOML files: reading with errors that a person can act on, and writing.

Reading is tomllib plus the ``SiteProfile`` model; writing is our own, for the few kinds of value that a profile has.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from portal_crawler.errors import ProfileError
from portal_crawler.sites.profile import Scope, SiteProfile
from portal_crawler.sites.profile_problems import ProfileProblem, explain
from portal_crawler.sites.toml_text import toml_text
from portal_crawler.urls import host_of


def load_profile(path: str | Path, *, to_crawl: bool = True) -> SiteProfile:
    """The profile in a TOML file.

    Where the file names neither host nor SURT prefix, the hosts of its seeds, feeds and site maps are the portal's.

    :param to_crawl: whether it must have a start; what archives of other writers are read by has none.
    :raises ProfileError: where the file cannot be read, is no TOML, has an unknown key, a wrong value or no seed; the
        message names file, line, key and the cure.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProfileError(str(path), "there is no such file", "check the path of the profile") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(str(path), f"cannot be read: {error}", "give a readable TOML file in UTF-8") from error
    return parse_profile(text, str(path), to_crawl=to_crawl)


def parse_profile(text: str, subject: str, *, to_crawl: bool = True) -> SiteProfile:
    """The profile in a TOML text; ``subject`` is the name of its file for messages.

    :raises ProfileError: as ``load_profile`` does.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(subject, f"is not TOML: {error}", _toml_cure(str(error))) from error
    except RecursionError as error:
        raise ProfileError(
            subject, "has brackets within brackets that are too many to read", "take them out"
        ) from error
    except ValueError as error:  # of Python's own reading of numbers
        raise ProfileError(
            subject, "a number has more digits than can be read", "write the number that is meant"
        ) from error
    try:
        profile = SiteProfile.model_validate(data)
    except ValidationError as error:
        first, *others = explain(error, text)
        more = f" ({len(others)} more to mend after it)" if others else ""
        raise ProfileError(subject, first.problem, first.cure + more, first.place) from error
    return settled(profile, subject) if to_crawl else profile


def _toml_cure(told: str) -> str:
    """What to do about an error of TOML; a table that begins where a value stands looks right in its own line."""
    if found := re.match(r"Cannot mutate immutable namespace \('(\w+)'", told):
        return f"take out the line {found[1]} = … above it: what is set there cannot be added to"
    return "mend that line (texts stand in quotes)"


def problems_of(text: str) -> list[ProfileProblem]:
    """Everything that is to be mended in a TOML text until it is a profile to crawl with; none where it is one."""
    try:
        parse_profile(text, "the profile")
    except ProfileError as error:
        if isinstance(error.__cause__, ValidationError):
            return explain(error.__cause__, text)
        return [ProfileProblem(error.place, error.problem, error.cure)]
    return []


def settled(profile: SiteProfile, subject: str) -> SiteProfile:
    """The profile ready for a crawl: it has a start, and hosts.

    :raises ProfileError: where it has no seed, feed or site map.
    """
    starts = (*profile.seeds, *profile.feeds, *profile.sitemaps)
    if not starts:
        cure = 'add seeds = ["http://…/"], or feeds, or sitemaps'
        raise ProfileError(subject, "has no address to start from", cure, "key seeds")
    if profile.scope.hosts or profile.scope.surt:
        return profile
    hosts = tuple(dict.fromkeys(host_of(url) for url in starts))
    return profile.model_copy(update={"scope": Scope(**{**dict(profile.scope), "hosts": hosts})})


def dump_profile(profile: SiteProfile) -> str:
    """The profile as TOML, every key with its effective value (``None`` cannot be written and means the default)."""
    return toml_text(profile.model_dump(by_alias=True, exclude_none=True))


def editable_text(text: str) -> str:
    r"""A profile as ``dump_profile`` writes it, for people to edit: no ``[[layout]]`` could be added to the empty list,
    since TOML lets a key be set once.

    >>> editable_text('name = "a"\nlayout = []\n')
    'name = "a"\n'
    """
    return text.replace("\nlayout = []\n", "\n")


def save_profile(profile: SiteProfile, path: Path, comments: Sequence[str] = ()) -> None:
    """Write a profile file for people to edit, with lines of comment on top.

    :raises ProfileError: where the file cannot be written.
    """
    head = "".join(f"# {line}\n" for line in comments)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + editable_text(dump_profile(profile)), encoding="utf-8")
    except OSError as error:
        problem = f"cannot be written: {error.strerror or error}"
        raise ProfileError(str(path), problem, "choose a folder that you may write to") from error


def profile_schema() -> dict[str, Any]:
    """JSON Schema of a profile, for editors (``profile.schema.json`` beside this module holds it)."""
    schema = SiteProfile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "portal-crawler site profile"}


def profile_digest(profile: SiteProfile) -> str:
    """``sha256:<hex>`` over a profile as it is written."""
    return "sha256:" + hashlib.sha256(dump_profile(profile).encode()).hexdigest()
