"""Card: ``README.md`` of a dataset, for people; at its head what the Hugging Face hub reads. No input or output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal_crawler.dataset.card_front import front_matter
from portal_crawler.dataset.citation import cite_as
from portal_crawler.dataset.description import NO_LICENCE, Description
from portal_crawler.dataset.fields import RECORDS, SPLITS
from portal_crawler.dataset.form import Form, Rows
from portal_crawler.dataset.markup import markdown_text, table

CARD = "README.md"
# Lines of a table of sections or sites; the rest is one line.
_LINES = 25


def card(told: Description) -> str:
    """The whole card."""
    parts = [
        front_matter(told),
        f"# {markdown_text(told.title)}\n\n{markdown_text(told.summary, 500)}\n",
        _at_a_glance(told),
        _figures(told),
        _records(told),
        _left_out(told),
        _changes(told),
        _provenance(told),
        _licence(told),
        _LIMITS,
        f"## Citation\n\n{markdown_text(cite_as(told), 2_000)}\n\nThe same stands in `CITATION.cff`.\n",
    ]
    return "\n".join(parts)


def _at_a_glance(told: Description) -> str:
    figures = told.figures
    words = figures["word_count"]
    rows = [
        ("version", told.version),
        ("date", told.date),
        ("records", _number(figures["records"])),
        ("words", _number(figures["words"])),
        (
            "words of a record",
            f"{words['min']:,} to {words['max']:,}, median {words['median']:,}, mean {words['mean']:,}",
        ),
        ("splits", ", ".join(f"{name} {figures['splits'][name]:,}" for name in SPLITS if name in figures["splits"])),
        ("files", f"{len(told.files):,}, {sum(file.bytes for file in told.files):,} bytes"),
    ]
    return table(("", ""), rows) + _LOAD[told.form if told.form in _LOAD else told.rows or told.form]


_FRAMES = """
```python
from pathlib import Path

import pandas as pd

files = sorted(Path("data").glob("*/*.{ending}"))
articles = pd.concat([{read} for file in files], ignore_index=True)
```
"""
_HUB = """
```python
from datasets import load_dataset

articles = load_dataset(".")  # this folder
```
"""
_NETWORK = """
```python
import networkx

graph = networkx.read_{name}("data/articles.{name}")
```
"""
_LOAD: Mapping[Any, str] = {
    Form.HF: _HUB,
    Rows.JSONL: _FRAMES.format(read="pd.read_json(file, lines=True, dtype=False)", ending="jsonl"),
    Rows.CSV: _FRAMES.format(read="pd.read_csv(file, dtype=str, keep_default_na=False)", ending="csv")
    + """
A text that a spreadsheet would take for a formula has an apostrophe before it, and so has one that begins with an
apostrophe: to get the text back, take one leading apostrophe away (`articles["text"].str.removeprefix("'")`).
Lists are JSON (`json.loads`).
""",
    Rows.PARQUET: _FRAMES.format(read="pd.read_parquet(file)", ending="parquet"),
    Form.GEXF: _NETWORK.format(name="gexf"),
    Form.GRAPHML: _NETWORK.format(name="graphml"),
}


def _figures(told: Description) -> str:
    figures, parts = told.figures, ["## Figures\n"]
    for name in ("languages", "years", "sections", "sites"):
        counts = figures[name]
        rows = [(markdown_text(value), _number(many)) for value, many in list(counts.items())[:_LINES]]
        if len(counts) > _LINES:
            rest = list(counts.values())[_LINES:]
            rows.append((f"{len(rest):,} more", _number(sum(rest))))
        parts.append(table((name[:-1], "records"), rows))
    shares = [(f"`{name}`", f"{share:.1%}") for name, share in figures["completeness"].items()]
    parts.append("How often a field that may be empty is filled:\n")
    parts.append(table(("field", "records"), shares))
    return "\n".join(parts)


def _records(told: Description) -> str:
    folded, (clusters, related) = told.manifest["folded"], told.manifest["clusters"]
    copies = ", ".join(f"{many:,} {kind}" for kind, many in folded.items()) or "none"
    fields = [(f"`{field.name}`", _type(field.type), field.meaning) for field in RECORDS.fields]
    return f"""## Records

One record is one story. Copies of it that the crawls met are folded into it ({copies}); their addresses are
in `aliases`. {related:,} records are in {clusters:,} clusters of two or more: texts of one address, near-duplicates,
stories of one template, translations. `relations.jsonl` names each pair. A cluster is never divided between splits,
and a record keeps its split in later versions.

{table(("field", "type", "meaning"), fields)}"""


def _type(kind: str) -> str:
    return "one of " + ", ".join(kind.split("|")) if "|" in kind else kind


def _left_out(told: Description) -> str:
    rows = [(f"`{rule}`", _number(many)) for rule, many in told.manifest["left_out"].items()]
    selection = told.manifest["selection"]
    rules = "; ".join(
        f"{name} {', '.join(value) if isinstance(value, list) else value}" for name, value in selection.items()
    )
    asked = f"Selected by: {markdown_text(rules)}." if rules else "Nothing was selected: every article was taken."
    listed = table(("rule", "articles"), rows) if rows else "Nothing was left out.\n"
    return f"## Left out\n\n{asked} `left_out.jsonl` has a line for each article that is no record.\n\n{listed}"


def _changes(told: Description) -> str:
    history = told.manifest["history"]
    names = ("records", "added", "changed", "withdrawn", "moved")
    # A version of an older portal-crawler does not say how many moved: it has them among the changed ones.
    rows = [
        (one["version"], one["date"], *(_number(one[name]) if name in one else "" for name in names)) for one in history
    ]
    return f"## Versions\n\n{table(('version', 'date', *names), rows)}\n{_MOVED}{_last_changes(history[-1])}"


_MOVED = """`changes.jsonl` names what this version changed; the first one changed nothing. Of a record that moved, only
the provenance differs: its place in the archive, when it was fetched, what read it. It reads as before.
"""


def _last_changes(last: Mapping[str, Any]) -> str:
    """What the last version changed, by field and rule."""
    kinds = (("changed", "changed_fields"), ("moved", "moved_fields"), ("withdrawn", "withdrawn_rules"))
    rows = [(f"{kind}: `{name}`", _number(many)) for kind, key in kinds for name, many in (last[key] or {}).items()]
    if last["changed_fields"] is None:
        rows.append(("changed: the version before does not tell in what", _number(last["changed"])))
    if last["revising"]:
        rows.insert(0, ("added: another text at an address of the version before", _number(last["revising"])))
    return "\n" + table((f"version {last['version']}", "records"), rows) if rows else ""


def _provenance(told: Description) -> str:
    return "## Provenance\n\n" + "".join(_crawls(told))


def _crawls(told: Description) -> Iterator[str]:
    for crawl in told.crawls:
        seeds = ", ".join(markdown_text(seed) for seed in (crawl["seeds"] or [])[:5])
        first, last = _told(crawl["started"]), _told(crawl["finished"])
        made = told.figures["crawls"].get(crawl["id"], 0)
        yield (
            f"- **{markdown_text(crawl['id'])}**: {made:,} records. Profile {_told(crawl['profile'])} "
            f"({_told(crawl['profile_hash'])}), from {seeds or 'its archives'}; {first} to {last}, "
            f"ended: {_told(crawl['finish_reason'])}; portal-crawler {_told(crawl['portal_crawler'])}.\n"
        )
    yield "\nEach record names its crawl, the time it was fetched, and the WARC record that holds the page.\n"


def _told(value: Any) -> str:
    return "unknown" if value is None else markdown_text(str(value))


def _licence(told: Description) -> str:
    if told.licence is None:
        return (
            f"## Licence\n\n**{NO_LICENCE.capitalize()}.** The rights of the texts lie with those who published them. "
            "Whoever hands this dataset on states here what may be done with it: `--licence`.\n"
        )
    named = f"[{told.spdx}]({told.licence_address})" if told.spdx else markdown_text(told.licence, 2_000)
    return f"## Licence\n\n{named}\n"


_LIMITS = """## Known limits

- What a crawl did not reach is not here; its `skipped.jsonl` says what and why.
- Text, date, authors and section are what a program read on the pages. A reading can be wrong: `kind_confidence` says
  how sure it was that the page is one story, and an empty field that the page did not say.
- Near-duplicates are found by what texts share; translations only where a page names them.
- A page is dated by itself. `fetched_at` is when it was fetched.
- Nothing was anonymised: texts and authors are as they were published.
"""


def _number(value: int) -> str:
    return f"{value:,}"
