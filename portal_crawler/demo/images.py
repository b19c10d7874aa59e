"""Images of the demo portal, drawn from their path: banners with lettering, photographs, bullets, spacers.

GIF (GIF89a) where the path ends in .gif, PNG otherwise, whatever the path says: browsers sniff, and so did
servers of the time. Contains no file and no network.
"""

from __future__ import annotations

import re
import struct
import zlib
from hashlib import blake2b

# 5 x 7 capitals, one hexadecimal pair a row (the low five bits), drawn for this module.
_GLYPHS = {
    "A": "0e11111f111111", "B": "1e11111e11111e", "C": "0e11101010110e", "D": "1e11111111111e",
    "E": "1f10101e10101f", "F": "1f10101e101010", "G": "0e11101711110f", "H": "1111111f111111",
    "I": "0e04040404040e", "J": "0702020202120c", "K": "11121418141211", "L": "1010101010101f",
    "M": "111b1515111111", "N": "11191513111111", "O": "0e11111111110e", "P": "1e11111e101010",
    "Q": "0e11111115120d", "R": "1e11111e141211", "S": "0f10100e01011e", "T": "1f040404040404",
    "U": "1111111111110e", "V": "11111111110a04", "W": "11111115151b11", "X": "11110a040a1111",
    "Y": "11110a04040404", "Z": "1f01020408101f", "0": "0e11131519110e", "1": "040c040404040e",
    "2": "0e11010204081f", "3": "1f02040201110e", "4": "02060a121f0202", "5": "1f101e0101110e",
    "6": "0608101e11110e", "7": "1f010204080808", "8": "0e11110e11110e", "9": "0e11110f01020c",
    "-": "0000001f000000", "&": "0c12140815120d", ".": "00000000000c0c", "/": "01010204081010",
}  # fmt: skip
_SIZE = re.compile(r"_(\d+)x(\d+)\.")
_LETTERED = {"menu": ("#336699", "#ffffff", 1), "logo": ("#8c0000", "#ffe8a0", 3), "tab": ("#d8e4f0", "#003366", 1),
             "ad": ("#ffcc00", "#8c0000", 2), "head": ("#cc3300", "#ffffff", 1)}  # fmt: skip

_AD_COLOURS = (("#ffcc00", "#8c0000"), ("#003366", "#ffffff"), ("#cc0000", "#ffff99"), ("#006633", "#ffffff"),
               ("#ffffff", "#cc3300"), ("#99ccff", "#000066"))  # fmt: skip

Pixels = list[bytearray]


def image(path: str) -> tuple[bytes, str]:
    """The bytes and content type of the image at ``path``; the same path always gives the same image.

    A name such as ``menu-culture_140x20.gif`` says kind, lettering and size in pixels; without a size the
    image is a single transparent pixel, the spacer of its time.
    """
    name = path.rsplit("/", 1)[-1].partition("?")[0]
    gif = name.lower().endswith(".gif")
    size = _SIZE.search(name)
    if size is None:
        dot = [bytearray(1)]
        if gif:
            return _gif(dot, [(255, 255, 255)], clear=True), "image/gif"
        return _png(dot, [(238, 238, 238)]), "image/png"
    width, height = min(int(size[1]), 1024), min(int(size[2]), 768)
    kind, _, label = name[: size.start()].partition("-")
    pixels, palette = _draw(kind, label.replace("_", " ").upper(), width, height, name)
    return (_gif(pixels, palette), "image/gif") if gif else (_png(pixels, palette), "image/png")


def _draw(kind: str, label: str, width: int, height: int, seed: str) -> tuple[Pixels, list[tuple[int, int, int]]]:
    if kind in _LETTERED:
        ground, ink, scale = _LETTERED[kind]
        if kind == "ad":
            ground, ink = _AD_COLOURS[blake2b(label.encode(), digest_size=1).digest()[0] % len(_AD_COLOURS)]
        pixels = [bytearray(width) for _ in range(height)]
        # A bar of tabs, as an image map has them: one word every 72 pixels.
        for at, word in enumerate(label.split("+")):
            _letter(pixels, word, min(scale, max(1, height // 9)), 6 + 72 * at)
        return pixels, [_rgb(ground), _rgb(ink)]
    if kind == "photo":
        return _photo(width, height, seed)
    number = blake2b(seed.encode(), digest_size=3).digest()
    return [bytearray(width) for _ in range(height)], [(90 + number[0] % 90, 90 + number[1] % 60, 60 + number[2] % 60)]


def _letter(pixels: Pixels, label: str, scale: int, left: int) -> None:
    width, height = len(pixels[0]), len(pixels)
    top = max(0, (height - 7 * scale) // 2)
    for position, char in enumerate(label):
        rows = bytes.fromhex(_GLYPHS.get(char, "00000000000000"))
        for y in range(7 * scale):
            for x in range(5 * scale):
                column = left + position * 6 * scale + x
                if column < width and top + y < height and rows[y // scale] >> (4 - x // scale) & 1:
                    pixels[top + y][column] = 1


def _photo(width: int, height: int, seed: str) -> tuple[Pixels, list[tuple[int, int, int]]]:
    """A hazy landscape: sky, two ridges, a foreground; no two alike."""
    digest = blake2b(seed.encode(), digest_size=32).digest()
    sky = [(150 + 6 * i + digest[0] % 20, 175 + 5 * i, 200 + 4 * i + digest[1] % 10) for i in range(8)]
    land = [(60 + digest[2] % 70 - 3 * i, 80 + digest[3] % 50 - 4 * i, 50 + digest[4] % 40 - 2 * i) for i in range(8)]
    far = _ridge(width, height * 45 // 100, height // 6, digest[5:12])
    near = _ridge(width, height * 65 // 100, height // 5, digest[12:20])
    pixels = []
    for y in range(height):
        row = bytearray(width)
        for x in range(width):
            row[x] = 8 + 7 * y // height if y > near[x] else (8 + (x + y) % 2 if y > far[x] else 7 * y // height)
        pixels.append(row)
    return pixels, [tuple(max(0, min(255, c)) for c in colour) for colour in sky + land]  # type: ignore[misc]


def _ridge(width: int, base: int, swing: int, digest: bytes) -> list[int]:
    points = [base + byte * swing // 255 - swing // 2 for byte in digest]
    step = width / (len(points) - 1)
    line = []
    for x in range(width):
        index = min(int(x / step), len(points) - 2)
        part = x / step - index
        line.append(int(points[index] * (1 - part) + points[index + 1] * part))
    return line


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _png(pixels: Pixels, palette: list[tuple[int, int, int]]) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 3, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + bytes(row) for row in pixels))
    colours = b"".join(bytes(colour) for colour in palette)
    chunks = chunk(b"IHDR", head) + chunk(b"PLTE", colours) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _gif(pixels: Pixels, palette: list[tuple[int, int, int]], clear: bool = False) -> bytes:
    """GIF89a with 4-bit pixels, LZW-coded without a growing table: a clear code before the code width would grow."""
    colours = b"".join(bytes(colour) for colour in palette).ljust(48, b"\0")
    head = b"GIF89a" + struct.pack("<HHBBB", len(pixels[0]), len(pixels), 0xF3, 0, 0) + colours
    control = b"\x21\xf9\x04\x01\0\0\0\0" if clear else b""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, len(pixels[0]), len(pixels), 0)
    bits, count, run = 0, 0, 0
    for index in bytes(b"".join(pixels)):
        if run == 0:
            bits, count = bits | 16 << count, count + 5
        bits, count, run = bits | index << count, count + 5, (run + 1) % 14
    bits, count = bits | 17 << count, count + 5
    data = bits.to_bytes((count + 7) // 8, "little")
    blocks = b"".join(bytes([len(part)]) + part for part in (data[i : i + 255] for i in range(0, len(data), 255)))
    return head + control + frame + b"\x04" + blocks + b"\0\x3b"
