"""The command ``graph``, from the lines of a crawl to its exports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.link_lines import link, page, url, write_crawl

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[2]
LINKS = [
    link("a", "b"),
    link("b", "a", "navigation"),
    link("a", "c", "navigation"),
    link("b", "c", "footer"),
    link("b", "//other.test/x", "related", rel=["nofollow"]),
]


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    pytest.importorskip("scipy", reason="needs the extra graph")
    pytest.importorskip("pyarrow", reason="needs the extra graph")
    return write_crawl(tmp_path / "c", LINKS, [page("a"), page("b"), page("c"), page("d")])


def test_a_graph_is_built_ranked_exported_and_shown(portal_crawler: Run, crawl: Path) -> None:
    for arguments, following in [
        (("build", "c"), "graph rank c"),
        (("rank", "c"), "graph stats c"),
        (("export", "c", "--format", "graphml", "--level", "page", "--most", "2"), "graph stats c"),
    ]:
        done = portal_crawler("graph", *arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        assert following in done.stderr.splitlines()[-1]
    assert (crawl / "graph" / "export" / "graphml" / "pages.graphml").exists()
    shown = portal_crawler("graph", "stats", "c", "--most", "2")
    assert shown.returncode == 0
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    for line in (
        "pages 5 4 fetched 5 1",
        "links 5 1 20.0% editorial",
        "nofollow 1",
        "dangling pages 3 4 not fetched, or without a link to another",
        "largest weak component 4 2 80% and 40% of the pages",
        "orphans 1, dead ends 2, 1 in the menu of more than 50% of the pages",
        f"100.0% {url('c')}",
    ):
        assert line in lines, shown.stdout


def test_figures_are_told_as_json(portal_crawler: Run, crawl: Path) -> None:
    built = json.loads(portal_crawler("graph", "build", "c", "--json", "-q").stdout)
    assert built["levels"]["host"]["nodes"] == 2
    ranked = json.loads(portal_crawler("graph", "rank", "c", "--json", "-q").stdout)
    assert ranked["levels"]["page"]["editorial"]["edges"] == 1
    stats = json.loads(portal_crawler("graph", "stats", "c/graph", "--json").stdout)
    assert [one["url"] for one in stats["top_pages"]["editorial"]] == [url("b")]
    assert stats["menu"] == [{"url": url("c"), "share": 1.0}]
    export = json.loads(portal_crawler("graph", "export", "c", "--format", "arch", "--out", "x", "--json", "-q").stdout)
    assert export["files"] == ["x/web-graph.csv.gz", "x/domain-graph.csv.gz"]


@pytest.mark.parametrize(
    ("form", "option"),
    [
        ("arch", ("--level", "page")),
        ("arch", ("--most", "2")),
        ("wat", ("--level", "host")),
        ("wat", ("--most", "2")),
        ("wat", ("--editorial",)),
    ],
)
def test_an_option_that_a_form_has_no_use_for_is_refused(
    portal_crawler: Run, crawl: Path, form: str, option: tuple[str, ...]
) -> None:
    done = portal_crawler("graph", "export", "c", "--format", form, *option)
    assert done.returncode == 2
    assert f"{option[0]}: changes nothing of --format {form}" in done.stderr
    assert not (crawl / "graph").exists()


def test_several_crawls_need_a_folder(portal_crawler: Run, crawl: Path, tmp_path: Path) -> None:
    write_crawl(tmp_path / "d", [link("x", "y")], [page("x")])
    done = portal_crawler("graph", "build", "c", "d")
    assert (done.returncode, done.stdout) == (2, "")
    assert "got several crawls; name a folder for their graph with --out" in done.stderr
    assert portal_crawler("graph", "build", "c", "d", "--out", "both").returncode == 0
    assert json.loads((tmp_path / "both" / "graph.json").read_text())["crawls"] == ["../c", "../d"]
    assert portal_crawler("graph", "build", "c", "c/").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rank", "c"), "c: holds no link graph; make one with: portal-crawler graph build c"),
        (("stats", "c"), "c: holds no link graph; make one with: portal-crawler graph build c"),
        (("build", "nowhere"), "nowhere: is not a crawl's folder"),
        (("biuld", "c"), "Did you mean 'build'?"),
        (("export", "c"), "see: portal-crawler graph export --help"),
        (("export", "c", "--format", "gefx"), "see: portal-crawler graph export --help"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    portal_crawler: Run, crawl: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = portal_crawler("graph", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_damaged_line_is_named_with_its_cure(portal_crawler: Run, crawl: Path) -> None:
    with (crawl / "links.jsonl").open("a") as file:
        file.write('{"source_key": "x"}\n')
    done = portal_crawler("graph", "build", "c")
    assert done.returncode == 2
    assert "c/links.jsonl, line 6: has no source_url; restore the file from a copy" in done.stderr.replace("\n", "")


def test_the_group_alone_shows_its_commands_in_order(portal_crawler: Run) -> None:
    done = portal_crawler("graph")
    assert done.returncode == 0
    listed = done.stdout.partition("Commands:")[2].partition("Examples:")[0]
    shown = [line.split()[0] for line in listed.splitlines() if line.strip()]
    assert shown == ["build", "rank", "export", "stats"]


@pytest.mark.parametrize("missing", ["pyarrow", "scipy", "tldextract"])
def test_a_missing_package_names_the_extra(tmp_path: Path, missing: str) -> None:
    write_crawl(tmp_path / "c", LINKS, [page("a")])
    others = {"pyarrow", "scipy"} - {missing}
    absent = f"import sys, types; sys.modules[{missing!r}] = None\n" + "".join(
        f"sys.modules.setdefault({one!r}, types.ModuleType({one!r}))\n" for one in others if missing != "tldextract"
    )
    code = f"{absent}from portal_crawler.cli.main import run; run(['graph', 'build', 'c'])"
    if missing == "tldextract":
        pytest.importorskip("scipy", reason="needs the extra graph")
        pytest.importorskip("pyarrow", reason="needs the extra graph")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2
    assert (
        f"needs {missing}, which is not installed; install the extra: pip install 'portal-crawler[graph]'"
        in done.stderr
    )
    assert not (tmp_path / "c" / "graph").exists()
