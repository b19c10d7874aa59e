"""Every error of ours names its subject, the place and the cure, and has an exit code."""

import pytest

from portal_crawler.errors import ExitCode, PortalCrawlerError


def _tree(cls: type[PortalCrawlerError]) -> list[type[PortalCrawlerError]]:
    return [cls, *(found for sub in cls.__subclasses__() for found in _tree(sub))]


@pytest.mark.parametrize("cls", _tree(PortalCrawlerError))
def test_an_error_says_what_where_and_how_to_mend_it(cls: type[PortalCrawlerError]) -> None:
    error = cls("profile.toml", "unknown key 'dealy'", "did you mean 'delay'?", "line 3")
    assert str(error) == "profile.toml, line 3: unknown key 'dealy'; did you mean 'delay'?"
    assert isinstance(error.exit_code, ExitCode)
    assert error.exit_code is not ExitCode.OK


@pytest.mark.parametrize("cls", _tree(PortalCrawlerError))
def test_an_error_class_says_when_it_is_raised(cls: type[PortalCrawlerError]) -> None:
    assert cls.__doc__
