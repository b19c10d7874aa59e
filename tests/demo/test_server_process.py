"""The demo server as a process: how it ends, and what it says where it cannot begin."""

from __future__ import annotations

import signal
import subprocess
import sys

SERVER = (sys.executable, "-m", "portal_crawler.demo.server")


def test_ctrl_c_ends_it_without_a_word_and_a_port_that_is_taken_is_told() -> None:
    with subprocess.Popen(
        SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip().rpartition(":")[2]
        second = subprocess.run([*SERVER, "--port", port], capture_output=True, text=True, check=False)
        server.send_signal(signal.SIGINT)
        _, told = server.communicate(timeout=20)
    assert (server.returncode, told) == (0, "")
    assert second.returncode == 2
    assert second.stderr.splitlines()[-1].endswith(
        f"error: --port {port}: Address already in use; choose another one, or 0 for any that is free"
    )
