"""The command ``portal-crawler``: its commands by name, and how an error ends it.

Commands are imported when they are run, and their heavy parts when they are needed, so that help comes at once.
"""

from __future__ import annotations

import difflib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from portal_crawler import __version__
from portal_crawler.cli.examples import epilog
from portal_crawler.cli.lost_interrupt import send_lost_interrupts_again
from portal_crawler.cli.standard_streams import escape_what_stdout_lacks, open_closed_streams
from portal_crawler.cli.terminal import Terminal, terminal_options
from portal_crawler.disk import is_full
from portal_crawler.errors import ExitCode, PortalCrawlerError

# Command -> module of this package that holds a click command of the same name, in the order in which help shows them.
COMMANDS = {
    "demo": "demo",
    "init": "init",
    "probe": "probe",
    "crawl": "crawl",
    "extract": "extract",
    "why": "why",
    "why-not": "why_not",
    "check": "check",
    "learn": "learn",
    "replay": "replay",
    "build": "build",
    "diff": "diff",
    "dedup": "dedup",
    "verify": "verify",
    "wacz": "wacz",
    "takedown": "takedown",
    "report": "report",
    "search": "search",
    "serve": "serve",
    "graph": "graph",
    "schedule": "schedule",
    "dataset": "dataset",
    "completion": "completion",
    "man": "man",
    "doctor": "doctor",
}


class _Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
            if near and not ctx.resilient_parsing:
                ctx.fail(f"no such command '{cmd_name}'. Did you mean '{near[0]}'?")
            return None
        module = import_module(f"portal_crawler.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, COMMANDS[cmd_name])
        command.epilog = epilog(cmd_name)
        if ctx.resilient_parsing:  # a shell asks what comes next
            from portal_crawler.cli.completed import with_completion

            return with_completion(command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="%(prog)s %(version)s")
@terminal_options
def main() -> None:
    """Crawl a whole news portal into clean article records and a link graph.

    Start with: portal-crawler demo
    """


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and end the process with its exit code; an error is one line on stderr."""
    open_closed_streams()
    escape_what_stdout_lacks()
    terminal = Terminal()
    # The networks are small: further threads of numpy's cost two and a half times the processor time, and save none.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a command as Ctrl-C does
    send_lost_interrupts_again()
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        code = main.main(given or ["--help"], "portal-crawler", standalone_mode=False, obj=terminal)
    except BaseException as error:  # noqa: BLE001 - the outermost door: everything becomes a line and an exit code
        code = _ended(error, terminal)
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.SIG_IGN)  # everything is done: one that comes now must not change the exit code
    _flush()
    sys.exit(int(code) if isinstance(code, int) else ExitCode.OK)


def _ended(error: BaseException, terminal: Terminal) -> int:
    """Say what went wrong, and give the exit code."""
    # CPython remembers an interrupt of code that ran by exec, as dataclasses are made, until the next such code runs;
    # under "python -m" it would end the process by SIGINT, whatever the exit code.
    exec("")  # noqa: S102
    line, code = _explained(error)
    if terminal.debug and not isinstance(error, click.exceptions.Exit):
        traceback.print_exception(error)
    if line:
        terminal.fail(" ".join(line.split()), int(code))
    return int(code)


def _explained(error: BaseException) -> tuple[str, int]:
    """The line for people and the exit code of an exception; the line is "" where there is nothing to say."""
    if isinstance(error, PortalCrawlerError):
        return str(error), error.exit_code
    if isinstance(error, click.exceptions.Exit):
        return "", error.exit_code
    if isinstance(error, click.ClickException):
        return _usage(error), ExitCode.USAGE
    if isinstance(error, SystemExit):
        return "", error.code if isinstance(error.code, int) else ExitCode.UNEXPECTED
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return "interrupted", ExitCode.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return "", ExitCode.OK
    if isinstance(error, OSError) and is_full(error):
        return (
            f"{error.filename or 'the disk'}: no space left; free some and run the same command again",
            ExitCode.DISK_FULL,
        )
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; choose another place or mend its permissions", ExitCode.USAGE
    said = f"{type(error).__name__}: {error}"
    return f"unexpected error, {said}; run it again with --debug and report what it prints", ExitCode.UNEXPECTED


def _usage(error: click.ClickException) -> str:
    """A usage error with its cure, where click has not named one ("Did you mean …")."""
    message = error.format_message().rstrip(".")
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "portal-crawler"
    if isinstance(error, click.NoSuchOption) and path.endswith(" search"):
        return f"{message}; put -- before words that begin with a hyphen: search -- '-flood ferry'"
    return message if "Did you mean" in message else f"{message}; see: {path} --help"


def _flush() -> None:
    """Write out what is buffered; a reader that has gone away (``| head``) is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
