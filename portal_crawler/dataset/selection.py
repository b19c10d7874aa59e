"""Selection: which articles a dataset takes, and the rule that keeps another one out. Contains no input or output."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from portal_crawler.errors import UsageError

# BCP 47: a language that is not known.
UNDETERMINED = "und"


class Refusal(NamedTuple):
    """The rule that keeps an article out, one word, and how in words."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of an article; of a field that is empty or ``None``, nothing.

    :param languages: BCP 47 tags: ``zh`` takes ``zh-CN`` as well, ``und`` those whose language is not known.
    :param sections: names, in small or capital letters.
    :param sites: hosts, with their port where it is not the scheme's own.
    :param verdicts: ``new``, ``revised``.
    :param since: first day of publication, ``until`` the last one; what has no day is out with either.
    :param min_words: the least ``word_count``, and ``max_words`` the greatest.
    """

    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    min_words: int | None = None
    max_words: int | None = None

    def refusal(self, article: dict[str, Any]) -> Refusal | None:
        """The first rule that keeps an article out; ``None`` of one that is taken."""
        return next(self._refusals(article), None)

    def _refusals(self, article: dict[str, Any]) -> Iterator[Refusal]:
        language = article["language"] or UNDETERMINED
        if self.languages and not any(_speaks(language, wanted) for wanted in self.languages):
            yield Refusal("language", f"{language} is not among {', '.join(self.languages)}")
        for rule, name, wanted in (
            ("section", "section", self.sections),
            ("site", "site", self.sites),
            ("verdict", "verdict", self.verdicts),
        ):
            value = article[name]
            if wanted and (value or "").casefold() not in {one.casefold() for one in wanted}:
                yield Refusal(rule, f"{value or 'none'} is not among {', '.join(wanted)}")
        yield from self._of_days((article["published"] or "")[:10])
        words = article["word_count"]
        if self.min_words is not None and words < self.min_words:
            yield Refusal("min_words", f"{words} words are fewer than {self.min_words}")
        if self.max_words is not None and words > self.max_words:
            yield Refusal("max_words", f"{words} words are more than {self.max_words}")

    def _of_days(self, published: str) -> Iterator[Refusal]:
        for rule, limit in (("since", self.since), ("until", self.until)):
            if limit is None:
                continue
            if not published:
                yield Refusal(rule, "the day of publication is not known")
            elif published < limit.isoformat() if rule == "since" else published > limit.isoformat():
                side = "before" if rule == "since" else "after"
                yield Refusal(rule, f"{published} is {side} {limit.isoformat()}")

    def told(self) -> dict[str, Any]:
        """The rules that are set, as JSON has them."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None and value != ()
        }


def _speaks(language: str, wanted: str) -> bool:
    """Basic filtering of RFC 4647, 3.3.1."""
    language, wanted = language.casefold(), wanted.casefold()
    return language == wanted or language.startswith(f"{wanted}-")


def day_of(told: str, option: str, *, last: bool = False) -> date:
    """The first (or last) day of a year, a month or a day.

    >>> day_of("2005", "--since").isoformat(), day_of("2004-02", "--until", last=True).isoformat()
    ('2005-01-01', '2004-02-29')

    :raises UsageError: where it is none of these; the error names the ``option``.
    """
    parts = told.split("-")
    try:
        if not 1 <= len(parts) <= 3 or len(parts[0]) != 4 or any(len(part) != 2 for part in parts[1:]):
            raise ValueError(told)  # noqa: TRY301 - one way out for every wrong form
        year, month, day = (*map(int, parts), 0, 0)[:3]
        if len(parts) < 2:
            month = 12 if last else 1
        if len(parts) < 3:
            day = monthrange(year, month)[1] if last else 1
        return date(year, month, day)
    except ValueError as error:
        raise UsageError(option, f"'{told}' is no day", "write 2005, 2005-10 or 2005-10-31") from error
