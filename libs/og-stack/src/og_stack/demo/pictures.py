"""The demo pages' pictures, drawn here so that nothing of anybody else's is shipped."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

ICON_PX = 256
MUG_PX = 900
_SMOOTHING = 3  # drawn that many times larger, then scaled down


def journal_icon() -> bytes:
    """Draw a rising sun over two lines of text, on indigo."""
    size = ICON_PX * _SMOOTHING
    unit = size / 16
    icon = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(icon)
    draw.rounded_rectangle((0, 0, size - 1, size - 1), 3.5 * unit, fill="#3730a3")
    draw.pieslice((4 * unit, 3 * unit, 12 * unit, 11 * unit), 180, 360, fill="#fbbf24")
    for top, width in ((8.2, 10), (10.4, 10), (12.6, 6)):
        box = (3 * unit, top * unit, (3 + width) * unit, (top + 1.1) * unit)
        draw.rounded_rectangle(box, 0.55 * unit, fill="#eef2ff")
    return _png(icon, ICON_PX)


def pottery_icon() -> bytes:
    """Draw a bowl on terracotta."""
    size = ICON_PX * _SMOOTHING
    unit = size / 16
    icon = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(icon)
    draw.ellipse((0, 0, size - 1, size - 1), fill="#b45309")
    draw.pieslice((3.2 * unit, 2.4 * unit, 12.8 * unit, 12 * unit), 0, 180, fill="#fffbeb")
    draw.rounded_rectangle(
        (6 * unit, 11.4 * unit, 10 * unit, 12.8 * unit), 0.6 * unit, fill="#fffbeb"
    )
    return _png(icon, ICON_PX)


def mug() -> bytes:
    """Draw a glazed mug on a warm ground."""
    size = MUG_PX
    picture = _vertical_blend("#f5efe6", "#e4d8c6", size, size).convert("RGBA")
    picture.alpha_composite(_shadow(size))
    large = Image.new("RGBA", (size * 2, size * 2))
    draw = ImageDraw.Draw(large)
    draw.ellipse((1120, 640, 1520, 1160), outline="#7c8f86", width=84)  # the handle
    body = Image.new("L", large.size)
    shape = ImageDraw.Draw(body)
    shape.rounded_rectangle((480, 640, 1240, 1400), 130, fill=255)
    shape.rectangle((480, 480, 1240, 1200), fill=255)
    glaze = _vertical_blend("#a9bdb3", "#6f857b", *large.size)
    large.paste(glaze, mask=body)
    draw.rounded_rectangle((560, 660, 600, 1260), 20, fill="#b9cac2")  # light along the side
    draw.ellipse((480, 400, 1240, 560), fill="#d9e4de")
    draw.ellipse((520, 422, 1200, 542), fill="#4a2f1d")  # coffee
    picture.alpha_composite(large.resize((size, size), Image.Resampling.LANCZOS))
    return _png(picture, size)


def _shadow(size: int) -> Image.Image:
    shadow = Image.new("RGBA", (size, size))
    ImageDraw.Draw(shadow).ellipse((210, 650, 690, 740), fill=(60, 40, 20, 110))
    return shadow.filter(ImageFilter.GaussianBlur(24))


def _vertical_blend(top: str, bottom: str, width: int, height: int) -> Image.Image:
    mask = Image.linear_gradient("L").resize((width, height))
    return Image.composite(
        Image.new("RGB", (width, height), bottom), Image.new("RGB", (width, height), top), mask
    )


def _png(image: Image.Image, size: int) -> bytes:
    file = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
