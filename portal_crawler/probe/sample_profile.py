"""Sample profile: how a portal is asked when a profile is to be drafted of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from portal_crawler.probe.evidence import portal_domain
from portal_crawler.sites.profile import Gates, SiteProfile
from portal_crawler.urls import host_of

_PREFIX = "probe-"


def sample_profile(start: SiteProfile) -> SiteProfile:
    """The profile of the sample: the starts, network and manners of ``start``, its whole domain, one request at a time.

    The site map is asked for where the seed's host is said to keep it (https://www.sitemaps.org/protocol.html); nothing
    is asked for to see how the host answers where there is no page, and what fails is asked for once more only.
    """
    first = (*start.seeds, *start.feeds, *start.sitemaps)[0]
    parts, domain = urlsplit(first), portal_domain(host_of(first))
    surt = f"{','.join(reversed(domain.split('.')))}," if domain else ""
    scope = start.scope.model_copy(
        update={
            "hosts": start.scope.hosts or (host_of(first),),
            "surt": tuple(dict.fromkeys((*start.scope.surt, *([surt] if surt else [])))),
            "max_pages": None,
        }
    )
    polite = start.politeness
    manners = polite.model_copy(
        update={
            "concurrency": 1,
            "total_concurrency": 1,
            "retries": min(polite.retries, 1),
            "patience": min(polite.patience, 30.0),
        }
    )
    maps = start.sitemaps or (f"{parts.scheme}://{parts.netloc}/sitemap.xml",)
    return start.model_copy(
        update={
            "name": start.name if start.name.startswith(_PREFIX) else f"{_PREFIX}{start.name}",
            "sitemaps": maps,
            "scope": scope,
            "politeness": manners,
            "traps": start.traps.model_copy(update={"soft_404": False}),
            "gates": Gates(),
        }
    )
