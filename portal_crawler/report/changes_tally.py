"""Changes tally: what became of the stories between two crawls, counted, and the first of each kind. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from portal_crawler.report.comparison import Change, ChangeKind
from portal_crawler.report.text_edits import TextEdit, text_edits

# Changed stories that are shown side by side, and stories of the other kinds that are listed.
MOST_EDITED, MOST_LISTED = 30, 200


@dataclass(frozen=True, slots=True)
class Edited:
    """A story with what changed in it: its headline, where it did, comes first."""

    change: Change
    edits: tuple[TextEdit, ...]


@dataclass(slots=True)
class ChangesTally:
    """``counts`` are stories by kind; ``listed`` those that are shown, ``edited`` the changed ones with their texts."""

    counts: Counter[ChangeKind] = field(default_factory=Counter)
    listed: dict[ChangeKind, list[Change]] = field(default_factory=lambda: defaultdict(list))
    edited: list[Edited] = field(default_factory=list)

    def add(self, change: Change) -> None:
        """Count one story."""
        self.counts[change.kind] += 1
        if len(self.listed[change.kind]) < MOST_LISTED:
            self.listed[change.kind].append(change)
        if change.kind is ChangeKind.CHANGED and len(self.edited) < MOST_EDITED and change.before and change.after:
            edits = text_edits(change.before.text, change.after.text)
            if change.before.title != change.after.title:
                edits.insert(0, TextEdit(change.before.title, change.after.title))
            self.edited.append(Edited(change, tuple(edits)))
