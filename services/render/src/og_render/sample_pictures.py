"""Pictures for examples, the gallery and the tests, drawn here so that none has to be kept."""

from __future__ import annotations

import math
from functools import cache

import skia

_SIDE_PX = 640
_WIDE_PX = (1600, 1000)
_PHOTO_QUALITY = 88


@cache
def favicon() -> bytes:
    """Draw a small logo with transparent corners."""
    surface = skia.Surface(128, 128)
    canvas = surface.getCanvas()
    tile = skia.RRect.MakeRectXY(skia.Rect.MakeWH(128, 128), 32, 32)
    canvas.drawRRect(tile, skia.Paint(Color=0xFF111827, AntiAlias=True))
    canvas.drawCircle(50, 64, 26, skia.Paint(Color=0xFFF59E0B, AntiAlias=True))
    canvas.drawCircle(82, 64, 26, skia.Paint(Color=0xCCEC4899, AntiAlias=True))
    return _png(surface)


@cache
def avatar() -> bytes:
    """Draw a portrait of nobody."""
    surface = skia.Surface(320, 320)
    canvas = surface.getCanvas()
    canvas.drawPaint(_shade((0, 0), (320, 320), 0xFFFDE68A, 0xFFFB7185))
    canvas.drawOval(skia.Rect.MakeLTRB(40, 218, 280, 460), _flat(0xFF1E3A5F))
    canvas.drawRect(skia.Rect.MakeLTRB(136, 180, 184, 250), _flat(0xFFD9A583))
    canvas.drawOval(skia.Rect.MakeLTRB(104, 76, 216, 216), _flat(0xFFE8B796))
    hair = skia.Path()
    hair.moveTo(96, 150)
    hair.cubicTo(84, 20, 240, 20, 226, 150)
    hair.cubicTo(216, 112, 190, 104, 160, 104)
    hair.cubicTo(130, 104, 108, 116, 96, 150)
    canvas.drawPath(hair, _flat(0xFF3B2A20))
    return _png(surface)


@cache
def product_photo() -> bytes:
    """Draw a lamp before a wall, filling its frame as a photograph does."""
    surface = skia.Surface(_SIDE_PX, 760)
    canvas = surface.getCanvas()
    canvas.drawPaint(_shade((0, 0), (500, 760), 0xFFEBDCCB, 0xFFC7A98A))
    canvas.drawRect(skia.Rect.MakeLTRB(0, 610, _SIDE_PX, 760), _flat(0xFF8D6B4F))
    glow = skia.Paint(
        Shader=skia.GradientShader.MakeRadial((320, 300), 330, [0xB3FFF3D1, 0x00FFF3D1], [0.0, 1.0])
    )
    canvas.drawPaint(glow)
    canvas.drawOval(skia.Rect.MakeLTRB(200, 628, 460, 668), _flat(0x40201008))
    canvas.drawRect(skia.Rect.MakeLTRB(312, 300, 328, 634), _flat(0xFF2B2B2B))
    canvas.drawRoundRect(skia.Rect.MakeLTRB(230, 622, 410, 648), 13, 13, _flat(0xFF2B2B2B))
    shade = skia.Path()
    shade.moveTo(240, 130)
    shade.lineTo(400, 130)
    shade.lineTo(480, 350)
    shade.lineTo(160, 350)
    shade.close()
    canvas.drawPath(shade, _shade((160, 0), (480, 0), 0xFFF7EBD3, 0xFFD8B98A))
    return _png(surface)


@cache
def product_cutout() -> bytes:
    """Draw a cup on a plain white ground, as shops show their goods."""
    surface = skia.Surface(_SIDE_PX, _SIDE_PX)
    canvas = surface.getCanvas()
    canvas.clear(0xFFFFFFFF)
    canvas.drawOval(skia.Rect.MakeLTRB(130, 490, 500, 540), _flat(0x22000000))
    handle = skia.Paint(Color=0xFF2F6F73, AntiAlias=True, Style=skia.Paint.kStroke_Style)
    handle.setStrokeWidth(38)
    canvas.drawOval(skia.Rect.MakeLTRB(390, 230, 530, 410), handle)
    body = skia.RRect()
    body.setRectRadii(
        skia.Rect.MakeLTRB(140, 150, 460, 515), [(16, 16), (16, 16), (110, 110), (110, 110)]
    )
    canvas.drawRRect(body, _shade((140, 0), (460, 0), 0xFF57B0AE, 0xFF2F7C80))
    canvas.drawOval(skia.Rect.MakeLTRB(140, 125, 460, 190), _flat(0xFF7CC7C3))
    canvas.drawOval(skia.Rect.MakeLTRB(160, 136, 440, 182), _flat(0xFF4A2C1C))
    return _png(surface)


@cache
def landscape() -> bytes:
    """Draw hills at dusk, wide as pages show them at their top."""
    width, height = _WIDE_PX
    surface = skia.Surface(width, height)
    canvas = surface.getCanvas()
    canvas.drawPaint(_shade((0, 0), (0, height), 0xFF2B3A67, 0xFFF6B97F))
    canvas.drawCircle(width * 0.68, height * 0.47, 96, _flat(0xFFFFE3B0))
    for layer, color in enumerate((0xFF8C6A8E, 0xFF5E4B78, 0xFF3C365C, 0xFF1D2036)):
        canvas.drawPath(_ridge(layer, width, height), _flat(color))
    image = surface.makeImageSnapshot()
    return bytes(image.encodeToData(skia.kJPEG, _PHOTO_QUALITY))


@cache
def cover() -> bytes:
    """Draw a record's cover, square."""
    surface = skia.Surface(_SIDE_PX, _SIDE_PX)
    canvas = surface.getCanvas()
    canvas.drawPaint(_shade((0, 0), (_SIDE_PX, _SIDE_PX), 0xFF14213D, 0xFF3A1C5A))
    for radius, color in (
        (300, 0xFF31407A),
        (232, 0xFFE4572E),
        (164, 0xFFF3A712),
        (96, 0xFFFFF1D0),
    ):
        canvas.drawCircle(_SIDE_PX / 2, 400, radius, _flat(color))
    canvas.drawRect(skia.Rect.MakeLTRB(0, 400, _SIDE_PX, _SIDE_PX), _flat(0xFF0E1730))
    for row in range(6):
        top, inset = 424 + 34 * row, 26 + 34 * row
        bar = skia.Rect.MakeLTRB(inset, top, _SIDE_PX - inset, top + 12 - row)
        canvas.drawRoundRect(bar, 6, 6, _flat(0xFFF3A712))
    return _png(surface)


@cache
def screenshot() -> bytes:
    """Draw the window of an application: a list beside a page."""
    width, height = 1440, 900
    surface = skia.Surface(width, height)
    canvas = surface.getCanvas()
    canvas.clear(0xFFFFFFFF)
    canvas.drawRect(skia.Rect.MakeLTRB(0, 0, 340, height), _flat(0xFFF4F4F7))
    for at, color in enumerate((0xFFFF5F57, 0xFFFEBC2E, 0xFF28C840)):
        canvas.drawCircle(44 + 34 * at, 44, 11, _flat(color))
    for row, length in enumerate((190, 236, 168, 210, 150, 226, 182)):
        top = 118 + 64 * row
        if row == 1:
            chosen = skia.Rect.MakeLTRB(20, top - 20, 320, top + 38)
            canvas.drawRoundRect(chosen, 14, 14, _flat(0xFFE0DBFA))
        canvas.drawCircle(56, top + 9, 11, _flat(0xFF6D4AE0 if row == 1 else 0xFFC5C5D0))
        canvas.drawRoundRect(skia.Rect.MakeXYWH(84, top, length, 18), 9, 9, _flat(0xFFA5A5B4))
    canvas.drawRoundRect(skia.Rect.MakeXYWH(420, 104, 560, 50), 14, 14, _flat(0xFF25233A))
    for row, length in enumerate((860, 910, 640)):
        line = skia.Rect.MakeXYWH(420, 196 + 44 * row, length, 18)
        canvas.drawRoundRect(line, 9, 9, _flat(0xFFD5D5DE))
    for column, color in enumerate((0xFFEDE9FE, 0xFFFCE7F3, 0xFFE0F2FE)):
        tile = skia.Rect.MakeXYWH(420 + 318 * column, 366, 290, 210)
        canvas.drawRoundRect(tile, 22, 22, _flat(color))
        words = skia.Rect.MakeXYWH(450 + 318 * column, 404, 150, 22)
        canvas.drawRoundRect(words, 11, 11, _flat(0xFF6B6880))
    return _png(surface)


def _ridge(layer: int, width: int, height: int) -> skia.Path:
    """Give a line of hills; later layers are nearer and lower."""
    base = height * (0.52 + 0.13 * layer)
    path = skia.Path()
    path.moveTo(0, height)
    for x in range(0, width + 1, 16):
        waves = math.sin(x / (210 - 30 * layer) + 2.1 * layer) + 0.4 * math.sin(x / 57 + layer)
        path.lineTo(x, base - 62 * waves)
    path.lineTo(width, height)
    path.close()
    return path


def _flat(color: int) -> skia.Paint:
    return skia.Paint(Color=color, AntiAlias=True)


def _shade(
    start: tuple[float, float], end: tuple[float, float], first: int, last: int
) -> skia.Paint:
    shader = skia.GradientShader.MakeLinear([start, end], [first, last])
    return skia.Paint(Shader=shader, AntiAlias=True, Dither=True)


def _png(surface: skia.Surface) -> bytes:
    return bytes(surface.makeImageSnapshot().encodeToData(skia.kPNG, 100))
