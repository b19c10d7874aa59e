"""``portal-crawler graph``: the link graph of a crawl, its ranks, its exports and its figures."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from portal_crawler.cli.graph_sources import opened
from portal_crawler.cli.terminal import number, terminal, terminal_options
from portal_crawler.errors import UsageError

# Options of ``export`` for which a form has no use.
_UNUSED = {"arch": ("level", "most"), "wat": ("level", "most", "editorial")}


class _InOrder(click.Group):
    """Commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_InOrder, invoke_without_command=True, short_help="Make, rank, export and show the link graph of a crawl."
)
@click.pass_context
def graph(context: click.Context) -> None:
    """Make the link graph of a crawl: who links to whom, and which of the links an editor set.

    Needs the extra: pip install 'portal-crawler[graph]'.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@graph.command(short_help="Make the graph of one or more crawls.")
@click.argument("crawls", metavar="CRAWL…", nargs=-1, required=True)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of the graph. [default: CRAWL/graph]"
)
@terminal_options
def build(crawls: tuple[str, ...], out: Path | None) -> None:
    """Make the link graph of each CRAWL, a crawl's folder or a profile's name for its newest crawl.

    Pages, sections, hosts and registered domains, and the edges between them with how many links, editorial ones and
    nofollow ones they stand for, as Parquet files. Made again, it takes the place of the older one.
    """
    from portal_crawler.cli.folders import argument, crawl_folder, shown
    from portal_crawler.graph.build_parquet import build_graph
    from portal_crawler.graph.graph_json import FOLDER

    door = terminal()
    folders = list({folder.resolve(): folder for folder in map(crawl_folder, crawls)}.values())
    if out is None and len(folders) > 1:
        raise UsageError("graph build", "got several crawls", "name a folder for their graph with --out")
    made = build_graph(folders, out or folders[0] / FOLDER)
    if door.json:
        door.record({"graph": str(made.path), **made.facts})
    door.table(
        [
            (f"{level}s", number(facts["nodes"]), "edges", number(facts["edges"]), "editorial",
             number(facts["editorial_edges"]))
            for level, facts in made.facts["levels"].items()
        ]
    )  # fmt: skip
    door.result(shown(made.path), f"portal-crawler graph rank {argument(made.path)}")


@graph.command(short_help="Rank pages, sections, hosts and domains.")
@click.argument("source", metavar="CRAWL_OR_FOLDER")
@click.option(
    "--samples",
    type=click.IntRange(min=64),
    help="Pages that the harmonic centrality of pages is estimated from. [default: 1024, in small graphs more or all]",
)
@terminal_options
def rank(source: str, samples: int | None) -> None:
    """Rank a graph twice, over all links and over the editorial ones: PageRank, harmonic centrality, components.

    Harmonic centrality is exact on sections, hosts and domains, and on the pages of small graphs; of larger ones
    it is an estimate, whose error ranks.json states.
    """
    from portal_crawler.cli.folders import argument, shown
    from portal_crawler.cli.graph_stats import rank_rows
    from portal_crawler.graph.ranks_parquet import rank_graph

    door, found = terminal(), opened(source)
    facts = rank_graph(found, samples)
    if door.json:
        door.record({"ranks": str(found.ranks), **facts})
    door.table(rank_rows(facts))
    door.result(shown(found.ranks), f"portal-crawler graph stats {argument(source)}")


@graph.command(short_help="Write a graph as the files of other tools.")
@click.argument("source", metavar="CRAWL_OR_FOLDER")
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice(["commoncrawl", "arch", "wat", "gexf", "graphml"]),
    help="Vertices, edges and ranks of Common Crawl; CSV of ARCH; link records like WAT; GEXF; GraphML.",
)
@click.option(
    "--level",
    type=click.Choice(["page", "section", "host", "domain"]),
    default="host",
    show_default=True,
    help="What a node is (not of arch and wat, which have their own).",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    help="Only so many nodes, those of the highest PageRank (not of arch and wat). [default: all; of pages in gexf and"
    " graphml, 1000]",
)
@click.option("--editorial", is_flag=True, help="Only links that an editor set (not of wat).")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to. [default: GRAPH/export/FORMAT]"
)
@terminal_options
def export(source: str, form: str, level: str, most: int | None, editorial: bool, out: Path | None) -> None:
    """Write a graph as the files of other tools: for Common Crawl's, ARCH's and WAT's programs, Gephi and Cytoscape."""
    from portal_crawler.cli.folders import argument, shown
    from portal_crawler.graph.export_disk import Format, export_graph
    from portal_crawler.graph.link_graph import Level

    _refuse_unused(form)
    door, found = terminal(), opened(source)
    folder = out or found.path / "export" / form
    files = export_graph(found, Format(form), folder, Level(level), most, editorial=editorial)
    if door.json:
        door.record({"files": [str(file) for file in files]})
    for file in files:
        door.say(f"{shown(file)}  {number(file.stat().st_size)} bytes")
    door.result(shown(folder), f"portal-crawler graph stats {argument(source)}")


def _refuse_unused(form: str) -> None:
    """See that no option is given that the form has no use for.

    :raises UsageError: where one is.
    """
    context = click.get_current_context()
    for name in _UNUSED.get(form, ()):
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise UsageError(f"--{name}", f"changes nothing of --format {form}", "leave it out, or name another format")


@graph.command(short_help="Show what a graph comes to.")
@click.argument("source", metavar="CRAWL_OR_FOLDER")
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="Leading pages that are shown.")
@terminal_options
def stats(source: str, most: int) -> None:
    """Show what a ranked graph comes to: pages and links, components, orphans, dead ends, and the leading pages."""
    from portal_crawler.cli.folders import argument, shown
    from portal_crawler.cli.graph_stats import stats_lines
    from portal_crawler.graph.stats_parquet import read_stats

    door, found = terminal(), opened(source)
    told = read_stats(found, most)
    if door.json:
        door.record(told)
        return
    for line in stats_lines(told):
        door.data(line)
    door.result(shown(found.path), f"portal-crawler graph export {argument(source)} --format gexf")
