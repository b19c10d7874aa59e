"""Reading alone: what ``read_page`` takes for the pages of an archive, in one process that does nothing else.

    python benchmarks/distributed/reading_alone.py PROFILE TEMPLATE|- WARC…

Prints pages and seconds of processor time. Captures are made beforehand, some at a time, and not counted.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import chain, islice
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is loaded

from portal_crawler.archive.warc_collection import WarcCollection  # noqa: E402 - behind what numpy reads
from portal_crawler.capture import Capture  # noqa: E402
from portal_crawler.reading import read_page  # noqa: E402
from portal_crawler.records.archive_sources import archives_of  # noqa: E402
from portal_crawler.replay import captures_in  # noqa: E402
from portal_crawler.sites.profile_toml import load_profile  # noqa: E402
from portal_crawler.template.template_json import load_template  # noqa: E402

_AT_ONCE = 100
_WARM = 50


def main() -> None:
    profile = load_profile(Path(sys.argv[1]))
    template = load_template(Path(sys.argv[2])) if sys.argv[2] != "-" else None
    archives = archives_of(tuple(map(Path, sys.argv[3:])))
    records = chain.from_iterable(archive.records() for archive in archives)
    pages, seconds, seen = 0, 0.0, set[str]()
    with WarcCollection(archives) as originals:
        found = captures_in(records, profile.limits.unpacked_bytes, originals)
        captures = (one for one in found if isinstance(one, Capture) and not _is_in(seen, one.url))
        while some := list(islice(captures, _AT_ONCE)):
            for capture in some[: 0 if pages else _WARM]:
                read_page(capture, profile, template)
            begun = time.process_time()
            for capture in some:
                read_page(capture, profile, template)
            seconds += time.process_time() - begun
            pages += len(some)
    print(pages, seconds)


def _is_in(seen: set[str], url: str) -> bool:
    """Whether an address was seen before; it is from now on."""
    before = len(seen)
    seen.add(url)
    return len(seen) == before


if __name__ == "__main__":
    main()
