"""Template file: a tally as JSON, so that templates of several crawls can be merged without loss."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.template.page_sketch import ROW, PageSketch, Rows
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import TemplateTally

FORMAT = 1
_CURE = "learn it anew: portal-crawler learn CRAWL -o TEMPLATE"


def template_bytes(tally: TemplateTally) -> bytes:
    """The file of a tally: the same for the same tally.

    The texts of a page stand in base64, little-endian, each with the fields of ``page_sketch.ROW``.
    """
    layouts = [
        {
            "place": f"{key:08x}",
            "path": next(iter(pages.values())).path,
            "pages": [{"story": f"{body:016x}", "texts": text_of_rows(page.rows)} for body, page in pages.items()],
        }
        for key, pages in sorted(tally.layouts.items())
    ]
    content = {
        "format": FORMAT,
        "learned_from": {
            "pages": sum(map(len, tally.layouts.values())),
            "first": tally.first.isoformat() if tally.first else None,
            "last": tally.last.isoformat() if tally.last else None,
        },
        "layouts": layouts,
    }
    return orjson.dumps({"id": identifier_of(orjson.dumps(content)), **content}, option=orjson.OPT_INDENT_2) + b"\n"


def identifier_of(content: bytes) -> str:
    """The name of a template's content: the first 12 digits of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:12]


def site_template(tally: TemplateTally) -> SiteTemplate:
    """The template of a tally, named as its file would be."""
    return _template(orjson.loads(template_bytes(tally)))


def load_tally(path: Path) -> TemplateTally:
    """What the template in a file was learned from."""
    return load_template(path).tally


def load_template(path: Path) -> SiteTemplate:
    """The template in a file.

    :raises UsageError: where there is no such file, or none that can be read.
    :raises DamagedFileError: where it is no template, or one of another format.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(str(path), f"cannot be read: {error.strerror}", f"check the path, or {_CURE}") from error
    return parse_template(data, str(path))


def parse_template(data: bytes, name: str) -> SiteTemplate:
    """The template in the bytes of a file.

    :param name: the file's, for errors.
    :raises DamagedFileError: where it is no template, or one of another format.
    """
    try:
        content = orjson.loads(data)
        if content["format"] != FORMAT:
            raise DamagedFileError(name, f"is a template of format {content['format']}, not {FORMAT}", _CURE)
        return _template(content)
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedFileError(name, "is no template", _CURE) from error


def _template(content: Mapping[str, Any]) -> SiteTemplate:
    learned = content["learned_from"]
    layouts = {
        int(one["place"], 16): {
            int(page["story"], 16): PageSketch(rows_of(page["texts"]), one["path"]) for page in one["pages"]
        }
        for one in content["layouts"]
    }
    days = [date.fromisoformat(learned[name]) if learned[name] else None for name in ("first", "last")]
    return SiteTemplate(TemplateTally(layouts, *days), str(content["id"]))


def text_of_rows(rows: Rows) -> str:
    """The rows of a sketch in base64."""
    return base64.b64encode(rows.tobytes()).decode()


def rows_of(text: str) -> Rows:
    """The rows of a sketch from base64.

    :raises ValueError: where it is none.
    """
    return np.frombuffer(base64.b64decode(text, validate=True), ROW)
