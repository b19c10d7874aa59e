"""WACZ layout: where what stands in a package, as its format and the usual players have it.

Source: https://specs.webrecorder.net/wacz/1.2.0/; what its validators and players hold beyond that is noted here.
"""

from __future__ import annotations

SUFFIX = ".wacz"
ARCHIVE = "archive/"
INDEXES = "indexes/"
PAGE_LISTS = "pages/"
# Both forms of an index are allowed. ReplayWeb.page loads a plain one whole before it shows the first page; of a
# compressed one it loads the block that it needs. pywb takes .cdx and .cdx.gz, not .cdxj.
INDEX_BLOCKS = "indexes/index.cdx.gz"
INDEX_MAP = "indexes/index.idx"
PAGES = "pages/pages.jsonl"
# Not extraPages.jsonl: where that is there, ReplayWeb.page searches its text alone and passes over that of PAGES.
OTHER_PAGES = "pages/otherPages.jsonl"
DATAPACKAGE = "datapackage.json"
DIGEST = "datapackage-digest.json"
# Facts of ours. In a folder, since `wacz validate` knows no further file at the root.
FACTS = "crawl/"
LOGS = "logs/"

# Version 1.2.0 has "wacz" here, which Frictionless (and so `wacz validate`) takes for the address of a schema, and
# which wabac.js refuses as an unknown profile: version 1.1.1's value is what everyone reads.
PROFILE = "data-package"
# Version 1.2.0 has no such key any more; `wacz validate` 0.6 takes this value and no other.
VERSION = "1.1.1"
