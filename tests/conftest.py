"""Crawls of tests make no report, which takes longer than they do; the tests of reports ask for theirs."""

from __future__ import annotations

import os

os.environ.setdefault("PORTAL_CRAWLER_NO_REPORT", "1")
