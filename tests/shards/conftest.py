"""The sites that these tests crawl are those of benchmarks/crawl/shards.py."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks" / "crawl"))
