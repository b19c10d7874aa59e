"""Profile: how the demo portal is crawled. What a person would write into TOML after a look at the portal."""

from __future__ import annotations

from portal_crawler.demo.hosts import HOSTS, MAIN, MIRRORS
from portal_crawler.sites.profile import Gates, Network, Pages, Politeness, Scope, SiteProfile, Urls

# Far fewer stories than the portal has of each size: below them something is wrong.
_LEAST_ARTICLES = {"small": 80, "medium": 900, "large": 6000}


def demo_profile(address: str, size: str = "small") -> SiteProfile:
    """The profile of the demo portal that is served at ``address`` (``host:port``)."""
    main = f"http://{MAIN}"
    return SiteProfile(
        name=f"demo-{size}",
        title="Great River Online, the demo portal",
        seeds=(f"{main}/",),
        sitemaps=(f"{main}/sitemap.xml",),
        scope=Scope(
            hosts=HOSTS,
            aliases=dict.fromkeys(MIRRORS, MAIN),
            exclude=(r"^/calendar\?", r"^/mail\.asp"),
            allow_private=(address,),
        ),
        urls=Urls(drop_params=("from",)),
        network=Network(connect_to={"*": address}),
        # Its server is ours, and stands beside the crawler: nobody is spared by its Crawl-delay.
        politeness=Politeness(
            delay=0, max_crawl_delay=0, concurrency=8, total_concurrency=16, contact="demo@portal.test"
        ),
        pages=Pages(article=(r"/\d{5,}\.htm$", r"/content_\d+\.htm$"), link=(r"/index(_\d+)?\.html?$",)),
        gates=Gates(min_articles=_LEAST_ARTICLES[size]),
    )
