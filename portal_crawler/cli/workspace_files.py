"""Workspace files: what ``portal-crawler init DIR`` writes, by path."""

from __future__ import annotations

_README = """\
# Workspace of portal-crawler

| place | what | in git |
|---|---|---|
| `data/sites/` | profiles: what you know of each portal | yes |
| `data/crawls/` | one folder a crawl, `<profile>/<start>/`; `latest` points at the newest | no |
| `schedule.toml` | crawls that come again | yes |
| `fixtures/` | saved pages with what is expected of them, for `check` | yes |
| `.github/workflows/check.yml` | runs `check` at every push | yes |

All commands are typed in this folder.

    portal-crawler probe http://www.example.org/news/     # drafts data/sites/example.org.toml, 30 requests
    portal-crawler crawl example.org --limit 200          # a first look
    portal-crawler report example.org
    portal-crawler crawl example.org                      # the same command goes on, to the end
    portal-crawler verify example.org

Then: a job in `schedule.toml`, and a saved page or two in `fixtures/`.
"""

_GITIGNORE = """\
# What the program makes; it can be made again, or is too large for git.
/data/crawls/
/data/templates/
/data/index/
/data/schedule.sqlite*
/data/schedule/
/data/*.lock
/results.xml
# Secrets of notifications.
/schedule.env
"""

_SITES = """\
# Profiles

One TOML file a portal. `portal-crawler probe URL` drafts one from a few polite requests, `portal-crawler init URL`
writes one with every key at its default. `portal-crawler crawl NAME` finds `NAME.toml` here.
"""

_FIXTURES = """\
# Fixtures

Saved pages, a folder each: `NAME/page.html` as the portal sent it, and `NAME/expected.json` with what is to come
out of it.

1. Save the page as it came (`curl -o page.html http://…`), and write `{"url": "http://…"}` into `expected.json`.
2. `portal-crawler check data/sites/example.org.toml --fixtures fixtures --update` writes what is read now. **Read it
   with your own eyes**: it is what the program reads, not yet what is right.
3. From then on `portal-crawler check data/sites/*.toml --fixtures fixtures` says when a page is read in another way.
"""

_SCHEDULE = """\
# Crawls that come again: portal-crawler schedule list | next | tick | run | install
# `schedule tick` does what is due, from cron, systemd or CI; `schedule run` is a loop around it.
schema = 1

# [defaults]
# time_zone = "Asia/Shanghai"             # of cron and at; UTC without it
# overlap = "skip"                        # or "queue", "replace": the last run has not ended when the next one is due
# catch_up = "once"                       # or "none", "all": runs that were missed while the machine was off
# retention = "last:30, monthly:all"
# notify = ["${APPRISE_URL}"]             # https://github.com/caronc/apprise; ${NAME} is taken from the environment
# notify_on = ["failed", "gate"]

# Every night at a quarter past two, what changed since the crawl before.
# [job.example]
# profile = "example.org"                 # a file, a name in data/sites, or an address
# cron = "15 2 * * *"
# args = ["--since", "latest"]
# group = "nights"

# Once.
# [job.anniversary]
# profile = "example.org"
# at = 2026-12-24T18:00:00

# [group.nights]
# hours = ["22:00-06:00"]
# at_most = 2                             # crawls at a time
"""

_WORKFLOW = """\
# Reads the saved pages with the profiles, at every push: a change that reads a portal's pages in another way is seen.
name: check
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install portal-crawler
      - name: profiles against saved pages
        if: hashFiles('data/sites/*.toml') != '' && hashFiles('fixtures/**/page.html') != ''
        run: portal-crawler check data/sites/*.toml --fixtures fixtures --junit results.xml
      - uses: actions/upload-artifact@v4
        if: ${{ !cancelled() }}
        with:
          name: results
          path: results.xml
          if-no-files-found: ignore
"""

FILES: dict[str, str] = {
    "README.md": _README,
    ".gitignore": _GITIGNORE,
    "data/sites/README.md": _SITES,
    "schedule.toml": _SCHEDULE,
    "fixtures/README.md": _FIXTURES,
    ".github/workflows/check.yml": _WORKFLOW,
}
"""Path within the workspace -> content."""
