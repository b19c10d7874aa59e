"""What memory a process gives back."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

_HELD = """
from portal_crawler.engine.headroom import give_back, resident
blocks = [bytes(2_000) for _ in range(50_000)]
last = bytes(2_000)  # in front of the end of the heap: what is free before it stays with the process
del blocks
held = resident()
give_back()
print(held - resident())
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs the GNU C library"
)
def test_memory_that_is_let_go_is_given_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", _HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 50_000_000
