"""Slow answers: what takes longer than a request may, made in a thread, kept, and asked for again by the page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from portal_crawler.web.catalog_keeper import NotReadyError

# Answers that are kept: a person looks at one or two.
_KEPT = 4
# Those that are made, at most: who asked for one may have left.
_MOST = 32
# Seconds that a request waits for an answer.
_PATIENCE = 0.5


class SlowAnswers:
    """The newest answers by what was asked. Safe to use from several threads.

    One answer is made at a time: the machine is the crawl's, too.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()

    def get(self, asked: Hashable, make: Callable[[], Any]) -> Any:
        """The answer to what is asked.

        :param asked: says what the answer depends on; ``make`` is called where there is none yet.
        :raises NotReadyError: while it is being made.
        :raises Exception: what making it raised.
        """
        with self._lock:
            answer = self._answers.get(asked)
            if answer is None or answer.error is not None:
                answer = self._answers[asked] = _Answer()
                answer.thread = threading.Thread(target=self._make, args=(answer, make), daemon=True)
                answer.thread.start()
            self._answers.move_to_end(asked)
            self._let_go(asked)
        if answer.thread is not None:
            answer.thread.join(_PATIENCE)
            if answer.thread.is_alive():
                raise NotReadyError(0, 0)
        if answer.error is not None:
            raise answer.error
        answer.given = True
        return answer.value

    def _let_go(self, asked: Hashable) -> None:
        """Keep the newest of those that were given. One that somebody waits for stays: he asks again, and it would be
        begun anew each time.
        """
        others = [(key, one) for key, one in self._answers.items() if key != asked and one.is_made]
        given = [key for key, one in others if one.given]
        for key in (*given[:-_KEPT], *[key for key, _ in others[:-_MOST]]):
            self._answers.pop(key, None)

    def _make(self, answer: _Answer, make: Callable[[], Any]) -> None:
        try:
            with self._one_at_a_time:
                answer.value = make()
        except Exception as error:  # noqa: BLE001 - it is raised where the answer was asked for
            answer.error = error


class _Answer:
    """An answer that is there, or being made."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self.value: Any = None
        self.error: BaseException | None = None
        self.given = False

    @property
    def is_made(self) -> bool:
        """Whether nothing is done for it any more."""
        return self.thread is not None and not self.thread.is_alive()
