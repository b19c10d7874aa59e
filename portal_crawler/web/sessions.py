"""Sessions: who may change something, and how it is known that they meant to. Contains no networking and no clock.

Whoever started the server reads a token in its terminal; it opens a session, which a cookie names from then on. Each
form carries a mark of its own that only its session can have made: a page of elsewhere cannot know one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# A working day. The server forgets every session when it ends.
SESSION_SECONDS = 12 * 3600.0
# Wrong tokens within so many seconds, from all sides together. The token has 256 bits: nobody guesses it anyway.
MOST_FAILURES, FAILURE_SECONDS = 5, 60.0
# Sessions at a time; the oldest one ends.
_MOST_SESSIONS = 32


@dataclass(frozen=True, slots=True)
class Session:
    """One open session. ``ends`` is in the seconds of the clock that is passed in."""

    secret: bytes
    ends: float

    def mark(self, salt: str) -> str:
        """A mark for one form.

        :param salt: random hex digits, others for each form: what is the same on every page can be guessed out of
            compressed answers, letter by letter.
        """
        return f"{salt}.{hmac.new(self.secret, salt.encode('utf-8', 'replace'), hashlib.sha256).hexdigest()}"

    def has_made(self, mark: str) -> bool:
        """Whether a mark is one of this session, compared in constant time."""
        salt = mark.partition(".")[0]
        return hmac.compare_digest(self.mark(salt).encode("utf-8", "replace"), mark.encode("utf-8", "replace"))


@dataclass(slots=True)
class Sessions:
    """The open sessions of one server.

    :param token: what opens one; "" where nothing may be changed at all.
    :param fresh: gives random bytes, as many as it is asked for.
    """

    token: str
    fresh: Callable[[int], bytes]
    _open: dict[bytes, Session] = field(default_factory=dict)
    _failures: deque[float] = field(default_factory=deque)

    @property
    def may_write(self) -> bool:
        """Whether anything may be changed by anyone."""
        return bool(self.token)

    def wait(self, now: float) -> float:
        """Seconds until a token is looked at again; 0 where it is looked at now."""
        while self._failures and now - self._failures[0] >= FAILURE_SECONDS:
            self._failures.popleft()
        return self._failures[0] + FAILURE_SECONDS - now if len(self._failures) >= MOST_FAILURES else 0.0

    def open(self, token: str, now: float) -> str | None:
        """The name of a new session; ``None`` where the token is wrong, or too many were."""
        if not self.token or self.wait(now) > 0:
            return None
        if not hmac.compare_digest(self.token.encode(), token.strip().encode("utf-8", "replace")):
            self._failures.append(now)
            return None
        name = self.fresh(32).hex()
        self._open[_hidden(name)] = Session(self.fresh(32), now + SESSION_SECONDS)
        while len(self._open) > _MOST_SESSIONS:
            del self._open[next(iter(self._open))]
        return name

    def of(self, name: str, now: float) -> Session | None:
        """The open session of that name."""
        session = self._open.get(_hidden(name))
        if session is None or session.ends > now:
            return session
        del self._open[_hidden(name)]
        return None

    def close(self, name: str) -> None:
        """End a session."""
        self._open.pop(_hidden(name), None)


def _hidden(name: str) -> bytes:
    """The key of a session: looked up by a digest, a name cannot be guessed by the time that the look-up takes."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()
