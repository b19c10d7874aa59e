"""Story tally: layouts and boilerplate of the story pages, from what each was read as. Pure and mergeable.

Story pages stand in ``work/stories.jsonl``, copies included, each with the sketch that its template is learned from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from portal_crawler.template.template_json import rows_of
from portal_crawler.urls import section_of_key

Place = tuple[str, str]


@dataclass(slots=True)
class StoryTally:
    """Counts over story pages.

    ``families`` are pages by (layout, month of publication, "" where it is not known), where a layout is the path of
    the element that holds the story; ``templates`` by (layout, id of the learned template that read the page, "" for
    none); ``story`` and ``page`` are characters of stories and of whole pages by (section, layout), ``pages`` the pages
    of each.
    """

    families: Counter[tuple[str, str]] = field(default_factory=Counter)
    templates: Counter[tuple[str, str]] = field(default_factory=Counter)
    story: Counter[Place] = field(default_factory=Counter)
    page: Counter[Place] = field(default_factory=Counter)
    pages: Counter[Place] = field(default_factory=Counter)
    unsketched: int = 0

    def add(self, line: Mapping[str, Any]) -> None:
        """Count one story page."""
        article, sketch = line["article"], line.get("sketch")
        if not sketch:
            self.unsketched += 1
            return
        layout = sketch["path"]
        self.families[layout, (article["published"] or "")[:7]] += 1
        self.templates[layout, (article["extractor"] or {}).get("template_id") or ""] += 1
        whole = int(rows_of(sketch["texts"])["weight"].sum(dtype=np.int64))
        place = (section_of_key(article["url_key"]), layout)
        self.pages[place] += 1
        self.page[place] += whole
        self.story[place] += min(whole, len(article["text"]))

    def merge(self, other: StoryTally) -> StoryTally:
        """The counts of both: associative and commutative."""
        return StoryTally(
            self.families + other.families,
            self.templates + other.templates,
            self.story + other.story,
            self.page + other.page,
            self.pages + other.pages,
            self.unsketched + other.unsketched,
        )
