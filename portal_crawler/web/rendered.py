"""Rendered: an HTML answer from a template, with what every page has: language, words, place, the crawl's menu."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from portal_crawler.web import security
from portal_crawler.web.desk import desk_of
from portal_crawler.web.shown_values import FILTERS
from portal_crawler.web.static_files import static_address
from portal_crawler.web.words_toml import LANGUAGES, language_for, say, say_or

_LANGUAGE = "lang"
# A year: the language is asked for once.
_REMEMBERED = 365 * 24 * 3600


@cache
def environment() -> Environment:
    """The templates: everything is escaped; a field that a record of an earlier version lacks is shown as nothing."""
    made = Environment(
        loader=PackageLoader("portal_crawler.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.globals.update(static=static_address, at=address)
    return made


def rendered(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """An HTML page.

    :param template: a file of ``templates/``.
    :param context: what it is given; further names are ``request``, ``desk``, ``lang``, ``t`` (a text by its key),
        ``t_or`` (a text by its key, or another one), ``csrf_field`` (what every form that writes holds), ``here``
        (this address with other parameters), ``at`` (an address of the dashboard) and ``static``.
    """
    desk = desk_of(request)
    wish = request.query_params.get(_LANGUAGE) or request.cookies.get(_LANGUAGE, "")
    lang = language_for(wish, desk.language, request.headers.get("accept-language", ""))
    words: dict[str, Any] = {
        "request": request,
        "desk": desk,
        "lang": lang,
        "languages": LANGUAGES,
        "t": lambda key, **values: say(lang, key, **values),
        "t_or": lambda key, other: say_or(lang, key, other),
        "csrf_field": lambda: Markup(security.csrf_field(request)),  # noqa: S704 - made by us
        "here": lambda **changed: here(request, **changed),
    }
    page = environment().get_template(template).render(words | context)
    # What no UTF-8 can say, such as the name of a folder in GBK, is shown as a question mark.
    answer = HTMLResponse(page.encode("utf-8", "replace"), status)
    if request.query_params.get(_LANGUAGE) in LANGUAGES:
        answer.set_cookie(_LANGUAGE, lang, max_age=_REMEMBERED, samesite="lax", httponly=True)
    return answer


def address(*parts: str, **query: Any) -> str:
    """An address of the dashboard, its parts quoted; parameters that are ``None`` or "" are left out.

    >>> address("crawls", "a b", "search", q="x&y", section=None)
    '/crawls/a%20b/search?q=x%26y'
    """
    path = "/" + "/".join(quote(part, safe="~") for part in parts)
    told = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(told)}" if told else path


def here(request: Request, **changed: Any) -> str:
    """This address with some parameters changed, or taken away (``None``)."""
    query = {name: value for name, value in request.query_params.items() if name not in changed}
    query |= {name: value for name, value in changed.items() if value not in (None, "")}
    path = quote(request.url.path, safe="/~")
    return f"{path}?{urlencode(query)}" if query else path
