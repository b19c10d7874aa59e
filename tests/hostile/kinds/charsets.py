"""Types and charsets: bodies that are not what they are said to be, or say nothing."""

from __future__ import annotations

from random import Random

from portal_crawler.demo.prose_zh import ProseZh
from tests.hostile.answers import whole
from tests.hostile.hazard import Expect, Hazard, Places, bounded, one_page, skipped, whole_once
from tests.hostile.stories import Story, article, story, told

# ruff: noqa: RUF001 - letters of other scripts are what these stories are made of
_RUSSIAN = (
    "Вчера в городском совете обсуждали новый мост через реку, который должны построить до конца будущего года.",
    "Жители восточного берега ждали этого решения девять лет и пришли на заседание с фотографиями старой переправы.",
    "По словам инженеров, опоры выдержат весенний лёд, а движение откроют сначала для пешеходов и велосипедистов.",
    "Бюджет увеличили на двадцать миллионов, и часть суммы дадут предприятия порта, заинтересованные в новой дороге.",
    "Музей открыл выставку карт дельты, на которых видно, как русло менялось за последние двести лет.",
)
_JAPANESE = (
    "市議会は昨日、川を渡る新しい橋の建設計画について話し合い、来年の秋までに完成させることを決めた。",
    "東岸の住民は九年間この決定を待っており、古い渡し船の写真を持って会議に参加した。",
    "技術者によると、橋脚は春の氷にも耐え、最初は歩行者と自転車のために開放されるという。",
    "博物館では三角州の地図の展覧会が始まり、二百年の間に川の流れがどう変わったかを見ることができる。",
)
_FRENCH = (
    "Le conseil de la vallée a décidé hier de bâtir un pont près de l'ancien marché, où les élèves prenaient le bac.",
    "Les ingénieurs ont présenté leurs études : la première arche sera achevée dès l'été, la dernière à Noël.",
    "« Nous l'espérions depuis neuf ans », a déclaré une pêcheuse âgée, dont le père était déjà batelier à l'île.",
    "Le musée célèbre l'événement avec une exposition gratuite de cartes françaises du dix-huitième siècle.",
)


def _russian(name: str) -> Story:
    order = Random(name).sample(_RUSSIAN, 5)
    return told(
        name,
        (f"{one} {other}" for one, other in zip(order, order[1:] + order[:1], strict=True)),
        f"Новый мост через реку {name[-4:]}",
    )


def _japanese(name: str) -> Story:
    return told(
        name,
        ("".join((one, other)) for one, other in zip(_JAPANESE, _JAPANESE[1:] + _JAPANESE[:1], strict=True)),
        "川に新しい橋",
    )


def _french(name: str) -> Story:
    order = Random(name).sample(_FRENCH, 4)
    return told(
        name,
        (f"{one} {other}" for one, other in zip(order, order[1:] + order[:1], strict=True)),
        f"Un pont près de l'île, {name}",
    )


def _chinese(name: str) -> Story:
    rng, prose = Random(name), ProseZh()
    return told(name, prose.paragraphs(rng, 5), prose.headline(rng), "2004年10月14日")


def _typed(name: str, body: bytes, media: str | None, expect: Expect, note: str = "", *lines: str) -> Hazard:
    return one_page(name, whole(body, *lines, media=media), expect, note=note)


def _coded(name: str, tale: Story, codec: str, media: str | None, meta: str | None = None, note: str = "") -> Hazard:
    """A story in a charset, with what the header and the page say of it."""
    return _typed(name, article(tale, charset=meta).encode(codec), media, whole_once(tale), note)


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those of Content-Type, and of what stands behind it."""
    return (*_types(), *_charsets())


def _types() -> tuple[Hazard, ...]:
    pdf = (
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
        + b"\0\xff" * 3_000
    )
    zipped = b"PK\x03\x04" + bytes(range(256)) * 40
    html = "text/html; charset=utf-8"
    none = skipped("not_html", "empty")

    def page_of(name: str) -> bytes:
        return article(story(name)).encode()

    found: list[Hazard] = [
        _typed(
            "type-octet-stream",
            page_of("type-octet-stream"),
            "application/octet-stream",
            bounded(8),
            "HTML labelled as bytes",
        ),
        _typed("type-text-plain", page_of("type-text-plain"), "text/plain", bounded(8)),
        _typed("type-pdf-as-html", pdf, html, none),
        _typed("type-zip-as-html", zipped, html, none),
        _typed("type-noise-as-html", Random(5).randbytes(60_000), html, bounded(8), "60 KB of noise"),
        _typed("type-video", b"\0\0\0\x18ftypmp42" + b"\0" * 4_000, "video/mp4", skipped("not_html")),
        _typed("type-none", page_of("type-none"), None, whole_once(story("type-none")), "no Content-Type"),
        _typed(
            "type-odd", page_of("type-odd"), 'text/html;charset="utf-8"; ;=;;boundary', whole_once(story("type-odd"))
        ),
        _typed("type-nosniff", page_of("type-nosniff"), "image/png", bounded(8), "", "X-Content-Type-Options: nosniff"),
        _typed("type-json", b'{"a": ' * 50_000, "application/json", bounded(8)),
        _typed(
            "type-svg",
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "image/svg+xml",
            bounded(8),
        ),
        _typed(
            "type-mhtml",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n",
            "message/rfc822",
            bounded(8),
        ),
        _typed(
            "type-attachment",
            page_of("type-attachment"),
            html,
            whole_once(story("type-attachment")),
            "",
            'Content-Disposition: attachment; filename="../../etc/passwd"',
        ),
    ]
    return tuple(found)


def _charsets() -> tuple[Hazard, ...]:
    plain, utf8 = "text/html", "text/html; charset=utf-8"
    name = "charset-utf16-bom"
    late = "charset-meta-late"
    late_page = article(
        _russian(late), charset=None, extra_head=f"<!--{' filling' * 700}--><meta charset=windows-1251>"
    )
    mixed = article(_french("charset-mixed")).encode() + b"<p>\xe9\xe8\xff broken bytes \xc3\x28</p>"
    double = article(_french("charset-double")).encode().decode("latin-1").encode()
    seven = article(story("charset-utf7")).encode() + b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    return (
        _coded(name, story(name), "utf-16", plain),
        _coded("charset-utf16-header", story("charset-utf16-header"), "utf-16-le", "text/html; charset=utf-16le"),
        _coded(
            "charset-utf8-bom",
            _french("charset-utf8-bom"),
            "utf-8-sig",
            "text/html; charset=iso-8859-1",
            note="the mark at the beginning wins over the header",
        ),
        _typed(
            "charset-header-latin1-is-utf8",
            article(_french("charset-header-latin1-is-utf8")).encode(),
            "text/html; charset=iso-8859-1",
            bounded(8),
            "header wrong, meta right",
        ),
        _coded(
            "charset-meta-lies",
            _french("charset-meta-lies"),
            "utf-8",
            utf8,
            "windows-1251",
            "header right, meta wrong: the header wins",
        ),
        _coded(
            "charset-undeclared-1251", _russian("charset-undeclared-1251"), "cp1251", plain, None, "nothing declared"
        ),
        _coded("charset-undeclared-utf8", _french("charset-undeclared-utf8"), "utf-8", plain, None),
        _coded("charset-undeclared-koi8", _russian("charset-undeclared-koi8"), "koi8-r", plain, None),
        _coded("charset-gb18030", _chinese("charset-gb18030"), "gb18030", plain, "gb18030"),
        _coded("charset-gb2312-is-gbk", _chinese("charset-gb2312-is-gbk"), "gbk", plain, "gb2312"),
        _coded("charset-euc-jp", _japanese("charset-euc-jp"), "euc-jp", plain, "euc-jp"),
        _coded("charset-iso-2022-jp", _japanese("charset-iso-2022-jp"), "iso2022_jp", plain, "iso-2022-jp"),
        _coded(
            "charset-unknown-name",
            _french("charset-unknown-name"),
            "utf-8",
            "text/html; charset=x-klingon",
            "x-romulan",
        ),
        _coded(
            "charset-python-codec",
            _french("charset-python-codec"),
            "utf-8",
            "text/html; charset=idna",
            "rot13",
            "names that only Python knows as codecs",
        ),
        _typed(late, late_page.encode("cp1251"), plain, whole_once(_russian(late)), "meta after 5,000 bytes"),
        _typed(
            "charset-utf7",
            seven,
            "text/html; charset=utf-7",
            whole_once(story("charset-utf7")),
            "UTF-7 is no charset of the web: read as something else",
        ),
        _typed(
            "charset-utf32",
            article(story("charset-utf32")).encode("utf-32"),
            plain,
            bounded(8),
            "browsers know no UTF-32",
        ),
        _typed(
            "charset-mixed", mixed, utf8, whole_once(_french("charset-mixed")), "a few broken bytes behind the story"
        ),
        _typed("charset-double", double, utf8, bounded(8), "encoded twice"),
        _typed(
            "charset-long-name",
            article(_french("charset-long-name")).encode(),
            "text/html; charset=" + "x" * 9_000,
            whole_once(_french("charset-long-name")),
        ),
    )
