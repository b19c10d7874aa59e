"""Pages report: the report of a crawl as it lies in its folder, shown as a document that belongs to no origin."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from portal_crawler.records.archive_sources import is_read_again
from portal_crawler.web.desk import crawl_of
from portal_crawler.web.file_answer import FileAnswer
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.shown_values import in_shell

REPORT = "report/index.html"
# Its scripts draw charts and the graph, and can reach nothing: a sandbox without allow-same-origin is an origin of its
# own (https://www.w3.org/TR/CSP3/#directive-sandbox), and nothing may be loaded or sent.
_POLICY = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
    " img-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _report(request: Request) -> FileAnswer:
    crawl = crawl_of(request)
    path = crawl.folder / REPORT
    if not path.is_file() and is_read_again(crawl.folder):
        raise NotHereError(
            REPORT, "is of a crawl, and these records were read from archives", "open the crawl's report"
        )
    if not path.is_file():
        raise NotHereError(REPORT, "is not made yet", f"make it with: portal-crawler report {in_shell(crawl.folder)}")
    return FileAnswer(path, "text/html; charset=utf-8", ((b"content-security-policy", _POLICY.encode("ascii")),))


routes = [Route("/crawls/{crawl}/report", _report, name="report")]
