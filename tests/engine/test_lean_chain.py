"""What stands between an answer and its page: a new version of Scrapy must not put anything there unseen."""

from __future__ import annotations

from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list


def _chain(name: str) -> list[str]:
    settings = Settings()
    settings.setmodule("portal_crawler.settings", priority="project")
    components = build_component_list(settings.get_component_priority_dict_with_base(name))
    return [str(getattr(one, "__name__", one)).rpartition(".")[2] for one in components]


def test_no_spider_middleware_wraps_what_a_page_yields() -> None:
    assert _chain("SPIDER_MIDDLEWARES") == []


def test_downloader_middlewares_are_those_that_do_something_for_a_crawl() -> None:
    assert _chain("DOWNLOADER_MIDDLEWARES") == [
        "RobotsMiddleware",
        "DownloadTimeoutMiddleware",
        "DefaultHeadersMiddleware",
        "UserAgentMiddleware",
        "SpellingsMiddleware",
        "AnswersMiddleware",
        "CookiesMiddleware",
    ]


def test_extensions_are_those_that_a_crawl_or_a_setting_of_scrapy_needs_and_none_loads_a_server_of_its_own() -> None:
    assert _chain("EXTENSIONS") == [
        "CoreStats",
        "LogCount",
        "MemoryUsage",
        "MemoryDebugger",
        "CloseSpider",
        "AutoThrottle",
        "Closing",
        "Control",
        "ShardLink",
    ]


def test_scrapy_starts_one_task_for_the_items_of_an_answer() -> None:
    settings = Settings()
    settings.setmodule("portal_crawler.settings", priority="project")
    assert settings.getint("CONCURRENT_ITEMS") == 1
