from __future__ import annotations

import struct
import zlib

from portal_crawler.demo.images import image


def test_the_same_path_gives_the_same_picture_and_another_path_another() -> None:
    first, kind = image("/images/photo-1_200x150.jpg")
    assert image("/images/photo-1_200x150.jpg") == (first, kind)
    assert image("/images/photo-2_200x150.jpg")[0] != first
    assert kind == "image/png"


def test_a_picture_has_the_size_of_its_name_and_whole_rows() -> None:
    body, _ = image("/images/photo-1_20x10.jpg")
    assert struct.unpack(">II", body[16:24]) == (20, 10)
    start = body.index(b"IDAT") + 4
    length = struct.unpack(">I", body[start - 8 : start - 4])[0]
    assert len(zlib.decompress(body[start : start + length])) == 10 * 21


def test_a_gif_has_the_size_of_its_name_and_a_trailer() -> None:
    body, kind = image("/images/menu-culture_140x20.gif")
    assert kind == "image/gif"
    assert body[:6] == b"GIF89a"
    assert struct.unpack("<HH", body[6:10]) == (140, 20)
    assert body.endswith(b"\0\x3b")


def test_a_name_without_a_size_is_a_spacer() -> None:
    body, _ = image("/images/spacer.gif?x=1")
    assert struct.unpack("<HH", body[6:10]) == (1, 1)
    assert image("/images/spacer.png")[1] == "image/png"


def test_no_picture_is_larger_than_a_screen_of_its_time() -> None:
    body, _ = image("/images/ad-x_99999x99999.png")
    assert struct.unpack(">II", body[16:24]) == (1024, 768)
