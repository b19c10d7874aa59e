"""``portal-crawler check``: profiles against saved pages, without a network."""

from __future__ import annotations

from pathlib import Path

import click

from portal_crawler.cli.terminal import counted, number, terminal, terminal_options
from portal_crawler.errors import ExitCode, UsageError


@click.command(short_help="Check profiles against saved pages; CI runs it.")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE…")
@click.option(
    "--fixtures",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folders of page.html and expected.json. [default: tests/pages]",
)
@click.option("--update", is_flag=True, help="Write what is read now into expected.json.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the results as JUnit XML, too.",
)
@click.option(
    "--against",
    metavar="CRAWL",
    help="Instead, tell what PROFILE would make otherwise of a crawl, read from its archive.",
)
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="With --against: read N pages at most. [default: 40]"
)
@terminal_options
def check(
    profiles: tuple[str, ...],
    fixtures: Path | None,
    update: bool,
    junit: Path | None,
    against: str | None,
    sample: int | None,
) -> None:
    """Load each PROFILE, read the saved pages of its hosts with it, and compare with what is expected.

    A page of a host that no profile names is read by the first one. Exit code 22 where a page is read otherwise. With
    --against a crawl is the measure: which pages of a sample PROFILE reads otherwise than the crawl's own profile, and
    which addresses it would take in or leave out. Nothing is changed then, and the exit code is 0.
    """
    if against is not None or sample is not None:
        from portal_crawler.cli.check_against import check_against

        if against is None or len(profiles) != 1 or fixtures or update or junit:
            raise UsageError(
                "--against",
                "takes one profile, --sample and --json",
                "write: check PROFILE --against CRAWL [--sample N]",
            )
        check_against(profiles[0], against, sample)
        return
    from portal_crawler.cli.check_pages import check_pages, junit_xml
    from portal_crawler.cli.sources import profile_from

    out = terminal()
    sites = [profile_from(one) for one in profiles]
    folder = fixtures or Path("tests/pages")
    if not folder.is_dir():
        raise UsageError(
            str(folder), "is not a folder", "save pages as NAME/page.html, then run it with --fixtures DIR --update"
        )
    results = check_pages(sites, folder, update=update)
    if not results:
        raise UsageError(str(folder), "holds no saved page", "save pages as NAME/page.html, then run it with --update")
    for result in results:
        out.detail(f"{'ok' if result.ok else 'FAIL'}  {result.name}")
        for difference in [] if out.json else result.differences:
            out.data(f"{result.name}: {difference}")
    if junit:
        junit.write_text(junit_xml(results), encoding="utf-8")
    failed = [result for result in results if not result.ok]
    if out.json:
        out.record(
            {"pages": len(results), "failed": [{"page": one.name, "differences": one.differences} for one in failed]}
        )
    if failed:
        cure = "look with portal-crawler why PAGE.html; if the new reading is right, run it again with --update"
        click.echo(
            f"portal-crawler: {number(len(failed))} of {counted(len(results), 'page')} read otherwise; {cure}",
            err=True,
        )
        raise SystemExit(int(ExitCode.VERIFICATION_FAILED))
    out.say(f"{counted(len(results), 'page')} {'recorded' if update else 'read as expected'}")
