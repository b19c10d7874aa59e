"""Scrapy's settings for this project. Names only; the components read them once, when they are made.

``PORTAL_*`` are our own. What a site needs (delay, limits, robots) stands in its profile, not here.
"""

from __future__ import annotations

BOT_NAME = "portal-crawler"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

# Where a crawl started by plain Scrapy puts its folder; "" for data/crawls/<profile>/<time>-<token>.
PORTAL_OUT = ""
# Processes that read pages beside the crawl's own; 0 reads in the crawl's own process, without limits on a page;
# -1 takes one for each processor but the first, at least one.
PORTAL_READING_WORKERS = -1
# Seconds of processor time for reading one page, at most; what takes longer is kept, and told as unreadable.
PORTAL_READING_SECONDS = 20.0
# Megabytes of memory for reading one page, at most; 0 for no limit.
PORTAL_READING_MEMORY = 320

SCHEDULER = "portal_crawler.engine.ledger_scheduler.LedgerScheduler"
DOWNLOAD_HANDLERS = {
    "http": "portal_crawler.engine.wire_handler.WireHandler",
    "https": "portal_crawler.engine.wire_handler.WireHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Scrapy's own knows no IPv6, or no DNS_TIMEOUT.
TWISTED_DNS_RESOLVER = "portal_crawler.engine.host_resolver.HostResolver"
ITEM_PIPELINES = {
    "pipelines.archive.ArchivePipeline": 50,
    "pipelines.dedup.DedupPipeline": 100,
    "pipelines.articles.ArticlesPipeline": 200,
    "pipelines.links.LinksPipeline": 300,
    "pipelines.pages.PagesPipeline": 400,
    "pipelines.summary.SummaryPipeline": 500,
    "portal_crawler.engine.commit_pipeline.CommitPipeline": 900,
}
# Scrapy's own parts that are left, by the tables of its base: what another table puts to None it would load all the
# same, a tenth of a second at each start. Redirects are pages of their own, retries are the ledger's, robots.txt and
# cookies ours, content codings are undone where live answers and archived ones are read alike (spiders.captures);
# caches and proxies are off.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
}
DOWNLOADER_MIDDLEWARES = {
    "portal_crawler.engine.robots.RobotsMiddleware": 100,
    "portal_crawler.engine.spellings.SpellingsMiddleware": 540,
    "portal_crawler.engine.answers.AnswersMiddleware": 550,
    "portal_crawler.engine.cookies.CookiesMiddleware": 560,
}
# None is left: each would wrap what a page yields in two generators more.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
EXTENSIONS = {
    "portal_crawler.engine.closing.Closing": 0,
    "portal_crawler.engine.control.Control": 10,
    "portal_crawler.engine.shard_link.ShardLink": 20,
}
# A page is one item. Scrapy starts as many tasks for each answer as this allows items at once.
CONCURRENT_ITEMS = 1
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
TELNETCONSOLE_ENABLED = False
REMOTECONTROL_ENABLED = False
COOKIES_ENABLED = False
REFERER_ENABLED = False
# A delay is kept as it stands; Scrapy's habit is to vary it.
DOWNLOAD_DELAY_JITTER = 0
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}
# Of an unpacked body; the profile's [limits] unpacked_bytes takes its place where there is a profile.
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A page cut off by the server is still a page: kept, and told as a problem.
DOWNLOAD_FAIL_ON_DATALOSS = False
LOG_LEVEL = "WARNING"
