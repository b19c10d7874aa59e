"""Evidence of a portal that a test writes down: its pages by their addresses."""

from __future__ import annotations

from collections.abc import Mapping

from portal_crawler.capture import Capture
from portal_crawler.probe.evidence import Evidence, NotFetched, RobotsFile
from portal_crawler.reading import read_page
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_of_url import profile_of_url

SEED = "http://www.portal.test/"
_PROSE = (
    "The ferry to Stone Bridge will run again from Monday, the harbour office said on Friday, after three weeks in "
    "which its passengers had to take the long way round by the road over the pass, which was closed twice by snow. "
)


def story(number: int, line: str = "(Valley Daily October 15, 2004)", extra: str = "") -> str:
    """A story page with a date line."""
    text = "".join(f"<p>{_PROSE}It was number {number} of part {part} in the harbour's book.</p>" for part in range(6))
    return (
        f"<html><head><title>Ferry {number} Runs Again</title></head><body><div class=menu>{extra}</div>"
        f"<h1>Ferry {number} Runs Again</h1><div id=story>{text}<p>{line}</p></div></body></html>"
    )


def hub(*links: str, title: str = "Great River Online") -> str:
    """A page of links; each is an address, or an address and its text parted by a space."""
    items = "".join(f"<li><a href='{one.partition(' ')[0]}'>{one.partition(' ')[2] or 'Read'}</a>" for one in links)
    return f"<html><head><title>{title}</title></head><body><ul>{items}</ul></body></html>"


def evidence_of(
    pages: Mapping[str, str | bytes],
    *,
    start: SiteProfile | None = None,
    missed: tuple[NotFetched, ...] = (),
    robots: tuple[RobotsFile, ...] = (),
) -> Evidence:
    """The evidence of pages, the first of which is the seed's."""
    readings = []
    for depth, (address, page) in enumerate(pages.items()):
        url = address if address.startswith("http") else f"http://www.portal.test{address}"
        body = page.encode() if isinstance(page, str) else page
        capture = Capture(url, body, url, headers=((b"Content-Type", b"text/html"),), depth=min(depth, 1))
        readings.append(read_page(capture))
    return Evidence(start or profile_of_url(SEED), tuple(readings), missed, robots)
