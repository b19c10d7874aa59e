"""Each host of WCXB with four pages or more, without and with the template that a crawl of them would learn.

    python benchmarks/extraction/train.py --data FOLDER --folds 5 --out NETWORKS
    python benchmarks/template/wcxb_hosts.py --data FOLDER --networks NETWORKS [--pages 4]

Each page is read with the network that was trained without its domain, and read again with the template of all pages
of its host, as a crawl reads its pages again at its end. Articles alone teach a template, and a layout of which fewer
than four are seen has none: most of these hosts are shops and manuals, and how many pages taught is printed beside word
F1. Exits 1 where a host is read worse with its template than without by more than .002.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "extraction"))

from wcxb_pages import GoldPage, gold_pages, word_f1

from portal_crawler.capture import Capture
from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.network_npz import load_network
from portal_crawler.reading import PageReading, read_page
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import TallyKeeper

_WORSE = 0.002


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads each page with the network that has not seen its domain."""

    networks: tuple[BlockNetwork, ...]

    def read(self, page: GoldPage, template: SiteTemplate | None = None, *, learn: bool = False) -> PageReading:
        network = self.networks[page.fold(len(self.networks))]
        return read_page(Capture(url=page.url, body=page.html), None, template, network=network, learn=learn)

    def template(self, pages: list[GoldPage]) -> tuple[SiteTemplate, int]:
        """What a crawl of these pages learns, and from how many of them."""
        keeper = TallyKeeper()
        sketches = [sketch for page in pages if (sketch := self.read(page, learn=True).sketch)]
        for sketch in sketches:
            keeper.add(sketch)
        return SiteTemplate(keeper.tally()), len(sketches)

    def f1(self, pages: list[GoldPage], template: SiteTemplate | None) -> float:
        """The mean word F1."""
        return mean(word_f1(self.read(page, template).text, page.text) for page in pages)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--networks", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=4, help="the fewest pages of a host that is measured")
    options = parser.parse_args()
    files = sorted(options.networks.glob("[0-9]*.npz"))
    reader = Reader(tuple(load_network(path) for path in files))
    hosts: dict[str, list[GoldPage]] = defaultdict(list)
    for page in gold_pages(options.data):
        if host := urlsplit(page.url).hostname:
            hosts[host].append(page)
    missed = 0
    print(f"{'host':<28} {'pages':>5} {'taught':>6} {'without':>8} {'with':>8}")
    for host, pages in sorted(hosts.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(pages) < options.pages:
            break
        template, taught = reader.template(pages)
        without, given = reader.f1(pages, None), reader.f1(pages, template)
        worse = given < without - _WORSE
        missed += worse
        print(f"{host:<28} {len(pages):>5} {taught:>6} {without:>8.4f} {given:>8.4f}{'  WORSE' if worse else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
