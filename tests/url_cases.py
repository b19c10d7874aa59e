"""Cases of the WHATWG URL standard for http and https: (reference, base, URL or ``None`` where it is invalid).

Written from the standard's text (https://url.spec.whatwg.org/: the host parser, the IPv4 and IPv6 parsers, the basic
URL parser's states, the percent-encode sets). An ending ``#…`` and ``user:password@`` stand in the URL as there.
"""

from __future__ import annotations

BASE = "http://example.org/foo/bar"
Case = tuple[str, str, str | None]

# By the sections of the standard; one reference and its URL, against BASE.
_SLASHES = [
    ("http://h/a", "http://h/a"), ("http:h", "http://example.org/foo/h"), ("http:/h", "http://example.org/h"),
    ("http:///h", "http://h/"), ("http:////h/x", "http://h/x"), ("https:h", "https://h/"), ("https:/h", "https://h/"),
    ("https:///h", "https://h/"), ("//h/x", "http://h/x"), ("///h/x", "http://h/x"), ("////h/x", "http://h/x"),
    ("\\\\h\\x", "http://h/x"), ("/\\h/x", "http://h/x"), ("\\/h/x", "http://h/x"), ("http:\\\\h\\x", "http://h/x"),
    ("http:\\h", "http://example.org/h"), ("https:\\\\h", "https://h/"), ("/", "http://example.org/"),
    ("\\", "http://example.org/"), ("/a\\b", "http://example.org/a/b"), ("a\\b", "http://example.org/foo/a/b"),
    ("?a\\b", "http://example.org/foo/bar?a\\b"), ("#a\\b", "http://example.org/foo/bar#a\\b"),
    ("http://h\\a\\b", "http://h/a/b"), ("http://u@h\\@x", "http://u@h/@x"), ("http://h\\@x/", "http://h/@x/"),
    ("HTTP://H/A", "http://h/A"), ("hTTps://H", "https://h/"), ("", "http://example.org/foo/bar"),
    (".", "http://example.org/foo/"), ("..", "http://example.org/"), ("...", "http://example.org/foo/..."),
]  # fmt: skip
_WHITE = [
    ("  http://h/a  ", "http://h/a"), ("\t/a\n", "http://example.org/a"), ("\x00\x1f /a\x00", "http://example.org/a"),
    ("h\tt\nt\rp://h/a", "http://h/a"), ("http://h\t/a\nb", "http://h/ab"), ("/a b", "http://example.org/a%20b"),
    ("/a?b c", "http://example.org/a?b%20c"), ("/a#b c", "http://example.org/a#b%20c"), ("  ", BASE),
    ("/a\u00a0b", "http://example.org/a%C2%A0b"), ("/a\x0bb", "http://example.org/a%0Bb"),
    ("/\x7f", "http://example.org/%7F"),
    ("?\x00a", "http://example.org/foo/bar?%00a"), ("/a\u3000b", "http://example.org/a%E3%80%80b"),
    ("/a\u2028b", "http://example.org/a%E2%80%A8b"), ("http://h/\ta", "http://h/a"), ("htt\np:\n//h", "http://h/"),
]  # fmt: skip
_DOTS = [
    ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/a/b/..", "/a/"), ("/a/b/.", "/a/b/"), ("/..", "/"), ("/../../x", "/x"),
    ("/a/%2e/b", "/a/b"), ("/a/%2E%2e/b", "/b"), ("/a/.%2e/b", "/b"), ("/a/%2e.", "/"), ("/a/%2e%2e/%2e%2e/b", "/b"),
    ("/a/..%2f", "/a/..%2f"), ("/a//../b", "/a/b"), ("/a/...", "/a/..."), ("/a/..b", "/a/..b"), ("/./a", "/a"),
    ("/a\\..\\b", "/b"), ("/a/%2e%2e%2fb", "/a/%2e%2e%2fb"), ("//h/a/..", None), ("x/../y", "/foo/y"), ("../x", "/x"),
    ("../../x", "/x"), ("./x", "/foo/x"), ("./", "/foo/"), ("../", "/"), ("..?a", "/?a"), (".#a", "/foo/#a"),
    ("?x/../y", "/foo/bar?x/../y"), ("#/../y", "/foo/bar#/../y"), ("/a;b/../c", "/c"), ("/a/..;/b", "/a/..;/b"),
    ("/C:/../b", "/b"), ("/C|/b", "/C|/b"), ("/a/b/../../..", "/"),
]  # fmt: skip
_ESCAPES = [
    ("/%41", "/%41"), ("/%zz", "/%zz"), ("/%", "/%"), ("/%2", "/%2"), ("/%d6%D0", "/%d6%D0"),
    ("/\u4e2d", "/%E4%B8%AD"),
    ("/\U0001f4a9", "/%F0%9F%92%A9"), ('/"<>`', "/%22%3C%3E%60"), ("/{}", "/%7B%7D"), ("/^", "/%5E"), ("/|", "/|"),
    ("/'", "/'"), ("/~!$&()*+,;=:@", "/~!$&()*+,;=:@"), ("/[]", "/[]"), ("?'", "/foo/bar?%27"),
    ('?"<>', "/foo/bar?%22%3C%3E"),
    ("?`{}|^", "/foo/bar?`{}|^"), ("?\u4e2d", "/foo/bar?%E4%B8%AD"), ("?a=%zz", "/foo/bar?a=%zz"),
    ("?a?b", "/foo/bar?a?b"),
    ("??", "/foo/bar??"), ("?", "/foo/bar?"), ("#", "/foo/bar#"), ("?#", "/foo/bar?#"), ("#a#b", "/foo/bar#a#b"),
    ("#<>\"`", "/foo/bar#%3C%3E%22%60"), ("#{}", "/foo/bar#{}"), ("/a?b#c", "/a?b#c"), ("/\ufffd", "/%EF%BF%BD"),
    ("/%00", "/%00"), ("/a%2fb", "/a%2fb"), ("?a&b=%26", "/foo/bar?a&b=%26"),
    ("/\u00e9?\u00e9#\u00e9", "/%C3%A9?%C3%A9#%C3%A9"),
    (";x", "/foo/;x"), ("@x", "/foo/@x"), ("a:b@c", None), ("/a:b@c", "/a:b@c"),
]  # fmt: skip
_PORTS = [
    ("http://h:80/", "http://h/"), ("https://h:443/", "https://h/"), ("http://h:443/", "http://h:443/"),
    ("https://h:80/", "https://h:80/"), ("http://h:/", "http://h/"), ("http://h:0/", "http://h:0/"),
    ("http://h:00080/", "http://h/"), ("http://h:65535/", "http://h:65535/"), ("http://h:65536/", None),
    ("http://h:99999/", None), ("http://h:-80/", None), ("http://h:a/", None), ("http://h:8a/", None),
    ("http://h: 80/", None), ("http://h:80:80/", None), ("http://h:8\t0/", "http://h/"),
    ("http://h:\uff18\uff10/", None),
    ("http://h:8080?a", "http://h:8080/?a"), ("http://h:8080#a", "http://h:8080/#a"),
    ("http://h:00000000000080/", "http://h/"),
    ("http://h:4294967376/", None),
]  # fmt: skip
_USERS = [
    ("http://u@h/", "http://u@h/"), ("http://u:p@h/", "http://u:p@h/"), ("http://:p@h/", "http://:p@h/"),
    ("http://u:@h/", "http://u@h/"), ("http://@h/", "http://h/"), ("http://:@h/", "http://h/"),
    ("http://u@v@h/", "http://u%40v@h/"),
    ("http://u:p:q@h/", "http://u:p%3Aq@h/"), ("http://u/@h/", "http://u/@h/"), ("http://u?@h/", "http://u/?@h/"),
    ("http://u#@h/", "http://u/#@h/"), ("http://u@/", None), ("http://u:p@/", None), ("http://@/", None),
    ("http://@:80/", None),
    ("http://\u00e9@h/", "http://%C3%A9@h/"), ("http://a b@h/", "http://a%20b@h/"),
    ("http://a;=@h/", "http://a%3B%3D@h/"),
    ("http://www.example.com:80@127.0.0.1/", "http://www.example.com:80@127.0.0.1/"),
]  # fmt: skip
_IPV4 = [
    ("http://127.0.0.1/", "127.0.0.1"), ("http://127.1/", "127.0.0.1"), ("http://127.0.1/", "127.0.0.1"),
    ("http://2130706433/", "127.0.0.1"), ("http://0x7f.1/", "127.0.0.1"), ("http://0x7f000001/", "127.0.0.1"),
    ("http://0177.0.0.1/", "127.0.0.1"), ("http://017700000001/", "127.0.0.1"), ("http://0/", "0.0.0.0"),
    ("http://0x/", "0.0.0.0"), ("http://0x.0x.0/", "0.0.0.0"), ("http://1.2.3.4./", "1.2.3.4"),
    ("http://1.2.3.4../", "1.2.3.4.."),
    ("http://256/", "0.0.1.0"), ("http://1.256/", "1.0.1.0"), ("http://1.2.256/", "1.2.1.0"),
    ("http://1.2.3.256/", None),
    ("http://256.1.1.1/", None), ("http://1.256.1.1/", None), ("http://4294967295/", "255.255.255.255"),
    ("http://4294967296/", None), ("http://0xffffffff/", "255.255.255.255"), ("http://0x100000000/", None),
    ("http://1.2.3.4.5/", None), ("http://1.2.3.08/", None), ("http://1.2.3.09/", None), ("http://09.1/", None),
    ("http://1..2/", None), ("http://.1/", None), ("http://1.2.3.0x/", "1.2.3.0"), ("http://1.2.3.0xg/", "1.2.3.0xg"),
    ("http://h.1/", None), ("http://h.0x1/", None), ("http://h.1./", None), ("http://1.h/", "1.h"),
    ("http://a.1e1/", "a.1e1"),
    ("http://%30x7f.1/", "127.0.0.1"), ("http://\uff11\uff12\uff17.1/", "127.0.0.1"),
    ("http://127\u30020\u30020\u30021/", "127.0.0.1"),
    ("http://\u2460\u2461\u2466.0.0.1/", "127.0.0.1"), ("http://127.0.0.0x1/", "127.0.0.1"),
    ("http://127.16777216/", None),
    ("http://127.16777215/", "127.255.255.255"), ("http://00000000001/", "0.0.0.1"), ("http://0X7F.1/", "127.0.0.1"),
    ("http://192.0x00A80001/", "192.168.0.1"), ("http://1e2/", "1e2"), ("http://-1/", "-1"),
    ("http://1_000/", "1_000"),
]  # fmt: skip
_IPV6 = [
    ("http://[::1]/", "[::1]"), ("http://[::]/", "[::]"), ("http://[1:0::]/", "[1::]"),
    ("http://[0:0:0:0:0:0:0:1]/", "[::1]"),
    ("http://[2001:db8::1]/", "[2001:db8::1]"), ("http://[2001:DB8::A]/", "[2001:db8::a]"),
    ("http://[::127.0.0.1]/", "[::7f00:1]"),
    ("http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"), ("http://[1:2:3:4:5:6:7:8]/", "[1:2:3:4:5:6:7:8]"),
    ("http://[1:0:0:2:0:0:0:3]/", "[1:0:0:2::3]"), ("http://[0:1:2:3:4:5:6:7]/", "[0:1:2:3:4:5:6:7]"),
    ("http://[1::2:0]/", "[1::2:0]"),
    ("http://[00a::01]/", "[a::1]"), ("http://[1:2:3:4:5:6:7:8:9]/", None), ("http://[1:2:3:4:5:6:7]/", None),
    ("http://[:1]/", None),
    ("http://[1::2::3]/", None), ("http://[12345::]/", None), ("http://[g::]/", None), ("http://[::1/", None),
    ("http://::1]/", None),
    ("http://[]/", None), ("http://[::127.0.0]/", None), ("http://[::127.0.0.256]/", None),
    ("http://[::127.0.0.01]/", None),
    ("http://[::1.2.3.4.5]/", None), ("http://[::1%eth0]/", None), ("http://[fe80::1%25eth0]/", None),
    ("http://[v1.a]/", None),
    ("http://[::1]a/", None), ("http://a[::1]/", None), ("http://[::1]:81/", "[::1]:81"), ("http://[::1]:/", "[::1]"),
    ("http://[::1]:x/", None), ("http://[: :1]/", None), ("http://[1:2:3:4:5:6:1.2.3.4]/", "[1:2:3:4:5:6:102:304]"),
    ("http://[1:2:3:4:5:6:7:1.2.3.4]/", None), ("http://[::.1.2.3]/", None), ("http://[0::0:0]/", "[::]"),
    ("http://[1:0:0:0:2:0:0:0]/", "[1::2:0:0:0]"), ("http://[ffff::0.0.0.0]/", "[ffff::]"), ("http://[:::1]/", None),
]  # fmt: skip
_NAMES = [
    ("http://EXAMPLE.com/", "example.com"), ("http://ex%61mple.com/", "example.com"),
    ("http://ex%41mple.com/", "example.com"),
    ("http://b\u00fccher.de/", "xn--bcher-kva.de"), ("http://B\u00dcCHER.de/", "xn--bcher-kva.de"),
    ("http://xn--bcher-kva.de/", "xn--bcher-kva.de"),
    ("http://b%C3%BCcher.de/", "xn--bcher-kva.de"), ("http://fa\u00df.de/", "xn--fa-hia.de"),
    ("http://\u4e2d\u56fd.cn/", "xn--fiqs8s.cn"),
    ("http://\u4f60\u597d\uff0e\u4f60\u597d/", "xn--6qq79v.xn--6qq79v"), ("http://a\u3002b/", "a.b"),
    ("http://a\uff61b/", "a.b"),
    ("http://p\u043ertal.test/", "xn--prtal-jye.test"), ("http://\uff27\uff4f.com/", "go.com"),
    ("http://h.test./", "h.test."),
    ("http://h..test/", "h..test"), ("http://a_b.test/", "a_b.test"), ("http://-a.test/", "-a.test"),
    ("http://a-.test/", "a-.test"),
    ("http://a\u00adb.test/", "ab.test"), ("http://\u00ad/", None), ("http://%/", None), ("http://%zz/", None),
    ("http://a%/", None),
    ("http://a b/", None), ("http://a%20b/", None), ("http://a<b/", None), ("http://a>b/", None),
    ("http://a^b/", None),
    ("http://a|b/", None), ("http://a[b/", None), ("http://a]b/", None), ("http://a%00b/", None),
    ("http://a\x00b/", None),
    ("http://a%23b/", None), ("http://a%2fb/", None), ("http://a%3ab/", None), ("http://a%3fb/", None),
    ("http://a%40b/", None),
    ("http://a%5bb/", None), ("http://a%5cb/", None), ("http://a%7cb/", None), ("http://a%7fb/", None),
    ("http://a\x7fb/", None),
    ("http://a%C3%28/", None), ("http://%ff/", None), ("http://\ufffd/", None), ("http://a\u2028b/", None),
    ("http://xn--/", None),
    ("http://xn--a/", None), ("http://xn--a-\u00e9/", None), ("http://a\u2100b/", None), ("http://a\uff05b/", None),
    ("http://a\uff0fb/", None), ("http://!/", "!"), ("http://a*b/", "a*b"), ("http://a'b/", "a'b"),
    ("http://(a)/", "(a)"),
    ("http://a~b/", "a~b"), ("http://a$&+,;=/", "a$&+,;="), ('http://"/', '"'), ("http://`{}/", "`{}"),
    ("http://", None),
    ("http:", BASE), ("https:", None), ("http:///", None), ("http://?a", None), ("http://#a", None),
    ("https://", None), ("//", None),
    ("http://:80/", None), ("http://./", "."), ("http://../", ".."), ("http://\u200d/", None),
    ("http://a.b.c.d.e.f/", "a.b.c.d.e.f"),
]  # fmt: skip
# Against other bases.
_BASES: list[Case] = [
    ("/a", "https://h:8443/x/y?q#f", "https://h:8443/a"), ("?a", "http://h/x/y?q#f", "http://h/x/y?a"),
    ("#a", "http://h/x/y?q#f", "http://h/x/y?q#a"), ("", "http://h/x/y?q#f", "http://h/x/y?q"),
    ("//o/z", "https://h/x", "https://o/z"), ("http:a", "https://h/x/y", "http://a/"),
    ("https:a", "https://h/x/y", "https://h/x/a"),
    ("a", "http://u:p@h/x/y", "http://u:p@h/x/a"), ("//o", "http://u:p@h/", "http://o/"),
    ("a", "http://h", "http://h/a"),
    ("..", "http://h/a/b/c/", "http://h/a/b/"), ("../../../../d", "http://h/a/b/", "http://h/d"),
    ("a", "nothing", None),
    ("http://h/", "nothing", None), ("/a", "mailto:a@b", None), ("a", "", None), ("a", "http://[", None),
    ("x", "http://h/a;b/c", "http://h/a;b/x"), ("x", "http://h/a?b/c", "http://h/x"), ("x:1", "http://h/", None),
    ("./x:1", "http://h/", "http://h/x:1"), ("http:../x", "http://h/a/b/", "http://h/a/x"),
    ("http:?x", "http://h/a", "http://h/a?x"),
    ("http:#x", "http://h/a?y", "http://h/a?y#x"), ("http:..", "http://h/a/b", "http://h/"),
]  # fmt: skip


def _at_host(cases: list[tuple[str, str | None]]) -> list[Case]:
    """Cases that give the host of a URL whose path is ``/``."""
    return [(text, BASE, host and (host if "://" in host else f"http://{host}/")) for text, host in cases]


def _at_path(cases: list[tuple[str, str | None]]) -> list[Case]:
    """Cases that give what follows the base's host."""
    return [(text, BASE, path and f"http://example.org{path}") for text, path in cases if path]


CASES: tuple[Case, ...] = (
    *[(text, BASE, url) for text, url in (*_SLASHES, *_WHITE, *_PORTS, *_USERS)],
    *_at_path(_DOTS),
    *_at_path(_ESCAPES),
    *_at_host(_IPV4),
    *_at_host(_IPV6),
    *_at_host(_NAMES),
    *_BASES,
)
