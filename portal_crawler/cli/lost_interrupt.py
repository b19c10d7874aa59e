"""Lost interrupt: a Ctrl-C or SIGTERM that came in the middle of a finalizer or a weak reference's callback.

Python can raise nothing out of those: it says "Exception ignored in …" and goes on, and the command would run to its
end as if nobody had asked it to stop. So the signal is sent once more, a moment later.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

# Seconds; by then the finalizer is over, or it is tried again.
_SOON = 0.05


def send_lost_interrupts_again() -> None:
    """See to it from now on; anything else that cannot be raised is told as before."""
    sys.unraisablehook = partial(_hear, sys.unraisablehook)


def _hear(usual: Callable[[Any], Any], lost: Any) -> None:
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        usual(lost)
        return
    # From another thread: what is raised in here would be lost, too. A real signal also ends a wait of the system.
    main = threading.main_thread().ident or 0
    timer = threading.Timer(_SOON, signal.pthread_kill, (main, signal.SIGINT))
    timer.daemon = True
    timer.start()
