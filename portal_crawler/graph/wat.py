"""Link records in the form of Web Archive Transformation files (WAT), a JSON object for each page.

The envelope, ``HTML-Metadata`` and the ``path`` of a link are as in Common Crawl's WAT files
(https://commoncrawl.org/blog/web-archiving-file-formats-explained); addresses are resolved, and each link has ``role``
and ``editorial`` besides. What a page says to programs alone stands in ``Head``, a redirect in ``Headers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from portal_crawler.graph.editorial import is_editorial

# Element -> the path that WAT writes: tag and attribute.
_PATHS = {
    "a": "A@/href",
    "area": "AREA@/href",
    "frame": "FRAME@/src",
    "iframe": "IFRAME@/src",
    "option": "OPTION@/value",
    "canonical": "LINK@/href",
    "meta_refresh": "META@/content",
    "feed": "FEED@/link",
    "sitemap": "SITEMAP@/loc",
}
_HEAD = ("canonical", "meta_refresh")


def wat_records(records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A record for each page; the lines of one page stand together in ``links.jsonl``."""
    for (url, time), links in groupby(records, key=lambda record: (record["source_url"], record["seen_at"])):
        yield _record(url, time, list(links))


def _record(url: str, time: str, links: list[Mapping[str, Any]]) -> dict[str, Any]:
    head = [_link(link) for link in links if link["element"] in _HEAD]
    body = [_link(link) for link in links if link["element"] in _PATHS and link["element"] not in _HEAD]
    html: dict[str, Any] = {"Links": body} | ({"Head": {"Link": head}} if head else {})
    response: dict[str, Any] = {"HTML-Metadata": html}
    redirects = [link["target_url"] for link in links if link["element"] == "redirect"]
    if redirects:
        response["Headers"] = {"Location": redirects[0]}
    return {
        "Envelope": {
            "Format": "WARC",
            "WARC-Header-Metadata": {"WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": time},
            "Payload-Metadata": {
                "Actual-Content-Type": "application/http; msgtype=response",
                "HTTP-Response-Metadata": response,
            },
        }
    }


def _link(link: Mapping[str, Any]) -> dict[str, Any]:
    told = {"path": _PATHS[link["element"]], "url": link["target_url"]}
    told |= {"text": link["text"]} if link["text"] else {}
    told |= {"rel": " ".join(link["rel"])} if link["rel"] else {}
    return told | {"role": link["role"], "editorial": is_editorial(link)}
