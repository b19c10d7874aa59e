"""Other programs that load a dataset, each in a process of its own: ``judges.py NAME FOLDER`` prints what it read.

In the process of the tests their warnings would be errors, and their imports everybody's.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Told = dict[str, Any]


def frictionless(folder: Path) -> Told:
    from frictionless import Package, validate

    report = validate(str(folder / "datapackage.json"))
    package = Package(str(folder / "datapackage.json"))
    rows = [
        row.to_dict()
        for resource in package.resources
        for row in package.get_table_resource(str(resource.name)).read_rows()
    ]
    return {
        "valid": report.valid,
        "problems": report.flatten(["type", "message"])[:5],
        "count": len(rows),
        "texts": {row["id"]: row["text"] for row in rows},
        "types": {name: type(value).__name__ for row in rows for name, value in row.items() if value is not None},
        "authors": rows[0]["authors"],
    }


def mlcroissant(folder: Path) -> Told:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    rows = [
        {name.partition("/")[2]: value for name, value in row.items()} for row in dataset.records(record_set="articles")
    ]
    return {
        "errors": sorted(issues.errors),
        "warnings": sorted(issues.warnings),
        "count": len(rows),
        "texts": {row["id"].decode(): row["text"].decode() for row in rows},
        "types": {name: type(value).__name__ for row in rows for name, value in row.items() if value is not None},
        "authors": [author.decode() for author in rows[0]["authors"]],
    }


def datasets(folder: Path) -> Told:
    import datasets

    loaded = datasets.load_dataset(str(folder))
    rows = [row for part in loaded.values() for row in part]
    return {
        "splits": {name: len(part) for name, part in loaded.items()},
        "texts": {row["id"]: row["text"] for row in rows},
        "types": {name: str(kind) for name, kind in next(iter(loaded.values())).features.items()},
        "authors": rows[0]["authors"],
    }


def card(folder: Path) -> Told:
    """Whoever runs what the card says, in the dataset's folder."""
    example = (folder / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: Told = {}
    os.chdir(folder)
    exec(example, names)
    articles = names["articles"]
    return {"titles": dict(zip(articles["id"], articles["title"], strict=True))}


def frames(folder: Path) -> Told:
    """pandas, Polars and DuckDB on the Parquet files."""
    import duckdb
    import pandas as pd
    import polars as pl

    files = f"{folder}/data/*/*.parquet"
    panda = pd.concat([pd.read_parquet(path) for path in sorted(folder.glob("data/*/*.parquet"))])
    polar = pl.read_parquet(files)
    duck = duckdb.connect()
    columns = duck.execute(f"DESCRIBE SELECT * FROM read_parquet('{files}')").fetchall()
    count = duck.execute(f"SELECT count(*) FROM read_parquet('{files}')").fetchone()
    return {
        "counts": [len(panda), len(polar), count[0] if count else None],
        "texts": dict(zip(panda["id"], panda["text"], strict=True)),
        "pandas": {name: str(kind) for name, kind in panda.dtypes.items()},
        "polars": {name: str(kind) for name, kind in polar.schema.items()},
        "duckdb": {name: kind for name, kind, *_ in columns},
        "authors": polar["authors"][0].to_list(),
    }


def csv_frames(folder: Path) -> Told:
    """pandas, Polars and DuckDB on the CSV files."""
    import duckdb
    import pandas as pd
    import polars as pl

    paths = sorted(folder.glob("data/*/*.csv"))
    panda = pd.concat([pd.read_csv(path) for path in paths])
    polar = pl.concat([pl.read_csv(path, infer_schema=False) for path in paths])
    duck = duckdb.connect().execute(
        f"SELECT id, text FROM read_csv('{folder}/data/*/*.csv', all_varchar = true, union_by_name = true)"
    )
    return {
        "pandas": dict(zip(panda["id"], panda["text"], strict=True)),
        "polars": dict(zip(polar["id"], polar["text"], strict=True)),
        "duckdb": dict(duck.fetchall()),
    }


def bagit(folder: Path) -> Told:
    import bagit

    bag = bagit.Bag(str(folder))
    return {"valid": bag.validate(), "payload": sorted(bag.payload_files()), "info": bag.info}


def graphs(folder: Path) -> Told:
    import igraph
    import networkx

    if (folder / "data" / "articles.gexf").exists():
        graph = networkx.read_gexf(folder / "data" / "articles.gexf")
        other = None
    else:
        graph = networkx.read_graphml(folder / "data" / "articles.graphml")
        read = igraph.Graph.Read_GraphML(str(folder / "data" / "articles.graphml"))
        other = {
            "edges": sorted([read.vs[one.source]["article"], read.vs[one.target]["article"]] for one in read.es),
            "titles": {node["article"]: node["title"] for node in read.vs},
            "directed": read.is_directed(),
        }
    articles = {node: told["article"] for node, told in graph.nodes(data=True)}
    return {
        "edges": sorted([articles[one], articles[two]] for one, two in graph.edges()),
        "totals": sorted(told["total"] for _, _, told in graph.edges(data=True)),
        "titles": {told["article"]: told["title"] for _, told in graph.nodes(data=True)},
        "directed": graph.is_directed(),
        "igraph": other,
    }


JUDGES: dict[str, Callable[[Path], Told]] = {
    judge.__name__: judge for judge in (frictionless, mlcroissant, datasets, card, frames, csv_frames, bagit, graphs)
}

if __name__ == "__main__":
    print(json.dumps(JUDGES[sys.argv[1]](Path(sys.argv[2])), default=str))  # noqa: T201 - what the test reads
