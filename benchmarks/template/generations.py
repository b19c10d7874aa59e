"""Each generation of the demo portal, read with a network that has never seen it: without and with its template.

    for g in A B C D Z; do
        python benchmarks/extraction/train.py --data FOLDER --without $g --out NETWORKS/without-$g.npz
    done
    python benchmarks/template/generations.py --networks NETWORKS [--pages 150] [--seed 2004] [--show 3]

Stories are measured on half of the pages drawn, the template is learned from the other half: as soon as a layout has
four pages, and from all. Of a generation with fewer stories than both halves take, each half is measured, with the
template of the other. Kinds are measured on all pages of the generation. Prints word F1, the share of kinds that are
right and the words of taken texts that no story has, without and with the template of all; exits 1 where a figure
misses its mark.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[1] / "extraction"))

from demo_pages import story_text
from wcxb_pages import word_f1, words

from portal_crawler.capture import Capture
from portal_crawler.demo.model import PagePlan, Portal
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.render import render
from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.network_npz import load_network
from portal_crawler.reading import PageReading, read_page
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import TallyKeeper

_WITHOUT, _WITH, _KINDS, _WORSE = 0.975, 0.985, 0.99, 0.002
_FEW = 4
_LISTS = ("hub", "topic", "digest")


@dataclass(frozen=True, slots=True)
class Bench:
    """One portal, and the network that has not seen the generation at hand."""

    portal: Portal
    network: BlockNetwork

    def read(self, plan: PagePlan, template: SiteTemplate | None = None, *, learn: bool = False) -> PageReading:
        page = render(plan, self.portal)
        headers = ((b"Content-Type", (page.content_type or "text/html").encode()),)
        capture = Capture(url=plan.url, body=page.body, headers=headers)
        return read_page(capture, None, template, network=self.network, learn=learn)

    def f1(self, plans: list[PagePlan], template: SiteTemplate | None) -> list[float]:
        """The word F1 of each story."""
        return [word_f1(self.read(plan, template).text, story_text(plan, self.portal)) for plan in plans]

    def learned(self, plans: list[PagePlan]) -> tuple[SiteTemplate, SiteTemplate]:
        """The templates of the first pages, as soon as one layout has four, and of all."""
        keeper, few = TallyKeeper(), None
        for plan in plans:
            if sketch := self.read(plan, learn=True).sketch:
                keeper.add(sketch)
            tally = keeper.tally() if few is None else None
            if tally and max(map(len, tally.layouts.values()), default=0) >= _FEW:
                few = SiteTemplate(tally)
        whole = SiteTemplate(keeper.tally())
        return few or whole, whole

    def foreign(self, plans: list[PagePlan], template: SiteTemplate | None) -> Counter[str]:
        """Taken texts of which less than half is in the story, with how many words of them there are."""
        found: Counter[str] = Counter()
        for plan in plans:
            told = set(words(story_text(plan, self.portal)))
            for text in self.read(plan, template).paragraphs:
                mine = words(text)
                if 2 * sum(word in told for word in mine) < len(mine):
                    found[text] += len(mine)
        return found

    def kind_is_right(self, plan: PagePlan) -> bool:
        """A story is an article, a hub, topic or digest a link page, anything else no article."""
        kind = self.read(plan).kind.kind.value
        if story_text(plan, self.portal):
            return kind == "article"
        return kind == "link_page" if plan.kind.value in _LISTS else kind != "article"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=150, help="stories that are measured, of each generation")
    parser.add_argument("--seed", type=int, default=2004)
    parser.add_argument("--show", type=int, default=0, help="taken texts that no story has")
    options = parser.parse_args()
    portal = build_portal("medium", options.seed)
    missed = 0
    print(
        f"{'':<4} {'stories':>7} {'without':>8} {'4 pages':>8} {'all':>8} {'kinds':>8} {'foreign words':>14} {'all':>4}"
    )
    for name, plans in sorted(_by_generation(portal).items()):
        bench = Bench(portal, load_network(options.networks / f"without-{name[0]}.npz"))
        stories = [plan for plan in plans if story_text(plan, portal)]
        random.Random(1).shuffle(stories)
        measured = [_measured(bench, *halves) for halves in _halves(stories, options.pages)]
        plain, with_few, with_all = (mean(f1 for one in measured for f1 in one.f1[kind]) for kind in range(3))
        alone, foreign = (sum((one.foreign[kind] for one in measured), Counter[str]()) for kind in range(2))
        right = sum(map(bench.kind_is_right, plans)) / len(plans)
        bad = plain < _WITHOUT or with_all < _WITH or right < _KINDS or min(with_few, with_all) < plain - _WORSE
        missed += bool(bad or foreign)
        count = sum(len(one.f1[0]) for one in measured)
        figures = (
            f"{plain:>8.4f} {with_few:>8.4f} {with_all:>8.4f} {right:>8.4f} {alone.total():>14} {foreign.total():>4}"
        )
        print(f"{name:<4} {count:>7} {figures}{'  MISSED' if bad or foreign else ''}", flush=True)
        for text, words_of in (alone | foreign).most_common(options.show):
            print(f"       {words_of} words: {text[:90]}")
    return 1 if missed else 0


@dataclass(frozen=True, slots=True)
class Measured:
    """Stories read without a template, with one of few pages and with one of all: the word F1 of each story, thrice;
    what was foreign without, and with the template of all.
    """

    f1: tuple[list[float], list[float], list[float]]
    foreign: tuple[Counter[str], Counter[str]]


def _measured(bench: Bench, tested: list[PagePlan], others: list[PagePlan]) -> Measured:
    few, whole = bench.learned(others)
    f1 = bench.f1(tested, None), bench.f1(tested, few), bench.f1(tested, whole)
    return Measured(f1, (bench.foreign(tested, None), bench.foreign(tested, whole)))


def _halves(stories: list[PagePlan], pages: int) -> list[tuple[list[PagePlan], list[PagePlan]]]:
    """The stories to measure, and those to learn from; twice, where there are too few for both."""
    if len(stories) >= 2 * pages:
        return [(stories[:pages], stories[pages : 2 * pages])]
    half = len(stories) // 2
    return [(stories[:half], stories[half:]), (stories[half:], stories[:half])]


def _by_generation(portal: Portal) -> dict[str, list[PagePlan]]:
    groups: dict[str, list[PagePlan]] = defaultdict(list)
    for plan in portal.plans.values():
        if plan.answer.status == 200 and plan.generation and plan.kind.value != "feed":
            groups[plan.generation.value].append(plan)
    return groups


if __name__ == "__main__":
    sys.exit(main())
