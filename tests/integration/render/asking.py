"""Cards to ask a worker for, light and heavy, and what drawing them takes."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image

from og.render.v1 import render_pb2 as pb

TIMEOUT_S = 30


def request(title: str = "Title") -> pb.RenderCardRequest:
    fields = [pb.FieldValue(name="title", text=title)]
    return pb.RenderCardRequest(template_id="generic/standard", theme=pb.THEME_DARK, fields=fields)


def product_request(title: str) -> pb.RenderCardRequest:
    asked = request(title)
    asked.template_id = "product/standard"
    return asked


def heavy_request() -> pb.RenderCardRequest:
    """Ask for a card that takes half a second and more: its pictures are as large as may be."""
    out = io.BytesIO()
    Image.effect_noise((3_300, 2_900), 9).convert("RGB").save(out, "WEBP", quality=5, method=0)
    asked = product_request("Heavy")
    for name in ("favicon", "productImage"):
        asked.fields.add(name=name, image=out.getvalue())
    return asked


def processor_time_s(pid: int) -> float:
    """Give what a process has used so far; nothing once it is gone."""
    try:
        counted = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(counted[11]) + int(counted[12])) / os.sysconf("SC_CLK_TCK")
