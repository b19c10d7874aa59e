"""Catalogue: all hazards, by kind, in the order of the kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.hostile.hazard import Hazard, Places
from tests.hostile.kinds import (
    charsets,
    codings,
    duplicates,
    headers,
    markup,
    outputs,
    redirects,
    robots,
    sitemaps,
    statuses,
    transport,
    traps,
    urls,
)

KINDS: dict[str, Callable[[Places], tuple[Hazard, ...]]] = {
    "transport": transport.hazards,
    "statuses": statuses.hazards,
    "headers": headers.hazards,
    "codings": codings.hazards,
    "redirects": redirects.hazards,
    "urls": urls.hazards,
    "traps": traps.hazards,
    "markup": markup.hazards,
    "charsets": charsets.hazards,
    "outputs": outputs.hazards,
    "duplicates": duplicates.hazards,
    "robots": robots.hazards,
    "sitemaps": sitemaps.hazards,
}


def catalogue(places: Places, only: Sequence[str] = ()) -> tuple[Hazard, ...]:
    """All hazards, or those of the names and kinds that ``only`` gives.

    :raises ValueError: for a name that is none.
    """
    by_kind = {kind: make(places) for kind, make in KINDS.items()}
    wanted = set(only)
    found = [
        one for kind, some in by_kind.items() for one in some if not wanted or one.name in wanted or kind in wanted
    ]
    unknown = wanted - set(by_kind) - {one.name for one in found}
    if unknown:
        raise ValueError(f"no hazard and no kind: {', '.join(sorted(unknown))}")
    return tuple(found)
