"""read_page: the one composition of the pure parts. Contains no clock, no file and no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from portal_crawler.archive.content_coding import CUT_AT_LIMIT
from portal_crawler.capture import Capture
from portal_crawler.page.article import Article, assemble, body_paragraphs
from portal_crawler.page.bad_links import BadLink, bad_link
from portal_crawler.page.block_model import RoleReading, decide_roles
from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.blocks import Block, BlockTree
from portal_crawler.page.charset import MOST_DECODED, decode
from portal_crawler.page.dates import day_of
from portal_crawler.page.directives import read_directives
from portal_crawler.page.editorial import judge_links
from portal_crawler.page.kind import LEADS_ON, LEAST, KindDecision, KindEvidence, PageKind, decide_kind
from portal_crawler.page.language import UNMARKED
from portal_crawler.page.line_ends import with_lines
from portal_crawler.page.link_features import PageEvidence
from portal_crawler.page.links import MOST_LINKS, Element, Judge, Link, feed_links, read_links, redirect_link
from portal_crawler.page.markup import CharsetDecision, folded, parse
from portal_crawler.page.metadata import NO_METADATA, Metadata, read_metadata
from portal_crawler.page.network_npz import block_network, link_model
from portal_crawler.page.reference_scan import MOST_BYTES, MOST_REFERENCES, scan_references
from portal_crawler.page.refresh import header_refresh
from portal_crawler.page.roles import Reason, Role, RoleDecision, blocks_of
from portal_crawler.page.walk import walk
from portal_crawler.page.wording import weight
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.site_reader import SiteReader, SiteReaders
from portal_crawler.template.page_sketch import PageSketch, sketch_page
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.urls import location_text, resolve, url_key
from portal_crawler.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PageReading:
    """Everything that was read out of one capture. The spider yields it; each pipeline takes its part.

    ``metadata`` is what the page says of itself, whatever its kind. ``bad_links`` are references to no address.
    ``problems`` are sentences on what could not be
    read. ``verdict`` is stamped by the dedup pipeline on readings of kind ARTICLE. ``model`` and ``template_id`` name
    the network and the template that it was read with, ``sketch`` is what the page teaches of its portal's template.
    ``directives`` are what it asks of robots.
    """

    capture: Capture
    url_key: str
    kind: KindDecision
    charset: CharsetDecision | None = None
    metadata: Metadata = NO_METADATA
    blocks: tuple[Block, ...] = ()
    roles: tuple[RoleDecision, ...] = ()
    links: tuple[Link, ...] = ()
    bad_links: tuple[BadLink, ...] = ()
    article: Article | None = None
    problems: tuple[str, ...] = ()
    verdict: Verdict | None = None
    profile: str | None = None
    model: str | None = None
    template_id: str | None = None
    sketch: PageSketch | None = None
    directives: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The story's paragraphs; of a page that is none, the texts that are most its own."""
        return self.article.paragraphs if self.article else body_paragraphs(self.blocks, self.roles)

    @property
    def text(self) -> str:
        """The paragraphs, joined by a blank line."""
        return "\n\n".join(self.paragraphs)

    @property
    def links_by_block(self) -> Mapping[int, Sequence[Link]]:
        """The links that stand in each block, by its index; a block without links is left out."""
        found: dict[int, list[Link]] = {}
        for link in self.links:
            if link.block is not None:
                found.setdefault(link.block, []).append(link)
        return found

    @property
    def is_article(self) -> bool:
        """Whether the page was read as one story."""
        return self.kind.kind is PageKind.ARTICLE


_NOT_MODIFIED = 304
# What has no text to read, by the start of its media type (RFC 9110 section 8.3) or of its bytes.
_MEDIA = (b"image/", b"audio/", b"video/", b"font/", b"application/pdf", b"application/zip", b"application/x-shockwave")
_SITES = SiteReaders()
_MAGIC = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"%PDF", b"PK\x03\x04", b"\x7fELF", b"RIFF", b"ID3", b"OggS")


def read_page(
    capture: Capture,
    profile: SiteProfile | None = None,
    template: SiteTemplate | None = None,
    *,
    network: BlockNetwork | None = None,
    learn: bool = False,
) -> PageReading:
    """Read one capture. Pure, and never raises on a page's bytes: what cannot be read is kind UNREADABLE.

    :param profile: what is known of the site: URL rules, charset hint, selectors, the form of its dates.
    :param template: what other pages of the portal taught (``portal_crawler.template``).
    :param network: the learned block network; the package's own, if none is given.
    :param learn: sketch the page for its portal's template, if it is an article.
    """
    site = _SITES.of(profile)
    key = url_key(capture.url, site.rules) or capture.url
    name = profile.name if profile else None
    if 300 <= capture.status < 400:
        return _redirected(capture, key, site, name)
    if not 200 <= capture.status < 300:
        kind = KindDecision(PageKind.OTHER, 1.0, (Reason(f"answered with status {capture.status}", 1.0),))
        return PageReading(capture, key, kind, profile=name)
    if problem := _not_text(capture):
        return _without_text(capture, key, profile, problem)
    if (feed := site.site_maps.feed_of(capture, key)) is not None:
        kind = KindDecision(PageKind.LINK_PAGE, 1.0, (Reason(f"a {feed.kind.value}", 1.0),))
        links = feed_links(feed, capture.address, site.rules)
        most = _most_links(profile)
        problems = (*feed.problems, *_beyond(len(links) - most, most))
        return PageReading(capture, key, kind, links=links[:most], problems=problems, profile=name)
    return _read_html(capture, key, site, name, _Readers(network, template, learn, _most_links(profile)))


def scan_page(capture: Capture, profile: SiteProfile | None, problem: str) -> PageReading:
    """What can be had of a page that cannot be read: the links at its start, by a scan whose cost is bounded.

    :param problem: why it cannot be read, as a sentence.
    """
    site = _SITES.of(profile)
    text, charset = decode(capture.body[:MOST_BYTES], capture.header(b"content-type"), site.charset)
    tree = _refreshed(scan_references(text), capture)
    roles = [Role.OTHER] * len(tree.occurrences)
    links = read_links(tree, roles, capture.address, charset.used, site.rules).links
    scanned = f"its links are those of its first {MOST_BYTES} bytes, {MOST_REFERENCES} at most"
    return unreadable(capture, profile, (problem, scanned), links, charset)


def _without_text(capture: Capture, key: str, profile: SiteProfile | None, problem: str) -> PageReading:
    """An answer that is no page of text, and may send its reader on by a header all the same."""
    site = _SITES.of(profile)
    found = read_links(_refreshed(scan_references(""), capture), (Role.OTHER,), capture.address, "utf-8", site.rules)
    reading = replace(unreadable(capture, profile, (problem,), found.links), bad_links=found.bad)
    if capture.body.strip() or not (found.links or found.bad):
        return reading
    return replace(reading, kind=KindDecision(PageKind.OTHER, 0.9, (Reason(LEADS_ON, 0.9),)), problems=())


def _refreshed(tree: BlockTree, capture: Capture) -> BlockTree:
    """A page's tree with what its Refresh header refers to, as if a meta element said it."""
    value = capture.header(b"refresh")
    found = header_refresh(value, capture.address) if value else ()
    return replace(tree, occurrences=(*tree.occurrences, *found)) if found else tree


def unreadable(
    capture: Capture,
    profile: SiteProfile | None,
    problems: tuple[str, ...],
    links: tuple[Link, ...] = (),
    charset: CharsetDecision | None = None,
) -> PageReading:
    """The reading of a page that cannot be read, for the reasons that ``problems`` give."""
    kind = KindDecision(PageKind.UNREADABLE, 1.0, tuple(Reason(problem, 1.0) for problem in problems[:1]))
    key = url_key(capture.url, _SITES.of(profile).rules) or capture.url
    name = profile.name if profile else None
    return PageReading(capture, key, kind, charset, links=links, problems=problems, profile=name)


def _redirected(capture: Capture, key: str, site: SiteReader, name: str | None) -> PageReading:
    said = "" if capture.status == _NOT_MODIFIED else "a redirect, "
    kind = KindDecision(PageKind.OTHER, 1.0, (Reason(f"{said}status {capture.status}", 1.0),))
    target = capture.final_url if capture.final_url != capture.url else ""
    link = redirect_link(capture.url, target, site.rules) if target else None
    bad = _bad_target(capture) if not link else None
    return PageReading(
        capture,
        key,
        kind,
        links=(link,) if link else (),
        bad_links=(bad,) if bad else (),
        problems=() if link else (_leads_nowhere(capture, bad),),
        profile=name,
    )


def _leads_nowhere(capture: Capture, bad: BadLink | None) -> str:
    """Why there is no link of an answer that is to lead to another page."""
    if capture.status == _NOT_MODIFIED:
        return "it says that nothing has changed (304), and no earlier answer is known"
    if bad:
        return f"a redirect to what is not followed: {bad.rule}"
    return f"a redirect {'to itself' if capture.header(b'location') else 'without an address to go to'}"


def _bad_target(capture: Capture) -> BadLink | None:
    """Where a redirect leads, if that is no http(s) address."""
    location = location_text(capture.header(b"location") or b"")
    return bad_link(location, forwards=True) if location and not resolve(capture.url, location) else None


def _most_links(profile: SiteProfile | None) -> int:
    return profile.limits.links if profile else MOST_LINKS


def _beyond(count: int, most: int) -> tuple[str, ...]:
    """What to say of links beyond the limit."""
    return (f"more links than {most:,}: {count:,} further ones are not followed",) if count > 0 else ()


def _not_text(capture: Capture) -> str:
    """Why a body is no page of text, or ""."""
    if CUT_AT_LIMIT in capture.problems:
        return CUT_AT_LIMIT
    media = (capture.header(b"content-type") or b"").strip().lower()
    if media.startswith(_MEDIA):
        return f"its media type is {media.decode('latin-1').partition(';')[0]}"
    if capture.body.startswith(_MAGIC):
        return "its bytes are those of a picture, document or archive"
    return "" if capture.body.strip() else "the body is empty"


@dataclass(frozen=True, slots=True)
class _Readers:
    """What was learned, of all portals and of one, and whether this page is to teach."""

    network: BlockNetwork | None
    template: SiteTemplate | None
    learn: bool
    most_links: int


def _read_html(capture: Capture, key: str, site: SiteReader, name: str | None, readers: _Readers) -> PageReading:
    text, charset = decode(capture.body, capture.header(b"content-type"), site.charset)
    markup = folded(capture.body[:MOST_DECODED])
    root, problems = parse(text, markup)
    if len(capture.body) > MOST_DECODED:
        problems += (f"more than {MOST_DECODED} bytes; what stands behind them was not read",)
    tree = _refreshed(walk(root, problems), capture)
    network = readers.network or block_network()
    roles = decide_roles(tree, capture.address, network, readers.template)
    story = roles.story and roles.article >= 0.5
    metadata = read_metadata(tree, roles.decisions, capture.address, site.dates, story=story, markup=markup)
    if site.layouts:
        roles = site.overrule(tree, roles, day_of(metadata.published) if metadata.published else None)
        metadata = read_metadata(tree, roles.decisions, capture.address, site.dates, story=story, markup=markup)
    found = read_links(
        tree,
        roles.occurrence_roles,
        capture.address,
        charset.used,
        site.rules,
        readers.most_links,
        link_judge(tree, roles),
    )
    kind = decide_kind(_evidence(tree, roles, metadata, found.links), capture.address, site.kinds)
    blocks = tree.blocks
    if tree.broken:
        blocks = with_lines(blocks, tree.broken, blocks_of(roles.decisions, Role.BODY))
    article = None
    if kind.kind is PageKind.ARTICLE:
        article = assemble(blocks, roles.decisions, found.links, metadata, capture.address)
    return PageReading(
        capture=capture,
        url_key=key,
        kind=kind,
        charset=charset,
        metadata=metadata,
        blocks=blocks,
        roles=roles.decisions,
        links=found.links,
        bad_links=found.bad,
        article=article,
        problems=(*tree.problems, *_beyond(found.beyond, readers.most_links)),
        profile=name,
        model=network.identifier,
        template_id=readers.template.identifier if readers.template else None,
        directives=read_directives(tree.metas, capture.header_values(b"x-robots-tag")),
        sketch=_sketch(tree, roles) if readers.learn and kind.kind is PageKind.ARTICLE else None,
    )


def link_judge(tree: BlockTree, roles: RoleReading) -> Judge | None:
    """Who tells which links of a page an editor set; nobody where it shows no text."""
    evidence = page_evidence(tree, roles)
    return None if evidence is None else lambda targets: judge_links(evidence, targets, link_model())


def page_evidence(tree: BlockTree, roles: RoleReading) -> PageEvidence | None:
    """What is known of a page before its links are judged."""
    found, own, network, types = roles.found, roles.own, roles.network, roles.types
    if found is None or own is None or network is None or types is None:
        return None
    return PageEvidence(tree, found, own, network, types, roles.occurrence_roles, roles.story, roles.overruled)


def _sketch(tree: BlockTree, roles: RoleReading) -> PageSketch | None:
    """What a story page teaches of its portal's template; nothing where the rules alone decided."""
    if roles.found is None or roles.own is None or not roles.standings:
        return None
    return sketch_page(tree, roles.found, roles.own, roles.standings)


def _evidence(tree: BlockTree, roles: RoleReading, metadata: Metadata, links: Sequence[Link]) -> KindEvidence:
    of_story = (Role.TITLE, Role.BODY, Role.OTHER)
    said = (tree.blocks[one.block].text for one in roles.decisions if one.role in of_story)
    body = [tree.blocks[index].text for index in blocks_of(roles.decisions, Role.BODY)]
    own = sum(map(len, body))
    elements = [link.element for link in links]
    frames, refreshes = elements.count(Element.FRAME), Element.META_REFRESH in elements
    return KindEvidence(
        story=roles.story,
        prose=roles.prose,
        listed=roles.listed,
        digest=roles.digest,
        article=roles.article,
        leads=roles.leads,
        own=own,
        weight=own if own >= LEAST else sum(map(weight, body)),
        title=metadata.title,
        text=" ".join(islice(said, 6)),
        dated=metadata.published is not None,
        credited=bool(metadata.authors or metadata.source),
        controls=_controls(tree),
        frames=frames,
        forwards=refreshes and roles.prose < 400 and len(links) <= 3,
        unmarked=(metadata.language or "").partition("-")[0] in UNMARKED,
    )


def _controls(tree: BlockTree) -> int:
    """The form controls of the whole page that take free text."""
    box = tree.slots[0].box if tree.slots else None
    while box is not None and box.parent is not None:
        box = box.parent
    return box.controls if box is not None else 0
