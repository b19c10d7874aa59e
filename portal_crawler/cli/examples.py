"""Examples: a line or two that a person can type, for each command. Help, reference and man page show them."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "demo": ("portal-crawler demo", "portal-crawler demo --size medium --out demo"),
    "init": ("portal-crawler init archive", "portal-crawler init http://www.example.org/news/"),
    "probe": ("portal-crawler probe http://www.example.org/news/", "portal-crawler crawl example.org --limit 200"),
    "crawl": (
        "portal-crawler crawl http://www.example.org/news/ --limit 200",
        "portal-crawler crawl example.org --since latest --metrics example.org.prom",
    ),
    "extract": (
        "portal-crawler extract page.html --url http://www.example.org/1.htm --format markdown",
        "portal-crawler extract captures.warc.gz",
    ),
    "why": ("portal-crawler why example.org http://www.example.org/1.htm",),
    "why-not": ("portal-crawler why-not example.org http://www.example.org/2.htm",),
    "check": ("portal-crawler check data/sites/example.org.toml --fixtures fixtures --junit results.xml",),
    "learn": ("portal-crawler learn example.org -o example.org.json",),
    "replay": ("portal-crawler replay example.org", "portal-crawler replay captures.warc.gz --out records"),
    "build": ("portal-crawler build captures.warc.gz more.wacz --out records",),
    "diff": ("portal-crawler diff data/crawls/example.org/A data/crawls/example.org/B",),
    "dedup": ("portal-crawler dedup --batch records.jsonl",),
    "verify": ("portal-crawler verify example.org",),
    "wacz": ("portal-crawler wacz example.org",),
    "report": ("portal-crawler report example.org",),
    "graph": ("portal-crawler graph build example.org", "portal-crawler graph rank example.org"),
    "completion": ("portal-crawler completion bash > ~/.local/share/bash-completion/completions/portal-crawler",),
    "man": ("portal-crawler man -o ~/.local/share/man/man1/portal-crawler.1",),
    "doctor": ("portal-crawler doctor",),
    "schedule": ("portal-crawler schedule list", "portal-crawler schedule tick"),
    "dataset": ("portal-crawler dataset example.org --to parquet -o dataset",),
    "takedown": ("portal-crawler takedown http://www.example.org/1.htm --dry-run",),
    "search": ("portal-crawler search ferry example.org",),
    "serve": ("portal-crawler serve",),
}
"""Command -> lines. One that is not there yet shows none."""


def epilog(name: str) -> str | None:
    r"""The examples of a command as click shows them behind its options, lines kept; ``None`` where it has none.

    >>> epilog("doctor")
    '\x08\nExamples:\n  portal-crawler doctor'
    """
    lines = EXAMPLES.get(name)
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)]) if lines else None
