from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page that nobody can read otherwise: a headline, a byline with a date and plain paragraphs."""
    told = (
        "The council met on the {}th day, and after hours of talk agreed that the old bridge has to be mended before "
        "the autumn floods, for which teams of builders were named; the mayor said that nobody would be moved."
    )
    paragraphs = "".join(f"<p>{told.format(n)}</p>" for n in range(9))
    path = tmp_path / "page.html"
    head = "<h1>The bridge</h1><p>By Li Wei, October 15, 2004</p>"
    path.write_text(f"<html><head><title>T</title></head><body>{head}{paragraphs}</body></html>")
    return path


def test_the_article_of_a_file_is_one_json_object_on_one_line(portal_crawler: Run, page: Path) -> None:
    done = portal_crawler("extract", str(page), "--url", "http://www.portal.test/a.htm")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert (record["url"], record["kind"], record["title"]) == ("http://www.portal.test/a.htm", "article", "The bridge")
    assert len(record["paragraphs"]) == 9


def test_a_page_on_stdin_is_read_as_a_file_is(portal_crawler: Run, page: Path) -> None:
    named = portal_crawler("extract", str(page))
    assert portal_crawler("extract", stdin=page.read_bytes()).stdout == named.stdout
    assert portal_crawler("extract", "-", stdin=page.read_bytes()).stdout == named.stdout


def test_text_and_markdown_are_headline_and_paragraphs(portal_crawler: Run, page: Path) -> None:
    text = portal_crawler("extract", str(page), "--format", "text").stdout.split("\n\n")
    assert (text[0], len(text)) == ("The bridge", 10)
    assert portal_crawler("extract", str(page), "--format", "markdown").stdout.startswith(
        "# The bridge\n\n*Li Wei · 2004-10-15*\n\nThe council"
    )


def test_a_page_without_a_story_gives_no_text_and_says_why(portal_crawler: Run) -> None:
    done = portal_crawler("extract", "--format", "text", stdin=b"<form><input name=q></form>")
    assert (done.returncode, done.stdout.strip()) == (0, "")
    assert done.stderr.startswith("no article: judged ")


@pytest.mark.parametrize("more", [(), ("--learn-template",)])
def test_a_batch_may_come_by_a_named_pipe(portal_crawler: Run, tmp_path: Path, page: Path, more: tuple[str]) -> None:
    line = {
        "id": "a",
        "url": "http://www.portal.test/1.htm",
        "html_base64": base64.b64encode(page.read_bytes()).decode(),
    }
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(json.dumps(line) + "\n",))
    writer.start()
    done = portal_crawler("extract", "--batch", "pipe", *more)
    writer.join(timeout=10)
    assert (done.returncode, json.loads(done.stdout)["id"], json.loads(done.stdout)["kind"]) == (0, "a", "article")


def test_a_batch_gives_one_line_for_each_page_in_their_order(portal_crawler: Run, tmp_path: Path, page: Path) -> None:
    pages = [("a", page.read_bytes()), ("b", b""), ("c", "<p>短文</p>".encode("gb18030"))]
    lines = [{"id": name, "url": None, "html_base64": base64.b64encode(body).decode()} for name, body in pages]
    batch = tmp_path / "pages.jsonl"
    batch.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = portal_crawler("extract", "--batch", str(batch))
    assert (done.returncode, done.stderr) == (0, "")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["id"] for record in records] == ["a", "b", "c"]
    assert list(records[0]) == ["id", "kind", "title", "text", "authors", "published", "language"]
    assert (records[0]["kind"], records[1]["text"]) == ("article", "")


@pytest.mark.parametrize("more", [(), ("--learn-template",)])
def test_a_batch_in_a_pipe_is_read_as_a_file_is(
    portal_crawler: Run, tmp_path: Path, page: Path, more: tuple[str, ...]
) -> None:
    line = {"id": "a", "url": None, "html_base64": base64.b64encode(page.read_bytes()).decode()}
    batch = tmp_path / "pages.jsonl"
    batch.write_text(json.dumps(line) + "\n")
    piped = portal_crawler("extract", "--batch", "/dev/stdin", *more, stdin=batch.read_bytes())
    assert piped.returncode == 0, piped.stderr
    assert piped.stdout == portal_crawler("extract", "--batch", str(batch), *more).stdout
    assert "tmp: cannot be read: Is a directory" in portal_crawler("extract", "--batch", "/tmp", *more).stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "line 1"),
        (b'{"id": "a"}\n', "line 1: has no key 'html_base64'"),
        (b'{"id": "a", "html_base64": "%%"}\n', "line 1: has an html_base64 that is not base64"),
    ],
)
def test_a_damaged_line_of_a_batch_is_named(portal_crawler: Run, tmp_path: Path, line: bytes, message: str) -> None:
    (tmp_path / "b.jsonl").write_bytes(line)
    done = portal_crawler("extract", "--batch", "b.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_check_reads_saved_pages_and_update_records_them(portal_crawler: Run, tmp_path: Path, page: Path) -> None:
    saved = tmp_path / "pages" / "one"
    saved.mkdir(parents=True)
    page.rename(saved / "page.html")
    (saved / "expected.json").write_text('{"url": "http://www.portal.test/a.htm", "title": "Another"}')
    portal_crawler("init", "http://www.portal.test/")
    check = ("check", "portal.test", "--fixtures", "pages")
    done = portal_crawler(*check, "--junit", "out.xml")
    assert (done.returncode, done.stdout) == (22, 'one: title is "The bridge", expected "Another"\n')
    assert 'failures="1"' in (tmp_path / "out.xml").read_text()
    assert portal_crawler(*check, "--update").returncode == 0
    assert json.loads((saved / "expected.json").read_text())["title"] == "The bridge"
    assert portal_crawler(*check).returncode == 0


def test_why_shows_every_block_with_role_confidence_and_reasons(portal_crawler: Run, page: Path) -> None:
    done = portal_crawler("why", str(page), "--json")
    record = json.loads(done.stdout)
    assert (done.returncode, record["kind"]) == (0, "article")
    assert [block["role"] for block in record["blocks"]] == ["title", "byline", *["body"] * 9]
    assert {one["text"] for one in record["blocks"][2]["spoken_for"]} >= {"its length and sentences"}
    assert all(block["reasons"] and 0 <= block["confidence"] <= 1 for block in record["blocks"])
    shown = portal_crawler("why", str(page)).stdout
    assert shown.count("  body ") == 9


def test_why_counts_the_links_of_each_block(portal_crawler: Run, tmp_path: Path) -> None:
    page = tmp_path / "menu.html"
    page.write_text(
        '<p><a href="/a">News</a> | <a href="/b">Sport</a></p><p><a href="/c">Archive</a></p><p>No more.</p>'
    )
    record = json.loads(portal_crawler("why", str(page), "--url", "http://portal.test/", "--json").stdout)
    assert [block["links"] for block in record["blocks"]] == [2, 1, 0]
    shown = portal_crawler("why", str(page), "--url", "http://portal.test/").stdout
    blocks = [line for line in shown.splitlines() if line[:4].strip().isdigit()]
    assert [line.split("  ")[-1] for line in blocks] == ["2 links", "1 link", "No more."]


def test_why_draws_the_blocks_over_the_page(portal_crawler: Run, page: Path, tmp_path: Path) -> None:
    done = portal_crawler("why", str(page), "--html", "drawn.html")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "drawn.html").read_text(encoding="utf-8").count('class="pc-panel"') == 1
