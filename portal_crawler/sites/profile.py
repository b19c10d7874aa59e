"""SiteProfile: what a person knows of one portal. Facts as data, validated; never Python."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(_Part):
    """Which addresses belong to the crawl. A host is ``host`` or ``host:port``; patterns match path and query."""

    hosts: tuple[str, ...] = ()
    aliases: dict[str, str] = Field(default_factory=dict)
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    surt: tuple[str, ...] = ()
    allow_private: tuple[str, ...] = ()
    max_depth: int | None = Field(None, ge=0)
    max_pages: int | None = Field(None, ge=1)
    max_bytes: int | None = Field(None, ge=1)
    max_seconds: float | None = Field(None, gt=0)


class Urls(_Part):
    """What of a URL does not choose a page, beyond the general rules of ``portal_crawler.urls``."""

    drop_params: tuple[str, ...] = ()


class Network(_Part):
    """Where connections go. ``connect_to`` sends a host (``*.portal.test``, ``*``) to an address, as curl's
    ``--connect-to`` does: the request on the wire keeps the host's own name.
    """

    connect_to: dict[str, str] = Field(default_factory=dict)


class Politeness(_Part):
    """How the portal's servers are spared. ``delay`` is seconds between requests to one host."""

    robots: Literal["obey", "ignore"] = "obey"
    statement: str | None = None
    delay: float = Field(1.0, ge=0)
    concurrency: int = Field(1, ge=1)
    total_concurrency: int = Field(16, ge=1)
    retries: int = Field(3, ge=0)
    timeout: float = Field(60.0, gt=0)
    contact: str | None = None


class Charset(_Part):
    """``prefer`` is the charset to assume where a page declares none or a wrong one."""

    prefer: str | None = None


class Pages(_Part):
    """URL rules on the kind of a page: a reason for it, not the verdict."""

    article: tuple[Pattern, ...] = ()
    link: tuple[Pattern, ...] = ()


class LayoutPeriod(_Part):
    """Selectors valid for stories before ``until`` (exclusive).

    A selector is CSS, or XPath where it starts with ``/`` or ``(``.
    """

    until: date | None = None
    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class DateField(_Part):
    """A date by regular expression (first group) and ``strptime`` format; ``time_zone`` is an IANA name."""

    regex: Pattern
    format: str
    time_zone: str | None = None


class Fields(_Part):
    """How this portal writes fields that the general reading would miss."""

    published: DateField | None = None


class Dedup(_Part):
    """``near`` is the similarity from which two texts on related addresses are one story.

    ``prefer`` breaks ties between copies that are equally near to the story's own address.
    """

    near: float = Field(0.8, gt=0, le=1)
    prefer: tuple[Literal["earliest", "longest"], ...] = ("earliest", "longest")


class Gates(_Part):
    """What a crawl must reach to count as good; a broken gate gives exit code 20, the data stays."""

    min_articles: int | None = Field(None, ge=0)
    max_error_rate: float | None = Field(None, ge=0, le=1)


class Output(_Part):
    """Which outputs are written."""

    warc: bool = True


class SiteProfile(_Part):
    """One portal's profile. ``seeds``, ``feeds`` and ``sitemaps`` are absolute URLs; at least one is given."""

    schema_: Literal[1] = Field(1, alias="schema")
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    title: str = ""
    seeds: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    scope: Scope = Scope()
    urls: Urls = Urls()
    network: Network = Network()
    politeness: Politeness = Politeness()
    charset: Charset = Charset()
    pages: Pages = Pages()
    layout: tuple[LayoutPeriod, ...] = ()
    fields: Fields = Fields()
    dedup: Dedup = Dedup()
    gates: Gates = Gates()
    output: Output = Output()
