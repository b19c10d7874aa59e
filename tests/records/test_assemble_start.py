from __future__ import annotations

import subprocess
import sys


def test_who_settles_what_was_read_loads_no_reading() -> None:
    code = "import sys, portal_crawler.records.assemble; print(*(n for n in sys.modules if n.startswith('portal_')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "portal_crawler.records.article_record" in loaded
    assert not {"portal_crawler.reading", "portal_crawler.page.walk", "portal_crawler.page.article"} & set(loaded)
