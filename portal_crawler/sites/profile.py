"""SiteProfile: what a person knows of one portal. Facts as data, validated; never Python.

The descriptions are the reference: ``docs/reference/profile.md`` and ``profile.schema.json`` are drawn from them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from portal_crawler.sites.profile_values import (
    Address,
    Codec,
    Host,
    Hours,
    Pattern,
    PrivateAddress,
    Proxy,
    Selector,
    Target,
    Zone,
)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(_Part):
    """Which addresses belong to the crawl."""

    hosts: tuple[Host, ...] = Field(
        (),
        description="hosts of the portal, `host` or `host:port`; without them and `surt`, those of the seeds",
    )
    aliases: dict[Host, Host] = Field(
        default_factory=dict, description="other names of a host: `{mirror = original}`; a page of one is a copy"
    )
    include: tuple[Pattern, ...] = Field(
        (), description="regular expressions on path and query; where any is given, one must match"
    )
    exclude: tuple[Pattern, ...] = Field((), description="regular expressions on path and query; none may match")
    surt: tuple[str, ...] = Field(
        (),
        description="SURT prefixes of what belongs to the portal next to `hosts`, such as `test,portal,www)/english/`",
    )
    allow_private: tuple[PrivateAddress, ...] = Field(
        (),
        description="the only private, loopback or otherwise special addresses that may be contacted, `address:port`;"
        " every address that a name leads to is held against it before it is connected to",
    )
    max_depth: int | None = Field(None, ge=0, description="links from a seed, at most")
    max_pages: int | None = Field(None, ge=1, description="pages to fetch, at most; reaching it ends with exit code 15")
    max_bytes: int | None = Field(None, ge=1, description="bytes to fetch, at most; reaching it ends with exit code 14")
    max_seconds: float | None = Field(
        None, gt=0, description="duration of the crawl, at most; reaching it ends with exit code 15"
    )
    max_host_pages: int | None = Field(None, ge=1, description="pages of one host, at most; the others are skipped")
    max_host_bytes: int | None = Field(None, ge=1, description="bytes of one host, at most; what is left is skipped")
    max_host_seconds: float | None = Field(
        None, gt=0, description="seconds from a host's first page, at most; what is left of it is skipped"
    )


class Urls(_Part):
    """What of a URL does not choose a page, beyond the general rules (fragments, session ids, campaign marks)."""

    drop_params: tuple[str, ...] = Field((), description="names of query parameters that never choose another page")


class Network(_Part):
    """Where connections go."""

    connect_to: dict[str, Target] = Field(
        default_factory=dict,
        description="sends a host (`www.portal.test`, `*.portal.test`, `*`) to an `address:port`, as"
        " `curl --connect-to` does: the request keeps the host's own name; a private address must stand in"
        " `scope.allow_private` too",
    )
    proxy: Proxy | None = Field(
        None,
        description="HTTP proxy for every request, `http://host:port`; it may be private, and it looks up the portal's"
        " names: what they lead to is not seen from here",
    )
    cookies: bool = Field(
        False,
        description="whether a host is sent back the cookies that it set itself (at most 50 and 8,190 bytes, kept for"
        " one run); never to another host or port, whatever their `Domain` says",
    )


class Limits(_Part):
    """What is taken of one answer, one page and one address; what is beyond is told in `skipped.jsonl`."""

    # Twice the 15 MB of a page that Googlebot read for years: whatever is larger is no page, or a film.
    wire_bytes: int = Field(32 * 1024 * 1024, ge=1_000, description="bytes of one answer's body as they come, at most")
    # What a site map may have unpacked (sitemaps.org).
    unpacked_bytes: int = Field(
        50 * 1024 * 1024, ge=1_000, description="bytes of one answer's body with its content codings undone, at most"
    )
    # 400 cookies of 4 KiB (RFC 6265 section 6.1 asks for 50 of them) still pass; Chrome takes 256 KiB in all.
    header_bytes: int = Field(4 * 1024 * 1024, ge=1_000, description="bytes of an answer's head, at most")
    header_lines: int = Field(4_000, ge=10, description="lines of an answer's head, at most")
    header_seconds: float = Field(
        25.0, gt=0, description="seconds from the request to the end of the answer's head, at most"
    )
    silence_seconds: float = Field(
        20.0, gt=0, description="seconds in which less than `silence_bytes` of a body come, until it is given up"
    )
    # curl's example of --speed-time with --speed-limit: 3,000 bytes a second; a modem of 1999 gave as much.
    silence_bytes: int = Field(1_000, ge=1, description="bytes of a body that count as more than silence")
    answer_seconds: float = Field(600.0, gt=0, description="seconds from the request to the end of the body, at most")
    url_length: int = Field(
        2083, ge=100, description="characters of an address, at most (Internet Explorer's limit, so the servers' too)"
    )
    links: int = Field(
        50_000, ge=1, description="links of one page that are followed, at most (a site map's limit, sitemaps.org)"
    )
    redirects: int = Field(
        20, ge=0, description="redirects in a row, at most (the Fetch standard's limit, section HTTP-redirect fetch)"
    )


class Politeness(_Part):
    """How the portal's servers are spared."""

    robots: Literal["obey", "ignore"] = Field("obey", description="whether robots.txt is obeyed")
    meta_robots: Literal["obey", "record"] = Field(
        "obey",
        description="whether links of pages that ask for `nofollow` (meta robots, X-Robots-Tag) are left alone; what a"
        " page asks for is recorded in `pages.jsonl` in either case",
    )
    statement: str | None = Field(
        None, description="who permits not to obey, and where; needed then, and kept in every archive file"
    )
    delay: float = Field(
        1.0, ge=0, description="seconds in which a host is left alone after each answer; 0 for none but its own wish"
    )
    delay_factor: float = Field(
        1.0, ge=0, description="a host is left alone for this many times as long as its last answer took, where longer"
    )
    max_delay: float = Field(30.0, ge=0, description="seconds that `delay_factor` may come to, at most")
    max_crawl_delay: float = Field(
        60.0, ge=0, description="seconds of a host's own Crawl-delay that are kept, at most; 0 to keep none"
    )
    max_retry_after: float = Field(
        600.0, ge=0, description="seconds of a Retry-After that are waited for, at most; what asks for more is settled"
    )
    patience: float = Field(
        900.0, ge=0, description="seconds that a host may be silent, after it has answered, until it is given up"
    )
    hours: tuple[Hours, ...] = Field((), description="hours of the day in which requests are sent, `22:00-06:00`")
    hours_zone: Zone = Field("UTC", description="time zone of `hours`, such as `Asia/Shanghai`")
    bandwidth: int | None = Field(None, ge=1, description="bytes a second that all hosts together may send, at most")
    concurrency: int = Field(1, ge=1, description="requests at a time to one host")
    total_concurrency: int = Field(16, ge=1, description="requests at a time in all")
    retries: int = Field(3, ge=0, description="further tries after an error that may pass")
    timeout: float = Field(60.0, gt=0, description="seconds to wait for a connection; see `limits` for answers")
    contact: str | None = Field(None, description="address or page in the user agent, for the portal's operators")

    @model_validator(mode="after")
    def _says_who_permits(self) -> Self:
        if self.robots == self.meta_robots == "obey":
            return self
        if not (self.statement or "").strip():
            raise ValueError(
                'robots that are not obeyed need a statement; write statement = "who permits it, and where"'
            )
        return self


class Charset(_Part):
    """How pages are decoded."""

    prefer: Codec | None = Field(None, description="charset to assume where a page declares none or a wrong one")


class Pages(_Part):
    """URL rules on the kind of a page: a reason for it, not the verdict."""

    article: tuple[Pattern, ...] = Field((), description="regular expressions on path and query of articles")
    link: tuple[Pattern, ...] = Field((), description="regular expressions on path and query of link pages")


class LayoutPeriod(_Part):
    """Selectors for the pages of one period. A selector is CSS, or XPath where it starts with `/` or `(`."""

    until: date | None = Field(None, description="for stories before this day; without it, for all")
    title: tuple[Selector, ...] = Field((), description="where the headline stands; the first that matches counts")
    body: tuple[Selector, ...] = Field((), description="what holds the story")
    drop: tuple[Selector, ...] = Field((), description="what is never part of the story, also within `body`")


class DateField(_Part):
    """A date that the general reading would miss."""

    regex: Pattern = Field(description="regular expression; its first group is the date")
    format: str = Field(description="form of the date, as Python's `strptime` has it")
    time_zone: Zone | None = Field(None, description="IANA name of the zone of the time, such as `Asia/Shanghai`")


class Fields(_Part):
    """How this portal writes fields that the general reading would miss."""

    published: DateField | None = Field(None, description="when a story was published")


class Dedup(_Part):
    """When two pages are one story."""

    near: float = Field(0.8, gt=0, le=1, description="similarity from which two texts on related addresses are one")
    near_duplicates: bool = Field(
        True, description="whether stories on unrelated addresses are compared by what few others say"
    )
    across_crawls: bool = Field(
        False,
        description="whether a story that the crawl before (`--since`), or one before that, has at another address is a"
        " copy of it; otherwise it is kept, and `relations.jsonl` tells of the other",
    )
    apart: tuple[tuple[Address, Address], ...] = Field(
        (), description="pairs of addresses whose pages are never one story, whatever their texts say"
    )
    prefer: tuple[Literal["earliest", "longest"], ...] = Field(
        ("earliest", "longest"), description="breaks ties between copies equally near to the story's own address"
    )


class Revisit(_Part):
    """How `crawl --since` visits again what an earlier crawl knew."""

    policy: Literal["all", "due"] = Field(
        "all",
        description="`all`: every known address is visited again, the likeliest to have changed first; `due`: those"
        " alone in which a change is to be expected by now",
    )
    min_interval: float = Field(0.0, ge=0, description="seconds between two visits of a page, at least")
    max_interval: float = Field(90 * 86_400.0, gt=0, description="seconds between two visits of a page, at most")


class Traps(_Part):
    """How addresses that a portal makes without end are told from its pages."""

    enabled: bool = Field(True, description="whether patterns of addresses are judged by what their pages show")
    patience: int = Field(
        8, ge=2, description="pages without anything new, in a row, after which a pattern is suspected"
    )
    share: float = Field(
        0.01,
        ge=0,
        le=1,
        description="requests for addresses in doubt, at most, as a share of all requests; 5 may be made in any case,"
        " unless it is 0. None is made while what waits has cost twice that in vain, before it was suspected and after",
    )
    redirects: int = Field(
        5,
        ge=0,
        description="redirects in a row after which the next one waits (RFC 2068 section 10.3: five are enough)",
    )
    budget: int | None = Field(None, ge=1, description="pages of one pattern, at most; without it, any number")
    exempt: tuple[Pattern, ...] = Field(
        (),
        description="regular expressions on path and query of addresses that are never in doubt, nor refused as traps"
        " by their form",
    )
    soft_404: bool = Field(
        True,
        description="whether each host is asked once for an address that does not exist, to know its answer again",
    )


class Gates(_Part):
    """What a crawl must reach to count as good; a broken gate gives exit code 20, the data stays."""

    min_articles: int | None = Field(None, ge=0, description="distinct articles, at least")
    max_error_rate: float | None = Field(None, ge=0, le=1, description="share of failed pages, at most")
    min_date_rate: float | None = Field(None, ge=0, le=1, description="share of articles with a date, at least")
    max_empty_rate: float | None = Field(
        None,
        ge=0,
        le=1,
        description="share of empty bodies, at most: answers without one, and articles of fewer than 10 words",
    )
    max_yield_drop: float | None = Field(
        None,
        ge=0,
        le=1,
        description="share by which the articles may be fewer than those of the newest crawl of the profile, beside it,"
        " that finished before and broke no gate",
    )


class Output(_Part):
    """Which outputs are written."""

    warc: bool = Field(True, description="whether the exact bytes are kept in WARC files")
    warc_size: int = Field(
        1_000_000_000, ge=1_000, description="bytes from which the next WARC file is begun (WARC/1.1 annex C: 1 GB)"
    )
    disk_floor: int = Field(
        0, ge=0, description="bytes of the disk that are left free: with less, the crawl pauses until there is room"
    )
    memory_ceiling: int | None = Field(
        None, ge=50_000_000, description="bytes that the crawler may hold; with more it ends, and can be resumed"
    )
    report: bool = Field(True, description="whether `report/index.html` is made at the crawl's end")
    compression: Literal["gzip", "zstd", "none"] = Field("gzip", description="how the records of WARC files are packed")


class SiteProfile(_Part):
    """One portal's profile. At least one of `seeds`, `feeds` and `sitemaps` is needed for a crawl."""

    schema_: Literal[1] = Field(1, alias="schema", description="version of this table")
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="names the folder of the crawls")]
    title: str = Field("", description="the portal's name for people")
    operator: str | None = Field(None, description="who runs the crawl; kept in every WARC file")
    seeds: tuple[Address, ...] = Field((), description="addresses to start from")
    feeds: tuple[Address, ...] = Field((), description="RSS and Atom feeds to start from")
    sitemaps: tuple[Address, ...] = Field(
        (), description="site maps to start from: XML, or text with an address a line"
    )
    scope: Scope = Scope()
    urls: Urls = Urls()
    network: Network = Network()
    limits: Limits = Limits()
    politeness: Politeness = Politeness()
    charset: Charset = Charset()
    pages: Pages = Pages()
    layout: tuple[LayoutPeriod, ...] = Field((), description="dated: an old page is read by the rules of its day")
    fields: Fields = Fields()
    dedup: Dedup = Dedup()
    revisit: Revisit = Revisit()
    traps: Traps = Traps()
    gates: Gates = Gates()
    output: Output = Output()
