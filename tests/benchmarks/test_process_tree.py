"""What a command costs is counted with all the processes that it starts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from process_tree import cost_of

_CHILD = """
import sys, time
held = bytearray(int(sys.argv[1]) << 20)
for place in range(0, len(held), 4096):
    held[place] = 1
while time.process_time() < 0.6:
    pass
time.sleep(0.6)
"""
_PARENT = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1], "80"], check=True)
print("done")
"""


def test_cpu_and_memory_of_a_child_process_are_counted(tmp_path: Path) -> None:
    cost = cost_of([sys.executable, "-c", _PARENT, _CHILD], tmp_path, tmp_path)
    assert cost.output == "done\n"
    assert cost.cpu >= 0.6
    assert 5 < cost.main < 60  # the parent has no more than Python itself
    assert cost.tree > 85


def test_a_command_that_fails_is_no_result(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('no portal', file=sys.stderr); sys.exit(3)"]
    with pytest.raises(SystemExit, match=r"(?s)ended with 3.*no portal"):
        cost_of(command, tmp_path, tmp_path)
    assert cost_of(command, tmp_path, tmp_path, codes=(0, 3)).output == ""
