"""A crawl tally as a file: what one part of many crawls' lines comes to, to be added to that of the others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from portal_crawler.disk import writing
from portal_crawler.graph.crawl_tally import Answers, CrawlTally
from portal_crawler.graph.edge_tally import EdgeTally


def save_tally(tally: CrawlTally, path: Path) -> None:
    """Write a tally, which is used up. The same lines in the same order give the same bytes."""
    edges = tally.take_edges()
    pages = sorted(tally.answers)
    answers = [tally.answers[page] for page in pages]
    arrays: dict[str, Any] = {
        "keys": _packed(list(tally.ids)),
        "urls": _packed(tally.urls),
        "pairs": edges.pairs,
        "counts": edges.counts,
        "lines": np.array([tally.lines]),
        "pages": np.array(pages, np.int32),
        "answers": np.array([(one.status, one.kind, one.nofollow) for one in answers], np.int32).reshape(-1, 3),
        "answer_urls": _packed([one.url for one in answers]),
    }
    with writing(path), path.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def load_tally(path: Path) -> CrawlTally:
    """The tally in a file, to be absorbed by another one."""
    with np.load(path, allow_pickle=False) as arrays:
        keys, urls = _unpacked(arrays["keys"]), _unpacked(arrays["urls"])
        told = zip(arrays["pages"].tolist(), _unpacked(arrays["answer_urls"]), arrays["answers"].tolist(), strict=True)
        answers = {page: Answers(url, status, kind, bool(nofollow)) for page, url, (status, kind, nofollow) in told}
        tally = CrawlTally({key: page for page, key in enumerate(keys)}, urls, answers, int(arrays["lines"][0]))
        tally.add_edges(EdgeTally(arrays["pairs"], arrays["counts"]))
        return tally


def _packed(texts: list[str]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Texts as bytes, each ended by a line end, which no address holds."""
    return np.frombuffer("".join(f"{text}\n" for text in texts).encode(), np.uint8)


def _unpacked(packed: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> list[str]:
    return packed.tobytes().decode().split("\n")[:-1]
