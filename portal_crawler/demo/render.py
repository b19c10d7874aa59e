"""Render: from a plan to the bytes that the portal answers with, and the links that it drew into them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from portal_crawler import urls
from portal_crawler.demo.feeds_xml import XML_STYLES, robots_text, xml_document
from portal_crawler.demo.model import Generation, PagePlan, Portal
from portal_crawler.demo.pen import GoldLink, Pen
from portal_crawler.demo.views import view_of
from portal_crawler.demo.views_site import Site
from portal_crawler.page.links import Element
from portal_crawler.page.roles import Role

_GATEWAY = re.compile(r"http://([^/]+)/gate/big5/([^/]+)(/.*|)\Z")
_LAYOUTS = {"A": "a.j2", "B1": "b.j2", "B2": "b.j2", "B3": "b.j2", "C": "c.j2", "D": "d.j2", "Z": "z.j2"}
_STYLES = {
    "frameset": "a_frameset.j2", "top": "a_frame.j2", "menu": "a_frame.j2", "print": "print.j2", "bare": "bare.j2",
    "inner": "inner.j2", "stub-meta": "stub.j2", "stub-script": "stub.j2",
}  # fmt: skip
_REASONS = {
    403: "You don't have permission to access this page on this server.",
    404: "The requested URL was not found on this server.",
    410: "The requested resource is no longer available on this server and there is no forwarding address.",
}
# Nobody wrote the four-byte characters of GB18030: what GBK lacks stood in pages as a reference.
_CODECS = {"gb18030": "gbk"}
_BOM = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@dataclass(frozen=True, slots=True)
class Rendered:
    """One answer's body: its bytes before any transfer coding, its Content-Type, and its links in document order.

    ``links`` is empty where a crawler reads none: a status of 400 or more; of a redirect it is the redirect itself.
    """

    body: bytes
    content_type: str
    links: tuple[GoldLink, ...] = ()


def render(plan: PagePlan, portal: Portal) -> Rendered:
    """Draw one page. The same plan of the same portal gives the same bytes."""
    status = plan.answer.status
    if 300 <= status < 400:
        target = urls.resolve(plan.url, plan.answer.location or "")
        gold = (GoldLink(target, "", Role.OTHER, Element.REDIRECT),) if target and plan.answer.location else ()
        return Rendered(_server_page(plan, f"The document has moved to {plan.answer.location}."), "text/html", gold)
    if status >= 400 and plan.style != "soft404":
        return Rendered(_server_page(plan, _REASONS.get(status, "The server met an error.")), "text/html")
    if plan.style == "empty":
        return Rendered(b"", "text/html")
    if plan.style == "robots":
        return Rendered(robots_text(plan), "text/plain")
    if plan.style in XML_STYLES:
        return Rendered(*xml_document(plan))
    return _page(plan, site_of(portal))


def _page(plan: PagePlan, site: Site) -> Rendered:
    shown, rewrite = _behind_gateway(plan, site)
    pen = _pen(plan, rewrite)
    name = _STYLES.get(plan.style) or _LAYOUTS[(plan.generation or Generation.B2).value]
    view = view_of(shown, site, pen)
    text = _template(name).render(p=pen, v=view)
    links = tuple(pen.links) if plan.answer.status < 400 else ()
    return Rendered(_encoded(text, plan), _content_type(plan), links)


def _pen(plan: PagePlan, rewrite: Callable[[str], str] | None) -> Pen:
    old = plan.generation is Generation.A and plan.style not in ("print", "bare")
    modern = plan.generation is Generation.D and plan.style not in ("print", "bare")
    based = "base-href" in plan.traits and rewrite is None and plan.style in ("", "soft404")
    base = plan.url.rpartition("/")[0] + "/" if based else plan.url
    return Pen(base, plan.url, plan.charset, rewrite, upper=old, bare=old, xhtml=modern, amps=modern)


def _behind_gateway(plan: PagePlan, site: Site) -> tuple[PagePlan, Callable[[str], str] | None]:
    """The plan as the page behind a gateway has it, and how the gateway rewrites that page's links.

    The gateway takes every link to a page of the portal that it serves, and leaves the others as absolute addresses.
    """
    match = _GATEWAY.match(plan.url)
    if match is None:
        return plan, None
    gateway, host, path = match.groups()
    origin = f"http://{host}{path or '/'}"

    def rewritten(url: str) -> str:
        target = urls.resolve(origin, url)
        if target is None or not url.strip():
            return url
        parts = urlsplit(target)
        inside = f"http://{gateway}/gate/big5/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return urlsplit(inside).path + (f"?{parts.query}" if parts.query else "") if site.planned(inside) else target

    return replace(plan, url=origin), rewritten


def _encoded(text: str, plan: PagePlan) -> bytes:
    """The page in its charset; what the charset lacks stands as a decimal reference."""
    if "nul" in plan.answer.quirks:
        text = text.replace("</p>", "\0</p>", 1).replace(" the ", " the\0 ", 1)
    body = text.encode(_CODECS.get(plan.charset, plan.charset), "xmlcharrefreplace")
    return _BOM.get(plan.charset, b"") + body if "bom" in plan.answer.quirks else body


def _content_type(plan: PagePlan) -> str:
    """The last generation's server named the charset; those before it left that to the page."""
    return f"text/html; charset={plan.charset}" if plan.generation is Generation.D and plan.declared else "text/html"


def _server_page(plan: PagePlan, sentence: str) -> bytes:
    """What the server itself says, without the site's template."""
    status = plan.answer.status
    reason = HTTPStatus(status).phrase
    host = urlsplit(plan.url).netloc
    page = _template("error.j2").render(status=status, reason=reason, sentence=sentence, host=host)
    return page.encode("ascii", "xmlcharrefreplace")


@lru_cache(maxsize=1)
def _layouts() -> Environment:
    loader = PackageLoader("portal_crawler.demo", "layouts")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)


def _template(name: str) -> Template:
    return _layouts().get_template(name)


_SITES: list[Site] = []


def site_of(portal: Portal) -> Site:
    """The portal's lookups, built once while the same portal is drawn."""
    if not _SITES or _SITES[0].portal is not portal:
        _SITES[:] = [Site(portal)]
    return _SITES[0]
