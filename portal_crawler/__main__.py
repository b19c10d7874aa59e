"""``python -m portal_crawler``: the same as the command ``portal-crawler``."""

from portal_crawler.cli.main import run

if __name__ == "__main__":
    run()
