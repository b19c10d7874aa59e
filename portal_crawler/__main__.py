"""``python -m portal_crawler``, and what the command ``portal-crawler`` starts."""

from __future__ import annotations

import sys
from typing import NoReturn

from portal_crawler.errors import ExitCode


def start() -> NoReturn:
    """Run the command line. It is loaded here, so that Ctrl-C meanwhile ends it as at any other time."""
    try:
        from portal_crawler.cli.main import run

        run()
    except KeyboardInterrupt:
        exec("")  # noqa: S102 - see portal_crawler.cli.main
        if sys.stderr is not None:
            sys.stderr.write("\nportal-crawler: interrupted\n")  # below the "^C" of a terminal, as click does
        sys.exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    start()
