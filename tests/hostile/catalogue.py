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


ENDLESS = "endless"
"""Stands for all traps, of whichever kind."""


def catalogue(places: Places, only: Sequence[str] = (), without: Sequence[str] = ()) -> tuple[Hazard, ...]:
    """All hazards, or those of the names and kinds that ``only`` gives, without those that ``without`` gives.

    :raises ValueError: for a name that is none.
    """
    known = [({kind, one.name, *([ENDLESS] if one.trap else [])}, one) for kind in KINDS for one in KINDS[kind](places)]
    unknown = {*only, *without}.difference(*(labels for labels, _ in known))
    if unknown:
        raise ValueError(f"no hazard and no kind: {', '.join(sorted(unknown))}")
    return tuple(one for labels, one in known if (not only or labels & set(only)) and not labels & set(without))
