"""Stopping: steps of a crawl that end it where they fail, whoever called them and whatever Scrapy makes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar


class Failing(Protocol):
    """What can be ended by an error."""

    def fail(self, error: BaseException) -> None:
        """Commit nothing more, and end."""


_Self = TypeVar("_Self", bound=Failing)
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def stopping(
    method: Callable[Concatenate[_Self, _Given], _Result],
) -> Callable[Concatenate[_Self, _Given], _Result]:
    """The method as a step that is the last one where it raises.

    A full disk met while an answer is set aside would otherwise count as a failed download of that address.
    """

    def step(self: _Self, /, *given: _Given.args, **named: _Given.kwargs) -> _Result:
        try:
            return method(self, *given, **named)
        except Exception as error:
            self.fail(error)
            raise

    return wraps(method)(step)
