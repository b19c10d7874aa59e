"""The benchmarks' own modules are no package: their folder is put on the import path, as when one is run."""

from __future__ import annotations

import sys
from pathlib import Path

for _name in ("extraction", "speed"):
    sys.path.append(str(Path(__file__).parents[2] / "benchmarks" / _name))
