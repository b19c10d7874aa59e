"""Static files: style sheets, icon and htmx, each under an address that changes with its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from portal_crawler.assets.vendored_json import own_text, vendored_text

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_OWN = ("dashboard.css", "icon.svg", "editor.css", "login.js")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file with its content and the first digits of its digest."""

    content: bytes
    digest: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Every static file by name; the vendored ones are held to their pins."""
    texts = {"style.css": own_text("style.css").encode(), "htmx.min.js": vendored_text("htmx.min.js").encode()}
    texts |= {name: files("portal_crawler.web").joinpath("static", name).read_bytes() for name in _OWN}
    return {name: StaticFile(text, hashlib.sha256(text).hexdigest()[:12]) for name, text in texts.items()}


def static_address(name: str) -> str:
    """The address of a static file, which holds for ever."""
    return f"/static/{static_files()[name].digest}/{name}"


def _static(request: Request) -> Response:
    found = static_files().get(request.path_params["name"])
    if found is None or found.digest != request.path_params["digest"]:
        return PlainTextResponse("not found", 404)
    kind = _TYPES[request.path_params["name"].rpartition(".")[2]]
    return Response(found.content, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


routes = [Route("/static/{digest}/{name}", _static)]
