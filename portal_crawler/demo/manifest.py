"""Manifest: the gold of the demo portal, one record for each address; and of two days, one for each change.

python -m portal_crawler.demo.manifest --size small > manifest.jsonl
python -m portal_crawler.demo.manifest --size small --as-of 30 > manifest.jsonl
python -m portal_crawler.demo.manifest --size small --since 0 --as-of 30 > changes.jsonl
"""

from __future__ import annotations

import argparse
import sys
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import jsonlines
import orjson
from protego import Protego

from portal_crawler.demo.changes import changes_between
from portal_crawler.demo.chronicle import chronicle_of, served_portal
from portal_crawler.demo.model import PagePlan, PlanKind, Portal
from portal_crawler.demo.pen import GoldLink
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.profile import demo_profile
from portal_crawler.demo.render import render
from portal_crawler.demo.views_story import paragraphs_of
from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.frontier.traps import trap
from portal_crawler.urls import UrlRules, url_key

_STORY_KINDS = (PlanKind.ARTICLE, PlanKind.PART, PlanKind.PRINT)


def manifest(portal: Portal) -> Iterator[dict[str, Any]]:
    """Every address with what a perfect reading of it gives.

    ``reachable`` says whether a crawl by the demo profile gets there: by links within its scope that robots.txt allows.
    """
    profile = demo_profile("127.0.0.1:80", portal.size)
    rules = UrlRules(frozenset(profile.urls.drop_params))
    links = {url: render(plan, portal).links for url, plan in portal.plans.items()}
    reachable = _reachable(portal, links, rules)
    for url, plan in portal.plans.items():
        key = url_key(url, rules)
        yield {**_gold(plan, portal), "url_key": key, "reachable": key in reachable, "links": _links(links[url], rules)}


def change_records(size: str, seed: int, earlier: float, later: float) -> Iterator[dict[str, Any]]:
    """What a second crawl, on a later day of the chronicle, finds otherwise than the first: a record for each change.

    ``url`` is the first of ``urls``, ``new_url`` that of ``new_urls`` (``changes.Change``); keys are in their order.
    """
    rules = UrlRules(frozenset(demo_profile("127.0.0.1:80", size).urls.drop_params))
    portal = build_portal(size, seed)
    for change in changes_between(portal, chronicle_of(portal), earlier, later):
        yield {
            "kind": change.kind.value,
            "url": change.urls[0],
            "urls": list(change.urls),
            "url_keys": [url_key(url, rules) for url in change.urls],
            "story_id": change.story,
            "new_url": change.new_url,
            "new_urls": list(change.new_urls),
        }


def _gold(plan: PagePlan, portal: Portal) -> dict[str, Any]:
    told = plan.kind in _STORY_KINDS and plan.story is not None
    story = portal.stories[plan.story] if told and plan.story is not None else None
    whole = story is not None and (plan.part is None or plan.part >= len(story.parts))
    return {
        "url": plan.url,
        "status": plan.answer.status,
        "kind": plan.kind.value,
        "generation": plan.generation.value if plan.generation else None,
        "charset_declared": plan.declared,
        "charset_true": plan.charset,
        "title": story.title if story else plan.title,
        "date": story.day.isoformat() if story else None,
        "source": story.source if story else None,
        "byline": story.byline if story else None,
        "body": list(paragraphs_of(story, plan.part)) if story else [],
        "note": story.note if story and whole else None,
        "caption": plan.photo.caption if plan.photo else (story.photo.caption if story and story.photo else None),
        "section": plan.section or None,
        "story_id": plan.story if told else None,
        "story_ids": [plan.story] if told else [],
        "alias_of": plan.alias_of,
        "part_of": story.url if story and plan.part else None,
        "near_dup_group": (story.edit_of or story.number) if story else None,
        "translation_of": story.translation_of if story else None,
    }


def _links(links: tuple[GoldLink, ...], rules: UrlRules) -> list[dict[str, Any]]:
    return [
        {
            "url": link.url,
            "key": url_key(link.url, rules),
            "text": link.text,
            "role": link.role.value,
            "element": link.element.value,
        }
        for link in links
    ]


def _reachable(portal: Portal, links: dict[str, tuple[GoldLink, ...]], rules: UrlRules) -> set[str]:
    """The keys of all pages that links lead to, from the profile's seeds on."""
    profile = demo_profile("127.0.0.1:80", portal.size)
    scope = ScopeRule(profile)
    by_key: dict[str, str] = {}
    for url in portal.plans:
        by_key.setdefault(url_key(url, rules) or url, url)
    robots = {
        urlsplit(url).netloc: Protego.parse("\n".join(plan.body))
        for url, plan in portal.plans.items()
        if plan.style == "robots"
    }
    waiting = deque((url, url_key(url, rules) or url) for url in (*profile.seeds, *profile.sitemaps))
    seen = {key for _, key in waiting}
    reached: set[str] = set()
    while waiting:
        url, key = waiting.popleft()
        rule = robots.get(urlsplit(url).netloc)
        if rule is not None and not rule.can_fetch(url, "portal-crawler"):
            continue
        reached.add(key)
        for link in links.get(by_key.get(key, ""), ()):
            target = url_key(link.url, rules)
            if target and target not in seen and not scope.refusal(link.url, target, 0) and not trap(link.url):
                seen.add(target)
                waiting.append((link.url, target))
    return reached


def main() -> None:
    """Write the manifest, or with ``--since`` the changes, to standard output."""
    parser = argparse.ArgumentParser(description="Write the gold of the demo portal as JSON lines.")
    parser.add_argument("--size", choices=("small", "medium", "large"), default="small")
    parser.add_argument("--seed", type=int, default=2004)
    parser.add_argument(
        "--as-of", type=float, help="day of the chronicle, 0 to 365; the portal without one if left out"
    )
    parser.add_argument("--since", type=float, help="an earlier day: write what changed from it to --as-of instead")
    options = parser.parse_args()
    if options.since is not None and options.as_of is None:
        parser.error("--since needs the later day too: add --as-of DAY")
    with jsonlines.Writer(sys.stdout.buffer, dumps=orjson.dumps) as writer:
        if options.since is not None:
            writer.write_all(change_records(options.size, options.seed, options.since, options.as_of))
        else:
            writer.write_all(manifest(served_portal(options.size, options.seed, options.as_of)))


if __name__ == "__main__":
    main()
