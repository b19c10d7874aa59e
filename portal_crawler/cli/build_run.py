"""A build or a replay, run with its progress, and told of at its end."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from portal_crawler.cli.build_progress import BuildProgress
from portal_crawler.cli.folders import argument, make_folder, shown
from portal_crawler.cli.terminal import Terminal, number, terminal
from portal_crawler.distributed.build import BuildRules
from portal_crawler.distributed.build_run import BuildOutcome, build_into
from portal_crawler.distributed.engine import Engine

# Defects that are shown one by one.
_SHOWN = 10


def run_build(folder: Path, sources: tuple[Path, ...], rules: BuildRules, engine: Engine, progress: str) -> None:
    """Build into ``folder``, or go on there, and tell what it came to.

    :param engine: who does the jobs.
    """
    door = terminal()
    make_folder(folder)
    with closing(BuildProgress(door, progress)) as view:
        try:
            outcome = build_into(folder, sources, rules, engine, view)
        except KeyboardInterrupt:
            door.say(f"{shown(folder)} is not finished; the same command goes on where it stopped")
            raise
    if outcome.was_finished:
        name = "replay" if rules.replay else "build"
        door.say(f"{shown(folder)}: this {name} is finished; nothing was done (--fresh starts anew beside it)")
    _show(folder, outcome, door, replay=rules.replay)


def _show(folder: Path, outcome: BuildOutcome, door: Terminal, *, replay: bool) -> None:
    """What the build came to."""
    result = outcome.result
    if door.json:
        door.record({"folder": str(folder), "finished_before": outcome.was_finished, **result})
    damage = result["damage"]
    for one in damage[:_SHOWN]:
        door.say(f"damaged: {one['file']}, byte {one['offset']}: {one['problem']}; the rest is read")
    if len(damage) > _SHOWN:
        door.say(f"and {number(len(damage) - _SHOWN)} more; all of them: {shown(folder / 'build.json')}")
    for reason, count in result["passed_over"].items():
        door.say(f"passed over {number(count)}: {reason}")
    if result["again"]:
        door.say(f"passed over {number(result['again'])}: further captures of an address that was read already")
    if not outcome.graph and not replay:
        door.say("no link graph: it needs the extra, pip install 'portal-crawler[graph]', then graph build")
    counts = (number(result[name]) for name in ("pages", "articles", "duplicates"))
    door.say("{} pages, {} articles, {} copies".format(*counts))
    following = f"graph rank {argument(folder)}" if outcome.graph else f"verify {argument(folder)}"
    door.result(shown(folder), f"portal-crawler {following}")
