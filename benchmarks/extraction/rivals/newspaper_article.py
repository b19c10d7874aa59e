"""newspaper4k on bytes that are there: no download, no pictures."""

from __future__ import annotations

from newspaper import Article, Config

from portal_crawler.page.charset import decode

_CONFIG = Config()
_CONFIG.fetch_images = False
_CONFIG.memorize_articles = False


def text(html: bytes, url: str) -> str:
    article = Article(url or "http://page.invalid/", config=_CONFIG)
    article.download(input_html=decode(html)[0])
    article.parse()
    return str(article.text)
