"""Policy: what a browser may do with each kind of answer (https://www.w3.org/TR/CSP3/). Text only.

The dashboard runs its own scripts and shows its own pictures; nothing else is fetched, and nothing may frame it. What
comes from crawled pages is shown by another origin, in a frame.
"""

from __future__ import annotations

# Of every answer: a type is not guessed, no address is told to others (with "no-referrer" a browser would not say of
# our own forms where they come from), no name is looked up ahead of a click, and no window of another origin gets a
# hold of ours.
EVERY_ANSWER = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-dns-prefetch-control", b"off"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cache-control", b"no-store"),
)


def dashboard_policy(replay_origin: str = "") -> str:
    """Of the dashboard's pages: their own files, and frames of the replay's origin alone.

    :param replay_origin: such as ``http://127.0.0.1:8101``; "" where nothing is replayed.
    """
    frames = replay_origin or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        f" connect-src 'self'; frame-src {frames}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _own_and(origins: tuple[str, ...]) -> str:
    return " ".join(("'self'", *origins))


def player_policy(frames_of: tuple[str, ...]) -> str:
    """Of the page that the player stands in; it may be framed by the dashboard.

    :param frames_of: the dashboard's origins.
    """
    return (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; frame-src 'self';"
        f" form-action 'none'; base-uri 'none'; frame-ancestors {_own_and(frames_of)}"
    )


def replayed_policy(*, scripts: bool) -> str:
    """Of the pages that the player makes of an archive: what they name comes out of the archive or not at all.

    :param scripts: whether the scripts of archived pages run. They are kept from every fetch and socket, but no policy
        keeps them from WebRTC, by which a script that means harm can send something.
    """
    own = "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; worker-src 'self' blob:"
    none = "script-src 'none'"
    return (
        f"default-src 'none'; {own if scripts else none}; style-src 'self' 'unsafe-inline' data:;"
        " img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; connect-src 'self';"
        " frame-src 'self' data: blob:; object-src 'none'; form-action 'none'; base-uri 'self'"
    )


def plain_page_policy(frames_of: tuple[str, ...]) -> str:
    """Of an archived page that is shown without a player: its text and its own styles. It runs and fetches nothing."""
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none';"
        f" sandbox; frame-ancestors {_own_and(frames_of)}"
    )


def own_page_policy(frames_of: tuple[str, ...]) -> str:
    """Of the second server's own short pages, which may be framed as those that they stand in for."""
    return f"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {_own_and(frames_of)}"


# Of data that no browser is to take for a page: packages, records, pictures.
DATA_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
