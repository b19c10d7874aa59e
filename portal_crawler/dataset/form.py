"""Form: what a dataset is written as. Contains no input or output."""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """What a person asks for with ``--to``."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    HF = "hf"
    FRICTIONLESS = "frictionless"
    CROISSANT = "croissant"
    BAGIT = "bagit"
    CSV = "csv"
    GEXF = "gexf"
    GRAPHML = "graphml"


class Rows(StrEnum):
    """How the files of the records are written; also the ending of their names."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


# Frictionless is CSV: every implementation of it reads that. Croissant and BagIt leave the choice, and JSON Lines hold
# every value as it is.
_ROWS = {
    Form.JSONL: Rows.JSONL,
    Form.PARQUET: Rows.PARQUET,
    Form.HF: Rows.PARQUET,
    Form.FRICTIONLESS: Rows.CSV,
    Form.CROISSANT: Rows.JSONL,
    Form.BAGIT: Rows.JSONL,
    Form.CSV: Rows.CSV,
}


def rows_of(form: Form) -> Rows | None:
    """How the records of a form are written; ``None`` of a graph, whose nodes they are."""
    return _ROWS.get(form)
