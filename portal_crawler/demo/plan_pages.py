"""Plans of a story's own pages: its first address, its parts, print twins, other hosts, the re-import, the gateway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from portal_crawler.demo.hosts import BARE, BIG5, CLONE, ENGLISH, MAIN, MIRROR, SERVICE
from portal_crawler.demo.model import Answer, Entry, Generation, Group, PagePlan, PlanKind, Story
from portal_crawler.demo.plan_charsets import charset_of

_W = f"http://{MAIN}"
_PAGE = 25
_TRAITS = (
    "no-related",
    "no-tools",
    "no-right",
    "nested-fonts",
    "nested-anchor",
    "two-bodies",
    "two-titles",
    "unknown-tags",
    "odd-entities",
    "conditional-comments",
    "copyright-line",
    "updated-line",
    "backslash-links",
    "base-href",
    "stray-links",
)
_QUIRKS = ("gzip", "deflate", "chunked", "slow", "flaky", "text-plain", "bom", "nul", "validators", "wrong-charset")
_B = (Generation.B1, Generation.B2, Generation.B3)


def story_plans(story: Story, seed: int) -> Iterator[PagePlan]:
    """The pages of a story at its first address."""
    rng = Random(f"{seed}:page:{story.number}")
    charset, declared = charset_of(story.generation)
    traits = frozenset(trait for trait in _TRAITS if rng.random() < 0.05)
    quirks = _quirks(story, rng)
    plan = PagePlan(
        story.url,
        PlanKind.ARTICLE,
        story.generation,
        title=story.title,
        section=story.section,
        story=story.number,
        day=story.day,
        charset=charset,
        declared=declared,
        answer=Answer(quirks=quirks),
        traits=traits,
    )
    if not story.parts:
        yield plan
        return
    stem, dot, extension = story.url.rpartition(".")
    urls = [story.url, *(f"{stem}_{part}{dot}{extension}" for part in range(2, len(story.parts) + 1))]
    for part, url in enumerate(urls, 1):
        names = [one.rpartition("/")[2] for one in urls]
        pager = [Entry("" if at == part - 1 else name, str(at + 1)) for at, name in enumerate(names)]
        if part < len(urls):
            pager.append(Entry(names[part], "Next"))
        yield replace(plan, url=url, kind=PlanKind.PART, part=part, pager=tuple(pager), answer=Answer())


def _quirks(story: Story, rng: Random) -> frozenset[str]:
    chosen = {quirk for quirk in _QUIRKS if rng.random() < (0.4 if quirk == "validators" else 0.012)}
    if story.generation is not Generation.C:
        chosen -= {"bom"}
    if story.generation is Generation.Z:
        chosen -= {"wrong-charset"}
    if story.generation is Generation.D:
        chosen -= {"wrong-charset"}
    return frozenset(chosen)


def print_plan(story: Story) -> PagePlan:
    """The print twin of a story of C or D, which its page links to."""
    charset, declared = charset_of(story.generation)
    url = (
        f"http://{SERVICE}/print.asp?id={story.number}"
        if story.generation is Generation.C
        else f"{_W}/print/{story.number}.htm"
    )
    return PagePlan(
        url,
        PlanKind.PRINT,
        story.generation,
        "print",
        story.title,
        section=story.section,
        story=story.number,
        alias_of=story.url,
        day=story.day,
        charset=charset,
        declared=declared,
    )


def copy_plan(plan: PagePlan, host: str) -> PagePlan:
    """The same page under another host; a clone puts its spam in front."""
    url = plan.url.replace(MAIN, host, 1)
    return replace(plan, url=url, alias_of=plan.url, style="clone" if host == CLONE else plan.style, answer=Answer())


def reimport_plan(story: Story) -> PagePlan:
    """A story of B once more, bare and hard-wrapped, in the archive of the last generation."""
    url = f"{_W}/archive/{story.day:%Y-%m/%d}/content_1{story.number}.htm"
    return PagePlan(
        url,
        PlanKind.ARTICLE,
        Generation.D,
        "bare",
        story.title,
        section=story.section,
        story=story.number,
        alias_of=story.url,
        day=story.day,
        charset="utf-8",
        declared="utf-8",
    )


def gateway_plan(plan: PagePlan) -> PagePlan:
    """A Chinese page through the gateway that sets it in traditional script's charset."""
    url = f"http://{BIG5}/gate/big5/{plan.url.removeprefix('http://')}"
    return replace(
        plan,
        url=url,
        style="gateway",
        alias_of=plan.url,
        charset="big5hkscs",
        declared="big5",
        answer=Answer(),
        traits=frozenset(),
    )


def copy_lists(plans: Sequence[PagePlan], host: str, title: str) -> Iterator[PagePlan]:
    """The pages of a host that lead to its copies: its home, and further pages of the list."""
    entries = [Entry(plan.url, plan.title) for plan in plans]
    parts = [entries[start : start + _PAGE] for start in range(0, len(entries), _PAGE)] or [[]]
    urls = [f"http://{host}/", *(f"http://{host}/list_{number}.htm" for number in range(2, len(parts) + 1))]
    yield from _paged(urls, parts, title, _W + "/" if host in (BARE, ENGLISH, MIRROR, CLONE) else None)


def archive_lists(plans: Sequence[PagePlan]) -> Iterator[PagePlan]:
    """The pages that lead to the re-imports."""
    entries = [Entry(plan.url, plan.title) for plan in plans]
    parts = [entries[start : start + _PAGE] for start in range(0, len(entries), _PAGE)] or [[]]
    urls = [f"{_W}/english/archive.htm", *(f"{_W}/english/archive_{number}.htm" for number in range(2, len(parts) + 1))]
    yield from _paged(urls, parts, "Stories from the Archive", None)


def _paged(urls: Sequence[str], parts: Sequence[Sequence[Entry]], title: str, alias: str | None) -> Iterator[PagePlan]:
    for at, (url, part) in enumerate(zip(urls, parts, strict=True)):
        pager = [Entry("" if number == at else other, str(number + 1)) for number, other in enumerate(urls)]
        near = tuple(one for number, one in enumerate(pager) if abs(number - at) < 5) if len(urls) > 1 else ()
        yield PagePlan(
            url,
            PlanKind.HUB,
            Generation.B3,
            title=title,
            groups=(Group("", tuple(part)),),
            pager=near,
            alias_of=alias if at == 0 else None,
            charset="cp1252",
            traits=frozenset({"unlisted"}),
        )


_LATER = None
